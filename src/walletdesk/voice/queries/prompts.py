"""The prompts of a brand, as its settings show them."""

from dataclasses import dataclass

from walletdesk.accounts.models import Brand
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.voice import texts
from walletdesk.voice.menu import walk
from walletdesk.voice.models import (
    Prompt,
)
from walletdesk.voice.queries.lines import menu_of, newest_menu


def _choosing(brand: Brand, language: str) -> int:
    """Return the last place at which a language may stand among those to choose from."""
    languages = brand.languages
    return languages.index(language) + 1 if language in languages and len(languages) > 1 else 0


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A prompt in a language; `state`: "recorded", "generated", or "" for words only."""

    key: str
    text: str
    state: str


def prompt_states(brand: Brand, language: str) -> list[PromptRow]:
    """Return all prompts of a language, the menu's among them, in the order of a call."""
    rows = Prompt.objects.filter(brand=brand, language=language)
    known = dict(rows.values_list("key", "generated"))
    said = {
        key: texts.words(language, key, brand=brand.name, code="…")
        for key in texts.spoken_keys(_choosing(brand, language))
    }
    for _path, each in walk(menu_of(brand, newest_menu(brand))):
        words, answer = each.words.get(language, ""), each.answer.get(language, "")
        said[texts.entry_key(each.key, words)] = texts.entry_text(language, each.key, words)
        if answer:
            said[texts.entry_key("", answer)] = answer
    states = {True: "generated", False: "recorded", None: ""}
    return [PromptRow(key, text, states[known.get(key)]) for key, text in said.items()]


def prompt_for(brand: Brand, language: str, key: str) -> bytes:
    """Return the sound of a prompt of a brand, else raise NotFound."""
    if not (ids.may_name(language) and ids.may_name(key)):
        raise NotFound
    row = Prompt.objects.filter(brand=brand, language=language, key=key).first()
    if row is None:
        raise NotFound
    return bytes(row.wav)
