"""The models that word answers, name languages and make vectors, as the settings choose them."""

from pathlib import Path

from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.local_generator import LocalGenerator
from walletdesk.language.openai_embedder import OpenAiEmbedder
from walletdesk.language.openai_generator import OpenAiGenerator
from walletdesk.language.openai_language_id import OpenAiLanguageId
from walletdesk.language.types import Embedder, LanguageId, TextGenerator
from walletdesk.language.use_embedder import DIMENSIONS, packaged_embedder
from walletdesk.site.config.model import ModelConfig


def make_language_id(config: ModelConfig, languages: tuple[str, ...]) -> LanguageId:
    """Return what tells these languages apart: the endpoint that was chosen, else the packaged."""
    if config.kind == "none":
        return EldcLanguageId(languages)
    return OpenAiLanguageId(
        base_url=config.url, model=config.model, languages=languages, api_key=config.key
    )


def make_embedder(config: ModelConfig) -> Embedder:
    """Return what turns texts into vectors: the endpoint that was chosen, else the packaged."""
    if config.kind == "none":
        return packaged_embedder()
    return OpenAiEmbedder(
        base_url=config.url,
        model=config.model,
        dimensions=DIMENSIONS,
        api_key=config.key,
        shorten=True,
    )


def make_generator(config: ModelConfig) -> TextGenerator | None:
    """Return the model that was chosen, None for none. Connects to nothing and reads no file."""
    match config.kind:
        case "openai":
            return OpenAiGenerator(base_url=config.url, model=config.model, api_key=config.key)
        case "local":
            return LocalGenerator(model=Path(config.model))
    return None
