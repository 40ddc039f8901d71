"""Reads of calls, of what is known when one is answered, and the access functions."""

import math
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import Q

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.channels.models import Inbox
from walletdesk.contacts.personal.keys import lookup
from walletdesk.conversations.contents.keys import key_of
from walletdesk.conversations.contents.store import blob_store
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.errors import NotFound
from walletdesk.routing.queries import expected_wait
from walletdesk.safety.personal import normal_phone
from walletdesk.sla.queries import hours_of, hours_of_inboxes
from walletdesk.voice import texts
from walletdesk.voice.flow.states import Facts, LineRules, Place, Stage, State
from walletdesk.voice.menu import Menu, walk
from walletdesk.voice.models import (
    Call,
    Callback,
    CallCommand,
    Line,
    MenuVersion,
    Prompt,
    Recording,
)
from walletdesk.voice.numbers import may_dial, number_of, rules_of
from walletdesk.voice.ports import texter
from walletdesk.voice.types import Command, Dial

LOGGED = 50  # calls on a page of the log
AGENT_STAGES = (Stage.RINGING, Stage.TALKING)
QUEUE_STAGES = (Stage.WAITING, Stage.OPTIONS, Stage.WHICH, Stage.NUMBER)
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


# --- numbers ------------------------------------------------------------------------------


def line_called(called: str, brand: Brand | None = None) -> Line | None:
    """Return the line of a number; the only line there is when the driver does not tell which."""
    rows = Line.objects.select_related("brand", "inbox").order_by("inbox__position", "pk")
    if brand is not None:
        rows = rows.filter(brand=brand)
    wanted = normal_phone(called) or called
    found = [line for line in rows if wanted and _number(line.inbox) == wanted]
    if found:
        return found[0]
    lines = list(rows[:2])
    return lines[0] if lines and (brand is not None or len(lines) == 1) else None


def _number(inbox: Inbox) -> str:
    return normal_phone(inbox.address) or inbox.address


def lines_of(brand: Brand) -> list[Line]:
    """Return the lines of a brand in the order of its inboxes."""
    rows = Line.objects.filter(brand=brand).select_related("inbox", "brand")
    return list(rows.order_by("inbox__position", "pk"))


# --- menu and prompts ---------------------------------------------------------------------


def newest_menu(brand: Brand) -> MenuVersion | None:
    """Return the menu that new calls hear, None before anybody saved one."""
    return MenuVersion.objects.filter(brand=brand).order_by("-number").first()


def menu_of(brand: Brand, version: MenuVersion | None = None) -> Menu:
    """Return a menu: this version's, else the one to begin with."""
    if version is None:
        return texts.default_menu(brand.languages)
    return msgspec.convert(version.body, Menu)


def phrases_of(brand: Brand) -> texts.BrandPhrases:
    """Return the words and sounds of a brand; generated ones only where they are fit for use."""
    recorded = Q(generated=False) | Q(language__in=rules_of(brand).fit)
    rows = Prompt.objects.filter(recorded, brand=brand).values_list("language", "key", "pk")
    return texts.BrandPhrases(
        brand.name, {(language, key): f"prompt:{pk}" for language, key, pk in rows}
    )


def sound(name: str) -> bytes:
    """Return a prompt's WAV. Raises KeyError."""
    kind, _sep, number = name.partition(":")
    if kind != "prompt" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise KeyError(name)
    row = Prompt.objects.filter(pk=int(number)).values_list("wav", flat=True).first()
    if row is None:
        raise KeyError(name)
    return bytes(row)


# --- what the flow is told ----------------------------------------------------------------


def state_of(call: Call) -> State:
    """Return what the flow remembers of a call."""
    return msgspec.convert(call.state, State)


def facts_of(call: Call, state: State) -> Facts:
    """Return the world as the flow is told of it now."""
    line = call.line
    number = number_of(call.contact_id, call.number_hash)
    code = ""
    if call.out and call.conversation_id:
        row = Callback.objects.filter(conversation=call.conversation_id).first()
        code = callback_code(row) if row else ""
    return Facts(
        now=clock.now().timestamp(),
        line=line_rules(line) if line else LineRules(languages=tuple(call.brand.languages)),
        menu=menu_of(call.brand, call.menu),
        phrases=phrases_of(call.brand),
        open=is_open(call.brand, line),
        full=line is not None and _live(line) > line.most_calls,
        place=place_of(call) if state.queued else None,
        number=may_dial(call.brand, number),
        language=_chat_language(call, line),
        code=code,
    )


def line_rules(line: Line) -> LineRules:
    """Return how a number is answered, as the flow reads it."""
    return LineRules(
        languages=tuple(line.languages) or tuple(line.brand.languages),
        record=line.record,
        announce_seconds=line.announce_seconds,
        overflow_seconds=line.overflow_seconds,
        call_backs=line.call_backs,
        messages=line.messages,
        links=line.links and texter() is not None,
        survey=line.survey,
    )


