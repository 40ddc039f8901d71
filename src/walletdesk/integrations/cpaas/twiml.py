"""Commands as TwiML. Pure.

One document answers one question of the provider and ends in the verb that leads to the next:
Gather, Record, Dial, Redirect or Hangup. Its addresses carry the number of the last command that
it holds, so that the same question asked twice gets the same answer and nothing is lost between.
"""

from collections.abc import Callable, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from walletdesk.voice.types import (
    Collect,
    Command,
    Connect,
    Hangup,
    Hold,
    Play,
    Said,
    TakeMessage,
)

Address = Callable[..., str]  # what happened, and its fields → the address to tell it to
Sound = Callable[[str], str]  # id of a sound → its address

POLL_SECONDS: Final = 2  # how soon news of an agent reaches a caller on hold
VOICES: Final = {"zh-hans": "cmn-CN", "en": "en-US", "es": "es-ES"}
SPOKEN: Final = (Play, Hold, TakeMessage, Connect, Hangup)
ENDING: Final = frozenset({"Gather", "Record", "Dial", "Redirect", "Hangup"})


def document(
    due: Sequence[tuple[int, Command]],
    *,
    address: Address,
    sound: Sound,
    agent: Callable[[int], str],
    language: str,
    record: bool,
) -> str:
    """Return the answer for the commands that wait, in their order."""
    root = Element("Response")
    number = 0
    for number, command in _chosen(due):
        match command:
            case Play(collect=None):
                _speak(root, command.said, sound, language)
            case Play():
                _gather(root, command, address("digits", upto=number), sound, language)
            case TakeMessage():
                _take(root, command, address("message", upto=number, name=command.name))
            case Connect():
                _dial(root, command, number, address, agent, record=record)
            case Hold():
                _hold(root, number, address, sound)
            case _:
                SubElement(root, "Hangup")
    if not number:
        SubElement(root, "Pause", length=str(POLL_SECONDS))
    if len(root) == 0 or root[-1].tag not in ENDING:
        told = "played" if number else "poll"
        _redirect(root, address(told, upto=number or (due[-1][0] if due else 0)))
    return '<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, encoding="unicode")


def _chosen(due: Sequence[tuple[int, Command]]) -> list[tuple[int, Command]]:
    """Return what is spoken or done now: up to what waits for news; only the last hold sound."""
    spoken = [each for each in due if isinstance(each[1], SPOKEN)]
    found: list[tuple[int, Command]] = []
    for at, each in enumerate(spoken):
        if isinstance(each[1], Hold) and at < len(spoken) - 1:
            continue
        found.append(each)
        if not isinstance(each[1], Play) or each[1].collect:
            break
    return found


def _redirect(root: Element, url: str) -> None:
    SubElement(root, "Redirect", method="POST").text = url


def _speak(parent: Element, said: Sequence[Said], sound: Sound, language: str) -> None:
    for one in said:
        if one.sounds:
            for each in one.sounds:
                SubElement(parent, "Play").text = sound(each)
        else:
            voice = VOICES.get(language, language)
            SubElement(parent, "Say", language=voice).text = one.text


def _gather(root: Element, play: Play, url: str, sound: Sound, language: str) -> None:
    collect = play.collect or Collect()
    gather = SubElement(
        root,
        "Gather",
        input="dtmf",
        action=url,
        method="POST",
        numDigits=str(collect.digits),
        timeout=str(max(1, round(collect.seconds))),
        finishOnKey=collect.end if collect.digits > 1 else "",
        actionOnEmptyResult="true",
    )
    _speak(gather, play.said, sound, language)


def _hold(root: Element, number: int, address: Address, sound: Sound) -> None:
    gather = SubElement(
        root,
        "Gather",
        input="dtmf",
        action=address("digits", upto=number),
        method="POST",
        numDigits="1",
        timeout="1",
        finishOnKey="",
    )
    SubElement(gather, "Play").text = sound("hold")
    _redirect(root, address("poll", upto=number))


def _take(root: Element, command: TakeMessage, url: str) -> None:
    SubElement(
        root,
        "Record",
        action=url,
        method="POST",
        maxLength=str(round(command.seconds)),
        timeout=str(max(1, round(command.silence))),
        finishOnKey="#",
        playBeep="true",
    )


def _dial(
    root: Element,
    command: Connect,
    number: int,
    address: Address,
    agent: Callable[[int], str],
    *,
    record: bool,
) -> None:
    dial = SubElement(
        root,
        "Dial",
        action=address("dialled", upto=number, leg=command.leg),
        method="POST",
        timeout="30",
    )
    if record:
        dial.set("record", "record-from-answer-dual")
        dial.set("recordingStatusCallback", address("recorded", upto=0))
    where = agent(command.membership)
    kind = "Sip" if where.startswith(("sip:", "sips:")) else "Number"
    target = SubElement(dial, kind)
    target.text = where
    target.set("statusCallbackEvent", "answered")
    target.set("statusCallback", address("joined", upto=0, leg=command.leg))
