"""The lines of a thread that tell where a conversation stands: put aside, joined, parted, blocked.

Keys that end with `_to_staff` are not handed to customers (see common/strings.py).
"""

from django.utils.translation import gettext as _


def standing_lines() -> dict[str, str]:
    """Return the lines in the active language. {until} is a moment in the reader's time zone."""
    return {
        "line_routed_to_staff": _("{name} gave it to the team {to}"),
        "line_routed_by_system_to_staff": _("Given to the team {to}"),
        "line_snoozed_to_staff": _("{name} snoozed it until {until}"),
        "line_woken_to_staff": _("{name} took it up again"),
        "line_woken_by_system_to_staff": _("The snooze is over"),
        "line_woken_by_customer_to_staff": _("The customer wrote: no longer snoozed"),
        "line_merged_to_staff": _("{name} merged this into another conversation"),
        "line_merged_to_customer": _("This goes on in your other conversation"),
        "line_absorbed_to_staff": _("{name} merged another conversation into this one"),
        "line_absorbed_to_customer": _("Your other conversation goes on here"),
        "line_split_to_staff": _("{name} made a conversation of its own from a part of this"),
        "line_split_to_customer": _("One of your questions goes on in a conversation of its own"),
        "line_split_from_to_staff": _("{name} split this off from another conversation"),
        "line_split_from_to_customer": _("This began in your other conversation"),
        "line_linked_to_staff": _("{name} linked a related conversation"),
        "line_unlinked_to_staff": _("{name} removed the link to a conversation"),
        "line_blocked_to_staff": _("{name} blocked the customer until {until}"),
        "line_blocked_to_customer": _("You cannot write here until {until}"),
        "line_unblocked_to_staff": _("{name} lifted the block"),
        "line_unblocked_to_customer": _("You can write here again"),
        "line_undone_to_staff": _("{name} took the last step back"),
        "line_chain_changed_to_staff": _("The chain: {reference} is now “{verdict}”"),
        "line_chain_watching_to_staff": _("{name} has {reference} watched"),
        "line_chain_stopped_to_staff": _("{name} stopped watching {reference}"),
        "line_chain_expired_to_staff": _("{reference} did not change for days: the watch ends"),
        "open_it_staff": _("Open it"),
        "joined_to_staff": _("From the merged conversation {ref}"),
    }
