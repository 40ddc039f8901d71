"""Read JSON into exactly the shape that was promised, from many threads at once.

msgspec learns a Struct when it first decodes one, and shows it to other threads while it has not
learned all its fields: two first requests at once ended the whole process with a segmentation
fault (msgspec 0.22; tests/kit/test_shapes.py). So each shape is learned once, by one thread, before
anybody decodes into it.
"""

from threading import Lock
from types import UnionType
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")

_learned: dict[Any, msgspec.json.Decoder[Any]] = {}
_learning = Lock()


@overload
def decoder_for(shape: type[T]) -> msgspec.json.Decoder[T]: ...
@overload
def decoder_for(shape: UnionType) -> msgspec.json.Decoder[Any]: ...
def decoder_for(shape: Any) -> msgspec.json.Decoder[Any]:
    """Return what decodes JSON into `shape`, the same for every thread."""
    decoder = _learned.get(shape)
    if decoder is None:
        with _learning:
            decoder = _learned.setdefault(shape, msgspec.json.Decoder(shape))
    return decoder


def decode(body: bytes | str, shape: type[T]) -> T:
    """Return `body` as `shape`: nothing is converted that the shape does not name.

    Raises msgspec.DecodeError (a ValueError), RecursionError, UnicodeDecodeError.
    """
    return decoder_for(shape).decode(body)


def convert(value: object, shape: type[T]) -> T:
    """Return decoded JSON as `shape`. Raises msgspec.ValidationError (a ValueError)."""
    decoder_for(shape)
    return msgspec.convert(value, shape)