def is_open(brand: Brand, line: Line | None) -> bool:
    """Tell whether the line's hours, else the brand's, say that people answer now."""
    own = hours_of_inboxes(brand).get(line.pk) if line else None
    hours = own or hours_of(brand)
    return hours is None or hours.open


def place_of(call: Call) -> Place | None:
    """Return place and wait of a call that waits; None when the desk cannot say."""
    if call.conversation is None:
        return None
    wait = expected_wait(call.brand, conversation=call.conversation)
    return Place(wait.place, max(1, math.ceil(wait.high / 60))) if wait else None


def _live(line: Line) -> int:
    return Call.objects.filter(line=line, ended_at=None).count()


def _chat_language(call: Call, line: Line | None) -> str:
    if call.number_hash is not None and not call.out:
        return ""
    spoken = line.languages if line else call.brand.languages
    return call.contact.language if call.contact.language in spoken else ""


def callback_code(row: Callback) -> str:
    """Return the four digits by which both sides know a call-back. Derived, never stored."""
    digest = lookup("call-back-code", f"{row.conversation_id}|{bytes(row.salt).hex()}")
    return f"{int.from_bytes(digest[:8], 'big') % 10_000:04}"


# --- access -------------------------------------------------------------------------------


def lock_call(call_id: int) -> Call:
    """Return a call, its row locked until the transaction ends."""
    rows = Call.objects.select_for_update(of=("self",))
    related = ("brand", "line__inbox", "line__brand", "menu", "contact", "conversation")
    return rows.select_related(*related).get(pk=call_id)


