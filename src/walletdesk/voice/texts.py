"""The words of the hotline, in the caller's language; recordings of them are kept by these keys."""

from collections.abc import Callable
from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walletdesk.voice.flow.waiting import MINUTES, PLACES
from walletdesk.voice.menu import Do, Entry, Menu
from walletdesk.voice.types import Said

LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English", "es": "Español"}


def words(language: str, key: str, **values: object) -> str:
    """Return what a prompt says."""
    with translation.override(language):
        family, _sep, number = key.rpartition("_")
        if number.isdigit() and family in ("place", "wait", "language", "digit"):
            return _counted(family, int(number))
        if key == "language_name":
            return LANGUAGE_NAMES.get(language, language)
        return TEXTS[key]() % {"brand": "", "code": "", **values}


def _counted(family: str, number: int) -> str:
    if family == "place":
        return _("You are number %(place)s in the queue.") % {"place": number}
    if family == "digit":
        return str(number)
    if family == "language":
        return _("For English press %(key)s.") % {"key": number}
    text = ngettext(
        "You will wait for about %(minutes)s minute at most.",
        "You will wait for about %(minutes)s minutes at most.",
        number,
    )
    return text % {"minutes": number}


TEXTS: dict[str, Callable[[], str]] = {
    "greeting": lambda: _("Welcome to the support of %(brand)s."),
    "no_phrase": lambda: _(
        "We never ask for your seed phrase, your private key or your password. Do not tell them "
        "to anybody, and do not type them."
    ),
    "closed": lambda: _("We are closed at the moment."),
    "menu_person": lambda: _("To speak with a person, press 0."),
    "person": lambda: _("A person"),
    "back": lambda: _("Back"),
    "yes": lambda: _("Yes"),
    "no": lambda: _("No"),
    "not_understood": lambda: _("That key has no meaning here."),
    "still_there": lambda: _("Are you still there?"),
    "code": lambda: _(
        "Key in the six digits that we send to your registered number or show in the app. "
        "We say nothing of a request before that."
    ),
    "code_wrong": lambda: _("That code is not right, or it is too old."),
    "status_none": lambda: _("You have no open request."),
    "status_queued": lambda: _("Your request is waiting for a person."),
    "status_open": lambda: _("A person is working on your request."),
    "status_waiting": lambda: _("We have answered your request and wait for your reply."),
    "status_resolved": lambda: _("Your last request is solved."),
    "consent": lambda: _(
        "May we record this call, to check our work? To agree, press 1. Without consent, press 2: "
        "the call is not recorded."
    ),
    "recorded": lambda: _("This call is recorded to check our work."),
    "all_busy": lambda: _("All colleagues are busy. We cannot say how long it takes."),
    "place_many": lambda: _("There are more than ten people before you in the queue."),
    "full": lambda: _("Too many people are calling at the moment."),
    "closed_choices": lambda: _("Nobody is here at the moment."),
    "overflow": lambda: _("We are sorry: you have waited long enough."),
    "nobody_came": lambda: _("We are sorry: no colleague could take your call yet."),
    "cut_off": lambda: _("We are sorry: the line of our colleague broke. Please stay."),
    "choice_1": lambda: _("To keep waiting, press 1 or stay on the line."),
    "choice_2": lambda: _("To be called back, press 2. You keep your place."),
    "choice_3": lambda: _("To leave a message, press 3."),
    "choice_4": lambda: _("To go on in the chat, press 4: we send you a link by SMS."),
    "choice_1_short": lambda: _("Keep waiting"),
    "choice_2_short": lambda: _("Call me back"),
    "choice_3_short": lambda: _("Leave a message"),
    "choice_4_short": lambda: _("Go on in the chat"),
    "which_number": lambda: _(
        "To be called back on the number that you call from, press 1. For another number, press 2."
    ),
    "this_number": lambda: _("This number"),
    "other_number": lambda: _("Another number"),
    "number": lambda: _("Key in the number with the code of its country, then the hash key."),
    "number_wrong": lambda: _("We cannot call that number."),
    "call_back_noted": lambda: _(
        "We call you back when it is your turn. So that you know that it is us, we then say this "
        "code: %(code)s. Again: %(code)s. Goodbye."
    ),
    "message": lambda: _(
        "Leave a message after the tone. Do not say your seed phrase. End with the hash key."
    ),
    "message_kept": lambda: _("Thank you. Somebody will listen to your message. Goodbye."),
    "link_sent": lambda: _("We have sent you a link by SMS. Goodbye."),
    "goodbye": lambda: _("Thank you for your call. Goodbye."),
    "goodbye_busy": lambda: _(
        "Nobody can take your call now. Please write to us in the chat or call again. Goodbye."
    ),
    "survey": lambda: _("Three short questions: press a key from 1, bad, to 5, very good."),
    "survey_speed": lambda: _("How quickly did we help?"),
    "survey_accuracy": lambda: _("How right and clear was our help?"),
    "survey_manner": lambda: _("How friendly were we?"),
    "survey_thanks": lambda: _("Thank you."),
    "our_call": lambda: _("This is the support of %(brand)s. We call about your request."),
    "our_code": lambda: _("The code of your call-back is %(code)s."),
    "press_one": lambda: _("To speak with a colleague now, press 1."),
    "talk_now": lambda: _("Speak now"),
}
SHORT = frozenset(
    {"person", "back", "yes", "no", "this_number", "other_number", "talk_now"}
    | {f"choice_{key}_short" for key in "1234"}
)
SPELT = frozenset({"call_back_noted", "our_code"})  # hold a code: spoken with the digits' sounds
SPOKEN = (
    *(key for key in TEXTS if key not in SHORT),
    *(f"place_{place}" for place in range(1, PLACES + 1)),
    *(f"wait_{minutes}" for minutes in MINUTES),
)


