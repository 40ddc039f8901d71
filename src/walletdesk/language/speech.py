"""Speech to text as the settings have it."""

from walletdesk.language.openai_speech import OpenAiSpeech
from walletdesk.language.speech_config import SpeechConfig
from walletdesk.language.types import SpeechToText
from walletdesk.language.whisper_speech import WhisperSpeech


def open_speech(config: SpeechConfig) -> SpeechToText | None:
    """Return who writes speech down, None when nobody does."""
    if not config.where:
        return None
    if config.where == "whisper":
        return WhisperSpeech(model=config.model)
    return OpenAiSpeech(base_url=config.where, model=config.model, api_key=config.key)
