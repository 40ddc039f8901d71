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
    "unknown_network": _(
        "There is no network %(shown)s here. Give the name of a configured one, or evm: and the"
        " chain id."
    ),
    "bad_rpc": _(
        "Write --rpc as NETWORK=URL, with an address that starts with http:// or https://."
    ),
    "other_network": _("That is not how %(shown)s writes transactions and addresses."),
}
