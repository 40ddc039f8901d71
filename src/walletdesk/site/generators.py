"""The models that word answers and name languages, as the settings choose them."""

from pathlib import Path

from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.local_generator import LocalGenerator
from walletdesk.language.openai_generator import OpenAiGenerator
from walletdesk.language.openai_language_id import OpenAiLanguageId
from walletdesk.language.types import LanguageId, TextGenerator
from walletdesk.site.config.generator import GeneratorConfig


def make_language_id(config: GeneratorConfig, languages: tuple[str, ...]) -> LanguageId:
    """Return what tells these languages apart: the endpoint that was chosen, else the packaged."""
    if config.kind == "none":
        return EldcLanguageId(languages)
    return OpenAiLanguageId(
        base_url=config.url, model=config.model, languages=languages, api_key=config.key
    )


def make_generator(config: GeneratorConfig) -> TextGenerator | None:
    """Return the model that was chosen, None for none. Connects to nothing and reads no file."""
    match config.kind:
        case "openai":
            return OpenAiGenerator(base_url=config.url, model=config.model, api_key=config.key)
        case "local":
            return LocalGenerator(model=Path(config.model))
    return None
