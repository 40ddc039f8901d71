"""Flows in the desk: made, changed, tried, published and taken back by forms."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.accounts.models import AuditEntry
from walletdesk.bot.flows.actions import editing
from walletdesk.bot.flows.documents import read_flow
from walletdesk.bot.flows.models import BotFlow, FlowRun
from walletdesk.bot.flows.queries import draft_of
from walletdesk.conversations.models import Conversation

AT = "/desk/settings/flows/"


@pytest.fixture
def owner(cast: Cast) -> Client:
    load(cast.brand, ["transaction-pending"])
    editing.load_shipped_flows(actor=cast.owner)
    return cast.client(cast.owner)


def stuck() -> BotFlow:
    return BotFlow.objects.get(code="stuck_transfer")


def act(client: Client, what: str, **form: Any) -> int:
    """Post a form of the stuck transfer with the version that stands now."""
    row = stuck()
    answer = client.post(f"{AT}{row.pk}/{what}", {"version": row.version, **form})
    return answer.status_code


def steps() -> list[str]:
    return [step.id for step in read_flow(draft_of(stuck()).body).steps]


def filled(client: Client, address: str) -> dict[str, Any]:
    """Return the form of a page as the browser would send it unchanged."""
    text = client.get(address).content.decode()
    form = text[text.index('id="step-form"') :].partition("</form>")[0]
    found: dict[str, Any] = {}
    for name, value in re.findall(
        r'<input type="(?:text|hidden)" name="(\w[\w-]*)" value="([^"]*)"', form
    ):
        found[name] = html.unescape(value)
    for name, value in re.findall(r'<textarea name="([\w-]+)"[^>]*>\n?([^<]*)</textarea>', form):
        found[name] = html.unescape(value)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'name="(\w+)" value="(\w+)"[^>]*checked', form):
        found.setdefault(name, []).append(value)
    if re.search(r'name="optional"[^>]*checked', form):
        found["optional"] = "on"
    return found


def test_every_step_is_saved_as_it_was(owner: Client) -> None:
    """The form shows all that a step has: saving it untouched changes nothing."""
    before = draft_of(stuck()).body
    for step in ("hash", "explorer", "verdict", "look", "meaning", "wait", "person", "good"):
        address = f"{AT}{stuck().pk}/{step}/"
        form = filled(owner, address)
        answer = owner.post(address, form)
        assert answer.status_code == 302, step
        assert draft_of(stuck()).body == before, step


def test_an_edit_keeps_what_is_said_in_a_language_that_is_not_spoken_now(
    owner: Client, cast: Cast
) -> None:
    before = draft_of(stuck()).body
    cast.brand.languages = ["zh-hans", "en"]
    cast.brand.save(update_fields=["languages"])
    for step in ("hash", "network", "good"):
        address = f"{AT}{stuck().pk}/{step}/"
        assert owner.post(address, filled(owner, address)).status_code == 302
        assert draft_of(stuck()).body == before, step


def test_steps_move_go_and_come_back(owner: Client) -> None:
    before = steps()
    assert act(owner, "hash/move", to="up") == 302
    assert steps()[1:3] == ["hash", "meaning"]
    assert act(owner, "hash/remove") == 302
    assert "hash" not in steps()
    page = owner.get(f"{AT}{stuck().pk}/").content.decode()
    assert "Cannot be published yet" in page
    assert act(owner, "publish") == 302
    assert stuck().published is not None
    assert stuck().published.number == 1  # type: ignore[union-attr]
    assert act(owner, "restore/1") == 302
    assert steps() == before
    assert act(owner, "add", kind="tell", after="wait") == 302
    assert steps()[steps().index("wait") + 1] == "tell_1"
    assert act(owner, "turn", on="0") == 302
    assert stuck().on is False


def test_a_change_is_undone_from_its_toast(owner: Client) -> None:
    before = steps()
    row = stuck()
    answer = owner.post(f"{AT}{row.pk}/wait/remove", {"version": row.version}, follow=True)
    undo = re.search(
        r'<form method="post" action="([^"]+restore[^"]+[?][^"]+)"', answer.content.decode()
    )
    assert undo is not None
    assert owner.post(html.unescape(undo[1])).status_code == 302
    assert steps() == before


def test_a_colleague_was_faster(owner: Client) -> None:
    row = stuck()
    form = filled(owner, f"{AT}{row.pk}/wait/")
    act(owner, "wait/move", to="down")
    assert owner.post(f"{AT}{row.pk}/wait/", form).status_code == 409
    assert owner.post(f"{AT}{row.pk}/wait/move", {"version": row.version}).status_code == 409


def test_a_text_that_asks_for_a_secret_cannot_be_published(owner: Client, cast: Cast) -> None:
    address = f"{AT}{stuck().pk}/good/"
    form = filled(owner, address) | {"text_en": "Please send us your seed phrase."}
    assert owner.post(address, form).status_code == 302
    page = owner.get(f"{AT}{stuck().pk}/").content.decode()
    assert "Nobody here ever may" in page
    with pytest.raises(editing.BadInput):
        editing.publish_flow(actor=cast.owner, flow=stuck(), version=stuck().version)


def trial(client: Client, said: list[str], text: str, **more: str) -> str:
    form = {"said": said, "text": text, "language": "en", **more}
    return client.post(f"{AT}{stuck().pk}/try", form).content.decode()


def test_the_test_chat_plays_the_draft_and_keeps_nothing(owner: Client) -> None:
    rows = Conversation.objects.count()
    assert "transaction hash" in trial(owner, [], "my transfer is stuck")
    page = trial(owner, ["my transfer is stuck"], "0x" + "5e" * 32)
    assert "Pretend that they say" in page
    said = ["my transfer is stuck", "0x" + "5e" * 32]
    assert "Over which network" in trial(owner, said, "=nothing")
    page = trial(owner, [*said, "=nothing", "trc20"], "what are the fees?")
    assert "then comes back" in page
    assert "Back to your matter" in page
    assert "passing you on to a person" in trial(owner, said, "=person_now")
    assert "哪个网络" in trial(owner, ["卡住了"], "不知道", language="zh-hans")
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    shown = trial(owner, [], phrase).partition("<ol")[2]
    assert "sausage" not in shown
    assert (Conversation.objects.count(), FlowRun.objects.count()) == (rows, 0)


def test_the_preview_shows_what_is_being_typed(owner: Client) -> None:
    row = stuck()
    form = filled(owner, f"{AT}{row.pk}/network/") | {"text_es": "¿Qué red, por favor?"}
    page = owner.post(f"{AT}{row.pk}/network/preview", form).content.decode()
    assert "¿Qué red, por favor?" in page
    assert "波场 (TRC20)" in page
    assert owner.post(f"{AT}{row.pk}/network/preview", {}).status_code == 200


def test_a_flow_is_made_from_nothing(owner: Client, cast: Cast) -> None:
    answer = owner.post(f"{AT}new/", {"name": "Fees", "topics": ["fees"]})
    row = BotFlow.objects.get(name="Fees")
    assert answer.status_code == 302
    assert owner.post(f"{AT}new/", {"name": "Fees"}).status_code == 422
    at = f"{AT}{row.pk}/"
    assert owner.post(f"{at}add", {"version": 1, "kind": "end"}).status_code == 302
    form = {"version": 2, "text_en": "Bye", "text_es": "Adiós", "text_zh-hans": "再见"}
    assert owner.post(f"{at}end_1/", form).status_code == 302
    assert owner.post(f"{at}publish", {"version": 3}).status_code == 302
    row.refresh_from_db()
    assert row.on
    assert row.published is not None
    actions = AuditEntry.objects.filter(subject=str(row.pk)).values_list("action", flat=True)
    assert {"flow.created", "flow.changed", "flow.published", "flow.turned"} <= set(actions)


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("move", {"version": "9" * 40}),
        ("move", {"version": "²"}),
        ("remove", {}),
        ("", {"next": "nowhere", "version": "1"}),
        ("", {"fact": "\x00", "version": "1"}),
    ],
)
def test_hostile_forms_are_refused(owner: Client, what: str, form: dict[str, str]) -> None:
    status = owner.post(f"{AT}{stuck().pk}/hash/{what}", form).status_code
    assert 400 <= status < 500
    assert owner.post(f"{AT}{stuck().pk}/add", {"version": 1, "kind": "x"}).status_code == 400
    assert owner.get(f"{AT}{10**30}/").status_code == 404


def test_the_list_asks_the_same_for_many(owner: Client, cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert owner.get(AT).status_code == 200
        return len(seen)

    few = queries()
    for name in "abc":
        editing.create_flow(actor=cast.owner, name=name)
    assert queries() == few
    row = stuck()
    with CaptureQueriesContext(connection) as seen:
        assert owner.get(f"{AT}{row.pk}/").status_code == 200
    assert len(seen) < 25
