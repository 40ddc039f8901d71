"""The model that words answers, as the settings choose it."""

from pathlib import Path

from walletdesk.language.local_generator import LocalGenerator
from walletdesk.language.openai_generator import OpenAiGenerator
from walletdesk.language.types import TextGenerator
from walletdesk.site.config.generator import GeneratorConfig


def make_generator(config: GeneratorConfig) -> TextGenerator | None:
    """Return the model that was chosen, None for none. Connects to nothing and reads no file."""
    match config.kind:
        case "openai":
            return OpenAiGenerator(base_url=config.url, model=config.model, api_key=config.key)
        case "local":
            return LocalGenerator(model=Path(config.model))
    return None
