"""Text from a model file on this machine, through the optional wheel `xllamacpp` (llama.cpp).

    uv pip install xllamacpp    (34 MB; `make test-long` has it)

The model is any GGUF file. It is read at the first question and stays in memory.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from walletdesk.language.openai_generator import DEADLINE, OpenAiGenerator
from walletdesk.language.types import GeneratorUnavailable

CONTEXT = 8_192  # tokens of question, passages and answer


class LocalGenerator:
    """Serves the file on a free port of loopback and asks it as any other endpoint."""

    def __init__(self, *, model: Path, threads: int = 1) -> None:
        self._model = model
        self._threads = threads
        self._lock = threading.Lock()
        self._server: Any = None
        self._asking: OpenAiGenerator | None = None

    def close(self) -> None:
        """Let go of the model."""
        with self._lock:
            if self._asking is not None:
                self._asking.close()
            self._server = self._asking = None

    def generate(self, *, instruction: str, text: str, most_tokens: int = 400) -> Iterator[str]:
        """Yield the answer in pieces as they come. Raises GeneratorUnavailable."""
        return self._started().generate(instruction=instruction, text=text, most_tokens=most_tokens)

    def _started(self) -> OpenAiGenerator:
        with self._lock:
            if self._asking is None:
                self._server = self._serve()
                self._asking = OpenAiGenerator(
                    base_url=f"{self._server.listening_address}/v1",
                    model=self._model.stem,
                    silence=DEADLINE,  # reading a long prompt takes it seconds
                )
            return self._asking

    def _serve(self) -> Any:
        if not self._model.is_file():
            raise GeneratorUnavailable("the model's file is not there")
        try:
            import xllamacpp  # noqa: PLC0415 - optional, and only a process that asks pays for it
        except ImportError:
            raise GeneratorUnavailable("the wheel xllamacpp is not installed") from None
        wished = xllamacpp.CommonParams()
        wished.model.path = str(self._model)
        wished.hostnames = ["127.0.0.1"]
        wished.port = 0
        wished.n_ctx = CONTEXT
        wished.n_parallel = 1
        wished.verbosity = 0
        # More threads than free processors spin and wait for each other: 0.8 tokens/s, not 26.
        wished.cpuparams.n_threads = wished.cpuparams_batch.n_threads = self._threads
        try:
            return xllamacpp.Server(wished)
        except (RuntimeError, ValueError) as error:
            raise GeneratorUnavailable(f"not a model: {type(error).__name__}") from None
