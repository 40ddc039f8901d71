"""The hotline in the settings: who may, what is kept, what is refused, and that it all fits."""

import io
import sys
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.voice.fakes import FakeCall
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.voice.menu import Do, Entry, Menu
from walletdesk.voice.models import Line, MenuVersion, Prompt, VoiceRules
from walletdesk.voice.queries import menu_of, newest_menu, phrases_of, prompt_states
from walletdesk.voice.wav import BadSound, prompt_wav
from walletdesk.web.desk.settings.telephone_tree import drawing

pytestmark = pytest.mark.django_db
BASE = "/desk/settings/telephone/"


def wav(rate: int = 44_100, channels: int = 2, width: int = 2, seconds: float = 0.5) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        frame = bytes(range(1, width * channels + 1))
        count = int(rate * seconds)
        file.writeframes((frame + bytes(len(frame))) * (count // 2))
    return out.getvalue()


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def menu_rows(**changes: str) -> dict[str, str]:
    rows = {
        "version": "0",
        "path-0": "1",
        "do-0": "queue",
        "urgency-0": "3",
        "always-0": "on",
        "path-1": "2",
        "do-1": "menu",
        "path-2": "21",
        "do-2": "say",
    }
    for row in range(3):
        for code in ("zh-hans", "en", "es"):
            rows[f"words_{code}-{row}"] = f"Entry {row}"
            rows[f"answer_{code}-{row}"] = "We are open" if row == 2 else ""
    return rows | changes


def test_a_number_is_connected_and_its_limits_hold(cast: Cast, owner: Client) -> None:
    inbox = Inbox.objects.create(
        brand=cast.brand, kind=InboxKind.PHONE, name="Hotline", address="+34911234567"
    )
    address = f"{BASE}numbers/{inbox.pk}/"
    form = {
        "version": "0",
        "languages": ["en"],
        "record": "ask",
        "announce_seconds": "5",
        "overflow_seconds": "600",
        "most_calls": "20",
        "survey": "on",
    }
    assert owner.post(address, form).status_code == 422
    assert not Line.objects.exists()
    form["announce_seconds"] = "60"
    assert cast.client(cast.supervisor).post(address, form).status_code == 403
    assert owner.post(address, form).status_code == 302
    line = Line.objects.get()
    assert (line.languages, line.record, line.survey, line.messages) == (["en"], "ask", True, False)
    assert owner.get(BASE).status_code == 200
    assert cast.client(cast.stranger).get(address).status_code == 404


def test_a_menu_is_kept_as_a_version_and_what_is_wrong_is_named(cast: Cast, owner: Client) -> None:
    address = f"{BASE}menu/"
    assert b"<svg" in owner.get(address).content
    for wrong in (
        {"path-2": "31"},
        {"path-1": "1"},
        {"words_es-0": ""},
        {"path-0": "a"},
        {"answer_en-2": ""},
    ):
        assert owner.post(address, menu_rows(**wrong)).status_code == 422, wrong
    assert not MenuVersion.objects.exists()
    assert owner.post(address, menu_rows()).status_code == 302
    menu = menu_of(cast.brand, newest_menu(cast.brand))
    assert menu.entries[1].entries[0].answer["en"] == "We are open"
    assert menu.entries[0].always
    assert owner.post(address, menu_rows()).status_code == 409
    assert owner.post(address, menu_rows(version="1")).status_code == 302


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Your account", ["Your account"]),
        ("资产被盗或其他安全紧急情况", ["资产被盗或其他安全紧急情况"]),
        (
            "Stolen funds or another security emergency",
            ["Stolen funds or another", "security emergency"],
        ),
        ("资" * 20, ["资" * 14, "资" * 6]),
        ("x" * 90, ["x" * 29, "x" * 28 + "…"]),
    ],
)
def test_the_picture_has_two_lines_for_what_a_key_is_for(words: str, lines: list[str]) -> None:
    menu = Menu((Entry(key="1", words={"en": words}, do=Do.QUEUE),))
    (box,) = drawing(menu, "en")["boxes"]
    assert [text for _height, text in box.lines] == lines
    assert box.full == words