def get_call_for(membership: Membership, ref: str) -> Call:
    """Return a call of the person's brand that they may know of, else raise NotFound."""
    if not (may(membership.role, Permission.CONVERSATION_READ) and ids.may_name(ref)):
        raise NotFound
    found = (
        Call.objects.filter(brand_id=membership.brand_id, ref=ref)
        .select_related("brand", "conversation", "contact", "agent__user")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def may_supervise(membership: Membership) -> bool:
    """Tell whether somebody may come into calls of others."""
    return may(membership.role, Permission.CONVERSATION_REASSIGN)


def current_call(membership: Membership) -> Call | None:
    """Return the call in which somebody's telephone is, or rings."""
    rows = Call.objects.filter(
        brand_id=membership.brand_id, ended_at=None, stage__in=AGENT_STAGES
    ).select_related("brand", "conversation__contact", "line__inbox", "agent__user")
    for call in rows.filter(
        Q(agent=membership) | Q(state__legs__contains=[{"membership": membership.pk}])
    ):
        if any(leg.membership == membership.pk for leg in state_of(call).legs):
            return call
    return None


def live_calls(membership: Membership) -> list[Call]:
    """Return the brand's calls that go on, longest first."""
    rows = Call.objects.filter(brand_id=membership.brand_id, ended_at=None)
    return list(rows.select_related("conversation", "agent__user", "contact").order_by("pk")[:200])


def call_log(membership: Membership, before: int | None = None) -> list[Call]:
    """Return the brand's calls, newest first, LOGGED at most."""
    rows = Call.objects.filter(brand_id=membership.brand_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    related = ("conversation", "agent__user", "contact", "line__inbox")
    return list(rows.select_related(*related).order_by("-pk")[:LOGGED])


# --- for the host of drivers --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A command that is not done yet."""

    call: str
    call_id: int
    number: int
    command: Command


def due_commands(drivers: list[str], limit: int = 500) -> list[tuple[str, Due]]:
    """Return (driver, command) that are not done, each call's in their order."""
    rows = (
        CallCommand.objects.filter(done_at=None, call__driver__in=drivers)
        .select_related("call")
        .order_by("call_id", "number")[:limit]
    )
    return [(row.call.driver, _due(row)) for row in rows]


def _due(row: CallCommand) -> Due:
    command = _commands.decode(bytes(row.body))
    if isinstance(command, Dial):
        number = number_of(row.call.contact_id, row.call.number_hash)
        command = msgspec.structs.replace(command, number=number)
    return Due(row.call.name, row.call_id, row.number, command)


def command_of(call: Call, number: int) -> Command | None:
    """Return a command that is not done yet, None when it is."""
    row = CallCommand.objects.filter(call=call, number=number, done_at=None).first()
    return _commands.decode(bytes(row.body)) if row else None


def live_names(driver: str) -> set[str]:
    """Return the driver's names of calls that are not over for us."""
    rows = Call.objects.filter(driver=driver, ended_at=None)
    return set(rows.values_list("name", flat=True))


def due_calls(now: datetime, limit: int = 100) -> list[int]:
    """Return calls whose silence has lasted long enough."""
    rows = Call.objects.filter(ended_at=None, due_at__lte=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def taken_calls(limit: int = 100) -> list[tuple[int, int]]:
    """Return waiting calls (id) whose conversation somebody (membership) has taken."""
    rows = Call.objects.filter(
        ended_at=None,
        stage__in=QUEUE_STAGES,
        conversation__status=Status.OPEN,
        conversation__assignee__isnull=False,
    )
    return [(pk, member) for pk, member in rows.values_list("pk", "conversation__assignee")[:limit]]


def due_callbacks(now: datetime, limit: int = 20) -> list[int]:
    """Return call-backs whose conversation somebody has taken."""
    rows = Callback.objects.filter(
        state="waiting",
        due_at__lte=now,
        conversation__status=Status.OPEN,
        conversation__assignee__isnull=False,
    )
    return list(rows.values_list("pk", flat=True)[:limit])


# --- recordings ---------------------------------------------------------------------------


def get_recording_for(membership: Membership, recording_id: int) -> Recording:
    """Return a recording that this person may hear, else raise NotFound.

    Who has the conversation, and who leads.
    """
    found = (
        Recording.objects.filter(call__brand_id=membership.brand_id, pk=recording_id, complete=True)
        .select_related("call__conversation", "call__brand", "contact")
        .first()
    )
    if found is None or not may_hear(membership, found.call.conversation):
        raise NotFound
    return found


def may_hear(membership: Membership, conversation: Conversation | None) -> bool:
    """Tell whether somebody may hear the recordings of a conversation."""
    mine = conversation is not None and conversation.assignee_id == membership.pk
    return mine or may_supervise(membership)


def get_recording(recording_id: int) -> Recording | None:
    """Return a recording for the product's own handlers, None when it is gone."""
    rows = Recording.objects.select_related("call__conversation", "call__brand", "contact")
    return rows.filter(pk=recording_id).first()


def recording_wav(recording: Recording) -> bytes:
    """Return a recording's sound. Raises NotFound when it cannot be opened any more."""
    pieces = open_blob(blob_store(), recording.blob, key_of(recording.contact), size=recording.size)
    return b"".join(pieces)


def known_recordings(names: list[str]) -> set[str]:
    """Return which of these blobs are recordings."""
    return set(Recording.objects.filter(blob__in=names).values_list("blob", flat=True))


# --- prompts on the desk ------------------------------------------------------------------


def _choosing(brand: Brand, language: str) -> int:
    """Return the last place at which a language may stand among those to choose from."""
    languages = brand.languages
    return languages.index(language) + 1 if language in languages and len(languages) > 1 else 0


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A prompt in a language; `state`: "recorded", "generated", or "" for words only."""

    key: str
    text: str
    state: str


def prompt_states(brand: Brand, language: str) -> list[PromptRow]:
    """Return all prompts of a language, the menu's among them, in the order of a call."""
    rows = Prompt.objects.filter(brand=brand, language=language)
    known = dict(rows.values_list("key", "generated"))
    said = {
        key: texts.words(language, key, brand=brand.name, code="…")
        for key in texts.spoken_keys(_choosing(brand, language))
    }
    for _path, each in walk(menu_of(brand, newest_menu(brand))):
        words, answer = each.words.get(language, ""), each.answer.get(language, "")
        said[texts.entry_key(each.key, words)] = texts.entry_text(language, each.key, words)
        if answer:
            said[texts.entry_key("", answer)] = answer
    states = {True: "generated", False: "recorded", None: ""}
    return [PromptRow(key, text, states[known.get(key)]) for key, text in said.items()]


def prompt_for(brand: Brand, language: str, key: str) -> bytes:
    """Return the sound of a prompt of a brand, else raise NotFound."""
    if not (ids.may_name(language) and ids.may_name(key)):
        raise NotFound
    row = Prompt.objects.filter(brand=brand, language=language, key=key).first()
    if row is None:
        raise NotFound
    return bytes(row.wav)


def trial_facts(brand: Brand, state: State) -> Facts:
    """Return the world for a test call: the brand's menu and first number, an open desk."""
    line = next(iter(lines_of(brand)), None)
    return Facts(
        now=clock.now().timestamp(),
        line=line_rules(line) if line else LineRules(languages=tuple(brand.languages)),
        menu=menu_of(brand, newest_menu(brand)),
        phrases=phrases_of(brand),
        open=is_open(brand, line),
        place=Place(3, 5) if state.queued else None,
        number=True,
    )


@dataclass(frozen=True, slots=True)
class Answering:
    """What a driver that asks is told: the commands that wait, and how to speak them."""

    due: list[tuple[int, Command]]
    language: str
    consent: bool


def answering_of(driver: str, name: str) -> Answering | None:
    """Return what waits for a call, None when there is no such call or it is over."""
    call = Call.objects.filter(driver=driver, name=name, ended_at=None).first()
    if call is None:
        return None
    rows = CallCommand.objects.filter(call=call, done_at=None).order_by("number")
    state = state_of(call)
    return Answering(
        [(row.number, _commands.decode(bytes(row.body))) for row in rows],
        state.language,
        state.consent,
    )
