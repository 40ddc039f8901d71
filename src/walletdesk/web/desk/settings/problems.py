"""What is wrong with a field, in words: the codes with which actions refuse."""

from django.utils.translation import gettext as _


def problem(code: str) -> str:
    """Return the sentence for a code, or for one with a detail: `variable:customer.name`."""
    name, _colon, detail = code.partition(":")
    sentences = _general() | _sounds() | _addresses() | _hours() | _limits()
    return sentences.get(name, _("This cannot be used.")).replace("{detail}", detail)


def _general() -> dict[str, str]:
    return {
        "taken": _("This is taken. Choose another one."),
        "asks": _(
            "This asks the customer for a seed phrase, key, password or code. Nobody here ever may."
        ),
        "asks_for_secret": _(
            "This asks customers for a secret, as fraudsters do."
            " Say where in the wallet it is typed."
        ),
        "secret": _("This looks like a secret of a wallet. Nothing of the kind may be stored."),
        "unknown": _("This does not exist any more. Choose another one."),
        "required": _("This is needed."),
        "too_long": _("This is too long."),
        "too_many": _("These are too many."),
        "variable": _("There is no variable “{detail}”. The list beside the text has all of them."),
        "shortcut": _("Use small letters, digits and hyphens, at most 24."),
        "resolved_too": _("A conversation cannot be resolved and snoozed at once."),
        "colour": _("Write a colour as # and six digits, such as #5b5bd6."),
        "slug": _("Use small letters, digits and hyphens, at most 80."),
        "summary": _(
            "Begin with one paragraph that answers the question, at most 1,000 characters."
        ),
        "topic": _("Choose a topic."),
        "alt": _("A picture here has no words for it, or is not one that was added here."),
        "picture": _("A picture here is not in this desk. Add it under the text."),
        "range": _("Choose a number of the range that is named."),
        "either": _("Choose either an address outside, or a team and people."),
        "ends": _("The end lies before the beginning."),
        "few": _("Write at least three, one a line."),
        "none": _("Accept at least one correction first."),
        "running": _("A training is running already."),
        "control": _("This holds a character that cannot be shown."),
    }


def _sounds() -> dict[str, str]:
    return {
        "sound_type": _("Choose a WAV file that is not compressed."),
        "sound_large": _("This file is too large: at most 8 MB."),
        "sound_length": _("A recording has at most 90 seconds."),
        "sound_silent": _("There is nothing to be heard in this recording."),
        "country": _("Write codes of countries, such as ES or CN, separated by spaces."),
        "key": _("A key is one digit from 1 to 9."),
        "deep": _("A menu has at most six levels."),
        "words": _("Say in each language what it is for."),
        "answer": _("Say in each language what is spoken."),
        "parent": _("The entry above it is missing: 31 stands below 3."),
        "key_twice": _("This key stands there twice."),
        "empty": _("An entry that leads to others needs some, and only it may have them."),
    }


def _addresses() -> dict[str, str]:
    return {
        "address": _("Write the whole address of a page, beginning with https://"),
        "web": _("Write the whole address of a page, beginning with https://"),
        "host": _("This address belongs to another platform."),
        "email": _("Write an e-mail address, such as help@example.com."),
        "domain": _("This must belong to the account's own domain, or nobody believes it."),
        "json": _('Write names and values, such as {"api_key": "…"}.'),
        "phone": _("Write a whole number with its country, such as +44 20 7946 0018."),
        "name": _("This cannot be a name on that platform."),
        "node": _("Write each address of a node whole, beginning with https://"),
        "inside": _(
            "An address here leads into a private network. Only the operator's file may name those."
        ),
        "origin": _(
            "“{detail}” is no origin. Write scheme and host only, such as https://app.example.com, "
            "without a path and without *."
        ),
    }


def _hours() -> dict[str, str]:
    return {
        "form": _("Write hours as 09:00-12:00, 13:00-18:00, or leave it empty for closed."),
        "overlap": _("These hours overlap."),
        "twice": _("A date stands here twice."),
        "zone": _("Choose a time zone of the list."),
        "region": _("Write a country, or a country and its region, such as CN or DE-BY."),
        "ical": _("This is no calendar file (.ics) that can be read."),
        "ical_size": _("This file is too large. At most 256 kB and 1,000 days."),
        "main": _("Make another calendar the main one first."),
    }


def _limits() -> dict[str, str]:
    return {
        "too_large": _("This picture is too large. At most 600 kB and 16 million pixels."),
        "not_a_picture": _("This is no picture that we can use. Take PNG, JPEG or WebP."),
        "out_of_range": _("This is outside of what is allowed."),
    }
