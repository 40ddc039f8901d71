"""What staff call a customer who gave no name: a word in the reader's language and four letters."""

import re

from django.utils.translation import gettext as _

_GIVEN = re.compile(r"(Visitor|Customer|E-mail|Phone|Erased) ([0-9A-Z]{1,19})")


def shown_name(label: str) -> str:
    """Return a stored label in the active language. What a person or a wallet gave stays."""
    found = _GIVEN.fullmatch(label)
    if found is None:
        return label
    words = {
        "Visitor": _("Visitor %(code)s"),
        "Customer": _("Customer %(code)s"),
        "E-mail": _("E-mail %(code)s"),
        "Phone": _("Phone %(code)s"),
        "Erased": _("Erased %(code)s"),
    }
    return words[found[1]] % {"code": found[2]}
