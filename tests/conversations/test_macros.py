"""Macros: what they say, who may use and change them, and what they do when sent."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, reply
from tests.security.actors import ARTICLE, publish
from walletdesk.accounts.models import AuditEntry
from walletdesk.conversations.actions import macros, tags
from walletdesk.conversations.actions.macros import MacroDraft
from walletdesk.conversations.actions.use_macro import send_macro
from walletdesk.conversations.macro_text import render_macro as put_in
from walletdesk.conversations.macro_text import unknown_variables
from walletdesk.conversations.models import Macro
from walletdesk.conversations.prepared import render_macro
from walletdesk.conversations.queries import macros_for
from walletdesk.conversations.types import Status
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, NotAllowed, NotFound
from walletdesk.safety import guard

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
DRAFT = MacroDraft(name="Hello", bodies={"en": "Hello {customer.label}, {agent.name} here."})


@pytest.mark.parametrize(
    ("body", "text", "missing"),
    [
        ("Hi {name.first}", "Hi Ann {b.c}", ()),
        ("Hi { name.first }!", "Hi Ann {b.c}!", ()),
        ("{name.first}{name.first}", "Ann {b.c}Ann {b.c}", ()),
        ("{b.c} {article:x}", " ", ("b.c", "article:x")),
        ("{} {{ {a b} {1} {\n}", "{} {{ {a b} {1} {\n}", ()),
        ("您好，{name.first}：", "您好，Ann {b.c}：", ()),
    ],
)
def test_values_are_put_in_once(body: str, text: str, missing: tuple[str, ...]) -> None:
    rendered = put_in(body, {"name.first": "Ann {b.c}"})
    assert (rendered.text, rendered.missing) == (text, missing)


@given(st.text(alphabet="{}.:ab ", max_size=30))
def test_what_is_not_a_variable_is_left_alone(text: str) -> None:
    rendered = put_in(text, {})
    assert set(rendered.missing) == set(unknown_variables(text, frozenset()))
    if not rendered.missing:
        assert rendered.text == text


def make(cast: Cast, draft: MacroDraft = DRAFT) -> Macro:
    return macros.create_macro(actor=cast.supervisor, draft=draft)


def test_a_macro_speaks_the_language_of_the_conversation(cast: Cast) -> None:
    publish(cast.brand)
    bodies = {
        "en": "{agent.name} of {brand.name}: {article:how-fees-work} ({conversation.ref})",
        "zh-hans": "您好",
    }
    macro = make(cast, replace(DRAFT, bodies=bodies))
    cast.customer.write("hello")
    here = cast.customer.now()
    here.language = "zh-hans"
    assert render_macro(macro, here, cast.agent).text == "您好"
    here.language = "es"  # not written in Spanish: the brand's default
    rendered = render_macro(macro, here, cast.agent)
    address = f"{settings.WALLETDESK.base_url}/help/borealis/en/{ARTICLE}"
    said = f"Alex of Borealis Wallet: {address} ({here.ref})"
    assert (rendered.text, rendered.language, rendered.missing) == (said, "en", ())


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"name": "x" * 81}, {"name": "too_long"}),
        ({"bodies": {"en": "  "}}, {"body_en": "required"}),
        ({"bodies": {"fr": "Bonjour"}}, {"body_en": "required"}),
        ({"bodies": {"en": "x" * 4_001}}, {"body_en": "too_long"}),
        ({"bodies": {"en": f"use {PHRASE}"}}, {"body_en": "secret"}),
        ({"bodies": {"en": "{customer.name}"}}, {"body_en": "variable:customer.name"}),
        ({"bodies": {"es": "{article:none}"}}, {"body_es": "variable:article:none"}),
        ({"shortcut": "no spaces"}, {"shortcut": "shortcut"}),
        ({"shortcut": "Hey"}, {"shortcut": "taken"}),
        ({"tags": [0]}, {"tags": "unknown"}),
        ({"team": 0}, {"team": "unknown"}),
        ({"snooze_hours": 0}, {"snooze_hours": "unknown"}),
        ({"snooze_hours": 5, "resolve": True}, {"snooze_hours": "resolved_too"}),
    ],
)
def test_what_cannot_be_a_macro(
    cast: Cast, fields: dict[str, object], wrong: dict[str, str]
) -> None:
    make(cast, replace(DRAFT, shortcut="hey"))
    with pytest.raises(BadInput) as refused:
        make(cast, replace(DRAFT, **fields))  # type: ignore[arg-type]
    assert refused.value.fields == wrong
    assert Macro.objects.count() == 1


def test_own_macros_are_ones_own(cast: Cast) -> None:
    shared = make(cast)
    own = macros.create_macro(actor=cast.agent, draft=replace(DRAFT, name="Mine", shared=False))
    assert [m.name for m in macros_for(cast.agent)] == ["Hello", "Mine"]
    assert [m.name for m in macros_for(cast.colleague)] == ["Hello"]
    assert macros_for(cast.stranger) == []
    change = {"version": 0, "draft": replace(DRAFT, name="New")}
    macros.change_macro(actor=cast.agent, macro=own, **change)
    for who, macro, error in (
        (cast.agent, shared, NotAllowed),
        (cast.supervisor, own, NotFound),
        (cast.stranger, shared, NotFound),
    ):
        with pytest.raises(error):
            macros.change_macro(actor=who, macro=macro, **change)
    with pytest.raises(NotAllowed):
        macros.create_macro(actor=cast.agent, draft=DRAFT)
    with pytest.raises(NotAllowed):
        macros.create_macro(actor=cast.viewer, draft=replace(DRAFT, shared=False))


def test_a_change_is_audited_and_the_slower_one_is_refused(cast: Cast) -> None:
    macro = make(cast)
    draft = replace(DRAFT, bodies={"en": "Good day"})
    macros.change_macro(actor=cast.supervisor, macro=macro, version=0, draft=draft)
    with pytest.raises(ChangedMeanwhile):
        macros.change_macro(actor=cast.owner, macro=macro, version=0, draft=DRAFT)
    entry = AuditEntry.objects.get(action="macro.changed")
    assert entry.detail == {"changed": {"bodies": [DRAFT.bodies, {"en": "Good day"}]}}


def test_an_archived_macro_frees_its_shortcut(cast: Cast) -> None:
    first = make(cast, replace(DRAFT, shortcut="hi"))
    macros.archive_macro(actor=cast.supervisor, macro=first, archived=True)
    assert macros_for(cast.agent) == []
    make(cast, replace(DRAFT, shortcut="hi"))
    with pytest.raises(BadInput):
        macros.archive_macro(actor=cast.supervisor, macro=first, archived=False)


def test_what_a_macro_does_when_it_was_sent(cast: Cast) -> None:
    tag = tags.create_tag(actor=cast.owner, name="Refund", colour="red")
    macro = make(cast, replace(DRAFT, tags=[tag.pk], resolve=True))
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    text, client_id = guard.check("all is well").safe, uuid4()
    sent = {"conversation": cast.customer.now(), "macro": macro, "text": text}
    with pytest.raises(NotFound):
        send_macro(membership=cast.stranger, client_id=client_id, **sent)
    send_macro(membership=cast.agent, client_id=client_id, **sent)
    here = cast.customer.now()
    assert here.status == Status.RESOLVED
    assert [use.tag for use in here.tagged.all()] == [tag]
