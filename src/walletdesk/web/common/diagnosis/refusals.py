"""Why an input cannot be diagnosed, in one sentence each."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: Final[dict[str, Promise]] = {
    "empty": _("There is no text. Give a transaction hash, an address or an explorer link."),
    "nothing_found": _(
        "No transaction hash, address or explorer link was found in “%(shown)s”. Copy it whole."
    ),
    "mistyped": _("The address %(shown)s has a typing error: its checksum is wrong. Copy it anew."),
    "other_network": _("That is not how %(shown)s writes transactions and addresses."),
}
