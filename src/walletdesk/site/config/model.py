"""The settings of the models that are asked: each checked by itself, then together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from walletdesk.site.config.addresses import on_the_web
from walletdesk.site.config.reading import WrongValueError

KINDS: Final = ("none", "openai", "local")
_NEEDS: Final = {"openai": ("url", "model"), "local": ("model",)}


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Which model is asked. `kind`: none, openai or local; `model`: its name, or its file."""

    kind: str = "none"
    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)

    def missing(self) -> Iterator[tuple[str, str, str]]:
        """Yield (setting, what is wrong, way out) for what the kind needs and is not there."""
        for name in _NEEDS.get(self.kind, ()):
            if not getattr(self, name):
                yield (
                    f"WALLETDESK_GENERATOR_{name.upper()}",
                    f"is missing: {self.kind} asks for it.",
                    "Give it, or set WALLETDESK_GENERATOR=none.",
                )
        if self.kind == "local" and self.model and not Path(self.model).is_file():
            yield (
                "WALLETDESK_GENERATOR_MODEL",
                "is no file that can be read.",
                "Give the path of a GGUF file.",
            )


def read_generator(take: Callable[[str, Callable[[str], str]], str | None]) -> ModelConfig:
    """Return what the settings say; `take(name, parse)` reads one and notes what is wrong."""
    return ModelConfig(
        kind=take("WALLETDESK_GENERATOR", _kind) or "none",
        url=take("WALLETDESK_GENERATOR_URL", _url) or "",
        model=take("WALLETDESK_GENERATOR_MODEL", _plain) or "",
        key=take("WALLETDESK_GENERATOR_KEY", _plain) or "",
    )


def read_endpoint(
    take: Callable[[str, Callable[[str], str]], str | None], prefix: str
) -> ModelConfig:
    """Return the endpoint of the settings that begin with `prefix`; kind none: the packaged one."""
    url = take(f"{prefix}_URL", _url) or ""
    return ModelConfig(
        kind="openai" if url else "none",
        url=url,
        model=take(f"{prefix}_MODEL", _plain) or "",
        key=take(f"{prefix}_KEY", _plain) or "",
    )


def _kind(text: str) -> str:
    if text.lower() not in KINDS:
        raise WrongValueError("is no kind of model.", f"Write {', '.join(KINDS)}.")
    return text.lower()


def _url(text: str) -> str:
    example = "Write it as https://host/v1, without a password."
    if text:
        on_the_web(text, example)
    if not text.isascii() or not text.isprintable() or "@" in text:
        raise WrongValueError("holds signs that stand in no address here.", example)
    return text


def _plain(text: str) -> str:
    if not text.isprintable() or not text.isascii() or len(text) > 400:
        raise WrongValueError("holds what cannot be sent.", "Copy it anew.")
    return text