DIGITS = tuple(f"digit_{digit}" for digit in "0123456789")


def spoken_keys(places: int) -> list[str]:
    """Return the keys of all prompts but the menu's; `places`: where a choice of it may stand."""
    chosen = [f"language_{number}" for number in range(1, places + 1)]
    return [*chosen, *SPOKEN, *DIGITS]


def may_be_key(key: str) -> bool:
    """Tell whether a recording may be kept under a key."""
    menu, _sep, digest = key.partition(":")
    if menu == "menu":
        return len(digest) == 16 and set(digest) <= set("0123456789abcdef")
    return key in SPOKEN or key in DIGITS or key in {f"language_{n}" for n in range(1, 10)}


def entry_text(language: str, key: str, text: str) -> str:
    """Return how an entry of a menu is spoken."""
    if not key:
        return text
    with translation.override(language):
        return _("%(what)s: press %(key)s.") % {"what": text, "key": key}


def entry_key(key: str, text: str) -> str:
    """Return under which key the recording of a menu's words is kept: new words, new recording."""
    return "menu:" + sha256(f"{key}|{text}".encode()).hexdigest()[:16]


class BrandPhrases:
    """The phrases of one brand: `sounds` maps (language, key) to the id of a recording."""

    def __init__(self, brand: str, sounds: dict[tuple[str, str], str]) -> None:
        self._brand = brand
        self._sounds = sounds

    def say(self, language: str, key: str, **values: object) -> Said:
        """Return a prompt with its sound; a code is put together from digits."""
        text = words(language, key, brand=self._brand, **values)
        sound = self._sounds.get((language, key))
        digits = [self._sounds.get((language, f"digit_{one}")) for one in _code(key, values)]
        if sound is None or None in digits:
            return Said(text)
        return Said(text, (sound, *(each for each in digits if each)))

    def entry(self, language: str, key: str, words: str) -> Said:
        """Return words of a menu."""
        sound = self._sounds.get((language, entry_key(key, words)))
        return Said(entry_text(language, key, words), (sound,) if sound else ())


def _code(key: str, values: dict[str, object]) -> str:
    return str(values.get("code", "")).replace(" ", "") if key in SPELT else ""


def default_menu(languages: list[str]) -> Menu:
    """Return the menu that a brand begins with: what is urgent first."""

    def said(text: Callable[[], str]) -> dict[str, str]:
        found = {}
        for language in languages:
            with translation.override(language):
                found[language] = text()
        return found

    def queue(key: str, topic: str, text: Callable[[], str], **more: object) -> Entry:
        return Entry(key=key, words=said(text), topic=topic, **more)  # type: ignore[arg-type]

    technical = (
        queue("1", "deposit_missing", lambda: _("A transfer that has not arrived")),
        queue("2", "app_crash", lambda: _("The app does not work")),
        queue("3", "", lambda: _("Something else")),
    )
    return Menu(
        (
            queue(
                "1",
                "wallet_stolen",
                lambda: _("Stolen funds or another security emergency"),
                urgency=3,
                always=True,
            ),
            queue("2", "", lambda: _("Our products and how to use them")),
            Entry(
                key="3",
                words=said(lambda: _("Technical questions")),
                do=Do.MENU,
                entries=technical,
            ),
            queue("4", "", lambda: _("Your account")),
            queue("5", "complaint", lambda: _("Complaints and suggestions"), urgency=1),
            Entry(key="6", words=said(lambda: _("The status of your request")), do=Do.STATUS),
        )
    )
