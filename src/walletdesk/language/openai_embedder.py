"""Sentence vectors from any endpoint that speaks OpenAI's /embeddings.

https://platform.openai.com/docs/api-reference/embeddings; also vLLM, llama.cpp, Ollama and others.
"""

from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np

from walletdesk.language.tokens import well_formed
from walletdesk.language.types import EmbedderUnavailable, Vectors

_BATCH = 64
_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
MAX_CHARACTERS = 8_000  # most models read 512 to 8,192 tokens and refuse more


class OpenAiEmbedder:
    """Asks an endpoint. `base_url` ends before "/embeddings" (for example ".../v1").

    `shorten` sends the wished length along; only models that can shorten their vectors know it.
    """

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        dimensions: int,
        api_key: str = "",
        shorten: bool = False,
    ) -> None:
        self._url = base_url.rstrip("/") + "/embeddings"
        self._dimensions = dimensions
        self._fields: dict[str, Any] = {"model": model, "encoding_format": "float"}
        if shorten:
            self._fields["dimensions"] = dimensions
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(timeout=_TIMEOUT, headers=headers, follow_redirects=False)

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        return self._dimensions

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text. Raises EmbedderUnavailable."""
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            # An empty input is an error for most servers; a blank is not.
            batch = [
                well_formed(text[:MAX_CHARACTERS]) or " " for text in texts[start : start + _BATCH]
            ]
            rows[start : start + len(batch)] = self._ask(batch)
        return rows

    def _ask(self, batch: list[str]) -> Vectors:
        try:
            answer = self._client.post(self._url, json={**self._fields, "input": batch})
        except httpx.HTTPError as error:
            raise EmbedderUnavailable(f"no answer: {type(error).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise EmbedderUnavailable(f"the endpoint answered {answer.status_code}")
        try:
            items = sorted(answer.json()["data"], key=lambda item: item["index"])
            rows = np.array([item["embedding"] for item in items], dtype=np.float32)
            order = [item["index"] for item in items]
        except (ValueError, KeyError, TypeError):
            raise EmbedderUnavailable("the answer is not a list of embeddings") from None
        if order != list(range(len(batch))) or rows.shape != (len(batch), self._dimensions):
            raise EmbedderUnavailable(
                f"expected {len(batch)} vectors of {self._dimensions}, got shape {rows.shape}"
            )
        return _normalised(rows)


def _normalised(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise EmbedderUnavailable("a vector is empty or not finite")
    normalised: Vectors = (rows / lengths).astype(np.float32)
    return normalised