def test_prompts_are_converted_and_generated_ones_wait_for_a_yes(cast: Cast, owner: Client) -> None:
    address = f"{BASE}prompts/en/"
    assert owner.get(address).status_code == 200
    file = SimpleUploadedFile("a.wav", wav())
    assert owner.post(f"{address}put", {"key": "greeting", "sound": file}).status_code == 302
    bad = SimpleUploadedFile("a.wav", b"RIFF nothing")
    assert owner.post(f"{address}put", {"key": "closed", "sound": bad}).status_code == 422
    assert owner.post(f"{address}put", {"key": "nonsense", "sound": file}).status_code == 404
    heard = owner.get(f"{address}greeting.wav")
    with wave.open(io.BytesIO(heard.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
    Prompt.objects.create(brand=cast.brand, language="en", key="closed", wav=b"x", generated=True)
    assert not phrases_of(cast.brand).say("en", "closed").sounds
    VoiceRules.objects.create(brand=cast.brand, fit=["en"])
    assert phrases_of(cast.brand).say("en", "closed").sounds
    states = {row.key: row.state for row in prompt_states(cast.brand, "en")}
    assert (states["greeting"], states["closed"], states["code"]) == ("recorded", "generated", "")


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 48_000])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_each_plain_wav_becomes_a_prompt(rate: int, width: int) -> None:
    with wave.open(io.BytesIO(prompt_wav(wav(rate, 1, width)))) as sound:
        assert abs(sound.getnframes() / 8000 - 0.5) < 0.01


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\0" * 100, wav(seconds=0.01), wav(4_000)])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(BadSound):
        prompt_wav(data)


def test_what_holds_for_all_numbers(owner: Client, cast: Cast) -> None:
    form = {"version": "0", "countries": "es, cn", "calls_per_hour": "10", "keep_days": "30"}
    assert owner.post(BASE, form | {"countries": "XX"}).status_code == 422
    assert owner.post(BASE, form).status_code == 302
    assert VoiceRules.objects.get(brand=cast.brand).countries == ["CN", "ES"]


def test_a_test_call_is_the_real_flow_and_keeps_nothing(owner: Client, hotline: Line) -> None:
    page = owner.get(f"{BASE}trial/").content.decode()
    state = page.split('name="state" value="')[1].split('"')[0]
    for do in ("1", "1", "1", "agent", "answer", "leave", "5", "4", "5", "listen", "hang_up"):
        answer = owner.post(f"{BASE}trial/press", {"state": state, "do": do})
        assert answer.status_code == 200, do
        page = answer.content.decode()
        state = page.split('name="state" value="')[1].split('"')[0]
    assert "The call is over." in page
    assert not hotline.calls.exists()
    forged = owner.post(f"{BASE}trial/press", {"state": "x", "do": "1"})
    assert forged.status_code == 200


def test_the_log_asks_the_same_however_long_it_is(cast: Cast, hotline: Line) -> None:
    client = cast.client(cast.agent)
    counts = []
    for number in (1, 6):
        for call in range(number):
            one = FakeCall(f"call-{number}-{call}")
            one.ring()
            one.hang_up()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/desk/calls/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


PROGRAM = """#!{python}
import shutil, sys
assert sys.stdin.read()
shutil.copy("{sound}", sys.argv[-1])
"""


@pytest.mark.parametrize("name", ["piper", "espeak-ng"])
def test_a_program_speaks_what_is_missing_until_a_person_says_it_is_fit(
    cast: Cast, owner: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "said.wav").write_bytes(wav(22_050))
    program = tmp_path / name
    program.write_text(PROGRAM.format(python=sys.executable, sound=tmp_path / "said.wav"))
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(settings, "WALLETDESK", replace(settings.WALLETDESK, data=tmp_path))
    address = f"{BASE}prompts/es/"
    voice = settings.WALLETDESK.data / "voices" / "es.onnx"
    shown = owner.get(address).content.decode()
    assert (f"{address}generate" in shown) == (name == "espeak-ng")  # piper needs a voice
    if name == "piper":
        assert owner.post(f"{address}generate").status_code == 422
        voice.parent.mkdir(parents=True, exist_ok=True)
        voice.touch()
    assert owner.post(f"{address}generate").status_code == 302
    made = Prompt.objects.filter(brand=cast.brand, language="es", generated=True)
    assert made.exists()
    key = made.first().key  # type: ignore[union-attr]
    assert not phrases_of(cast.brand).say("es", key).sounds
    VoiceRules.objects.create(brand=cast.brand, fit=["es"])
    assert phrases_of(cast.brand).say("es", key).sounds
