"""Proof of the bot: past conversations are replayed, and the report says what is missing."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.bot.ports import current_generator
from walletdesk.bot.replays.actions import ReplayRunning, ask_replay, cancel_replay
from walletdesk.bot.replays.models import ACTIVE, Replay
from walletdesk.bot.replays.queries import (
    first_words,
    get_replay_for,
    newest_report,
    replays_for,
)
from walletdesk.bot.replays.rules import DAYS, MOST
from walletdesk.bot.replays.types import Span, State
from walletdesk.kit import ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.knowledge.actions import authoring
from walletdesk.knowledge.types import TranslationSource
from walletdesk.language.topics import OTHER, TOPICS
from walletdesk.web.common.personal import masked_line
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.present import language_name
from walletdesk.web.desk.settings.bot_report import shown_report, state_name
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.topic_names import topics_of

HIGHEST = 2**31 - 1


class ReplayForm(SettingsForm):
    """Which conversations are replayed."""

    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=DAYS[0], max_value=DAYS[1], initial=30
    )
    limit = forms.IntegerField(
        label=gettext_lazy("At most so many conversations"),
        min_value=MOST[0],
        max_value=MOST[1],
        initial=500,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)


def _form(request: StaffRequest) -> ReplayForm:
    form = ReplayForm(request.POST or None)
    codes = request.membership.brand.languages
    form.fields["language"].choices = [  # type: ignore[attr-defined] # a ChoiceField
        ("", _("All")),
        *((code, language_name(code)) for code in codes),
    ]
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("bot")
def page(request: StaffRequest) -> HttpResponse:
    """Show a report and the replays so far; a POST starts one."""
    form = _form(request)
    if request.method == "POST" and save(
        request, form, lambda: _start(request, form), said=_("Started")
    ):
        return done("bot")
    replays = replays_for(request.membership)
    chosen = _chosen(request)
    report = shown_report(chosen, request.membership, topics_of(request.membership.brand))
    context = {
        "form": form,
        "active": next((row for row in replays if row.state in ACTIVE), None),
        "replays": [_row(row) for row in replays if row.state not in ACTIVE],
        "chosen": chosen,
        "report": report,
        "has_model": current_generator() is not None,
    }
    return show(request, "bot", "bot", context, status=status_of(form))


def _start(request: StaffRequest, form: ReplayForm) -> None:
    data = form.cleaned_data
    try:
        ask_replay(
            membership=request.membership,
            span=Span(days=data["days"], language=data["language"], limit=data["limit"]),
        )
    except ReplayRunning:
        raise BadInput(limit=_("One is running already. Wait for it or cancel it.")) from None


def _chosen(request: StaffRequest) -> Replay | None:
    """Return the replay that the address names, else the newest with a report."""
    asked = request.GET.get("replay", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return newest_report(request.membership)
    found = get_replay_for(request.membership, min(int(asked), HIGHEST))
    return found if found.state == State.DONE else newest_report(request.membership)


def _row(row: Replay) -> dict[str, Any]:
    return {
        "row": row,
        "state": state_name(row.state),
        "language": language_name(row.language) if row.language else _("All"),
    }


@require_safe
@section_call("bot")
def progress(request: StaffRequest, replay_id: int) -> HttpResponse:
    """Tell how far a replay is; once it has ended, the page is asked for anew."""
    replay = get_replay_for(request.membership, min(replay_id, HIGHEST))
    answer = render(request, "desk/settings/_bot_progress.html", {"active": replay})
    if replay.state not in ACTIVE:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@section_page("bot")
def cancel(request: StaffRequest, replay_id: int) -> HttpResponse:
    """End a replay."""
    replay = get_replay_for(request.membership, min(replay_id, HIGHEST))
    cancel_replay(membership=request.membership, replay=replay)
    tell(request, _("Cancelled"))
    return done("bot")


@require_POST
@section_page("bot")
def write(request: StaffRequest, replay_id: int) -> HttpResponse:
    """Begin the article that a group of questions misses: a draft that nobody outside sees."""
    membership = request.membership
    replay = get_replay_for(membership, min(replay_id, HIGHEST))
    gap = _gap(replay, request.POST.get("gap", ""))
    asked = first_words(membership, gap["examples"])
    lines = [masked_line(asked[name]) for name in gap["examples"] if name in asked]
    title = lines[0] if lines else _("New article")
    language = membership.brand.default_language
    topic = gap["topic"] if gap["topic"] in TOPICS else OTHER
    slug = f"{slugify(title)[:40].strip('-') or topic.replace('_', '-')}-{ids.new_ref()[:4]}"
    article = authoring.create_article(actor=membership, slug=slug, topic=topic, category=topic)
    summary = _("Answer it here in one paragraph, and give it a better title.")
    draft = TranslationSource(language, title[:150], summary, "", tuple(lines))
    authoring.save_text(actor=membership, article=article, version=0, text=draft, publish_it=False)
    tell(request, _("Article made. Now write it."))
    return done("article", slug, language)


def _gap(replay: Replay, asked: str) -> dict[str, Any]:
    missing = replay.report.get("missing", [])
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 4 and int(asked) < len(missing)):
        raise NotFound
    gap: dict[str, Any] = missing[int(asked)]
    return gap
