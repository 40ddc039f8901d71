"""In which of a brand's languages a mail is written."""

from functools import cache

from walletdesk.accounts.models import Brand
from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.types import LanguageId

LOOKED_AT = 2_000  # characters


@cache
def _language_id(languages: tuple[str, ...]) -> LanguageId:
    return EldcLanguageId(languages)


def language_of(brand: Brand, text: str) -> str:
    """Return the brand's language in which a text is written, its default one when in doubt."""
    guess = _language_id(tuple(brand.languages)).identify(text[:LOOKED_AT]).language
    return guess if guess in brand.languages else brand.default_language
