"""The language identification of this process. The composition root may choose another one."""

from collections.abc import Callable
from functools import cache

from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.types import LanguageId

Make = Callable[[tuple[str, ...]], LanguageId]


class _Chosen:
    make: Make = EldcLanguageId


@cache
def language_id(languages: tuple[str, ...]) -> LanguageId:
    """Return what tells these languages apart. Give it only what the guard has read."""
    return _Chosen.make(languages)


def choose_language_id(make: Make) -> None:
    """Make the identification of each set of languages in another way from now on."""
    _Chosen.make = make
    language_id.cache_clear()
