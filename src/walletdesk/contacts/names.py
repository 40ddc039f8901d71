"""What staff call a customer who gave no name: a word in the reader's language and four letters."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_WORDS = {
    "Visitor": gettext_noop("Visitor %(code)s"),
    "Customer": gettext_noop("Customer %(code)s"),
    "E-mail": gettext_noop("E-mail %(code)s"),
    "Phone": gettext_noop("Phone %(code)s"),
    "Erased": gettext_noop("Erased %(code)s"),
}
_GIVEN = re.compile(r"(Visitor|Customer|E-mail|Phone|Erased) ([0-9A-Z]{1,19})")


def shown_name(label: str) -> str:
    """Return a stored label in the active language. What a person or a wallet gave stays."""
    found = _GIVEN.fullmatch(label)
    if found is None:
        return label
    return _(_WORDS[found[1]]) % {"code": found[2]}
