"""Which language a page for customers is in. Codes are Django's: zh-hans, en, es."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from walletdesk.accounts.models import Brand

HTML_CODES = {"zh-hans": "zh-Hans"}
CODE_LENGTH = 35  # RFC 5646 advises to allow for at least 35 characters


def html_code(language: str) -> str:
    """Return the code for the `lang` attribute and for `Intl`: BCP 47."""
    return HTML_CODES.get(language, language)


def choose_language(brand: Brand, asked: str | None, request: HttpRequest) -> str:
    """Return the brand's language that fits best: the one asked for, the browser's, the default.

    `asked` may be any tag, such as zh-CN; one that nothing fits counts as not given.
    """
    accepted = [
        tag for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ]
    for tag in [asked or "", *accepted]:
        found = _supported(tag)
        if found in brand.languages:
            return found
    return brand.default_language


def _supported(tag: str) -> str | None:
    if not tag or len(tag) > CODE_LENGTH:
        return None
    try:
        return get_supported_language_variant(tag.lower().replace("_", "-"))
    except LookupError:
        return None


def names_of(languages: list[str]) -> dict[str, str]:
    """Return each language's name in itself, as it stands at the start of a line."""
    names = {code: settings.LANGUAGE_NAMES[code] for code in languages}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}
