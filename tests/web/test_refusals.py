"""Whoever is refused something reads why, and not that "something is not right"."""

import json
from collections.abc import Iterator

from django.test import Client

import walletdesk.site.urls  # the whole desk, so that every refusal is there
from tests.cast import Cast
from walletdesk.kit.errors import DomainError
from walletdesk.web.errors import sentence

# Caught by the pages whose forms say it in their own words, or by the jobs that meet them.
TOLD_ELSEWHERE = {
    *("already_there", "bad_email", "bad_name", "last_owner", "name_taken", "shared_person"),
    *("long_password", "weak_password", "wrong_password", "wrong_code", "too_many_teams"),
    *("bad_article", "bad_template", "replay_running", "ticket_not_taken"),
    *("imap", "oauth_refused", "overtaken"),
}
OF_PROGRAMS = {"bad_input", "length_required", "not_json"}  # no page sends what they refuse


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def test_every_refusal_has_words_of_its_own() -> None:
    assert walletdesk.site.urls.urlpatterns
    ours = {each.code for each in refusals() if each.__module__.startswith("walletdesk.")}
    silent = {code for code in ours if sentence(code) == sentence("bad_input")}
    assert silent - TOLD_ELSEWHERE == OF_PROGRAMS


def test_who_asks_for_a_model_where_there_is_none_is_told(cast: Cast) -> None:
    cast.customer.write("Where is my transfer?")
    client = Client()
    client.force_login(cast.agent.user)
    answer = client.post(
        f"/desk/c/{cast.customer.conversation.ref}/assist/write",
        json.dumps({"kind": "reply", "text": ""}),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert answer.json()["code"] == "generator_off"
    assert "No language model" in answer.json()["message"]
