"""The help centre as its staff see it: numbers, what was not found, links, rules, the folder."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.bot.outcomes import Outcomes, outcomes_of
from walletdesk.knowledge import desk_queries, drafts
from walletdesk.knowledge.actions.links import ask_for_check
from walletdesk.knowledge.actions.reading import forget_missed_search
from walletdesk.knowledge.actions.review import change_editorial_rules
from walletdesk.knowledge.desk_queries import Readings
from walletdesk.knowledge.exports import as_zip, exported
from walletdesk.knowledge.types import LinkProblem
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    HIGHEST_VERSION,
    done,
    section_page,
    show,
    tell,
)

PERIODS = (7, 30, 90)
ORDERS = {
    "views": gettext_noop("Readers"),
    "helped": gettext_noop("Helped"),
    "not_helped": gettext_noop("Did not help"),
    "ended": gettext_noop("Ended conversations"),
    "handed_over": gettext_noop("Handed over after"),
}
PROBLEMS = {
    LinkProblem.MISSING: gettext_noop("There is no such page"),
    LinkProblem.FORBIDDEN: gettext_noop("Not a public address: it is never asked"),
    LinkProblem.UNREACHABLE: gettext_noop("Nobody answers there"),
    LinkProblem.REFUSED: gettext_noop("It answers with an error"),
}
TABS = {
    "help": gettext_noop("Numbers"),
    "help_searches": gettext_noop("Not found"),
    "help_links": gettext_noop("Links"),
    "help_notices": gettext_noop("Status notices"),
    "help_rules": gettext_noop("Rules and folder"),
}


def show_tab(
    request: StaffRequest, tab: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render one of the section's pages with the way to the others."""
    tabs = [(f"desk:settings:{name}", _(words), name == tab) for name, words in TABS.items()]
    return show(request, "help", tab, {"tabs_here": tabs, **context}, status=status)


@require_safe
@section_page("help")
def numbers(request: StaffRequest) -> HttpResponse:
    """Show what each article achieved: readers, votes, and what became of conversations."""
    brand = request.membership.brand
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else 30
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "views"
    readings = desk_queries.readings_of(brand, days)
    outcomes = outcomes_of(brand, days)
    rows = [
        _numbers(row, readings, outcomes) for row in drafts.articles_for_desk(request.membership)
    ]
    rows.sort(key=lambda row: -row[order])
    context = {
        "rows": rows,
        "days": days,
        "periods": PERIODS,
        "order": order,
        "orders": [(code, _(words)) for code, words in ORDERS.items()],
        "any": any(row["views"] or row["helped"] or row["shown"] for row in rows),
    }
    return show_tab(request, "help", context)


def _numbers(
    row: drafts.ArticleRow, readings: dict[str, Readings], outcomes: dict[str, Outcomes]
) -> dict[str, Any]:
    read = readings.get(row.article.slug, Readings())
    came = outcomes.get(row.article.slug, Outcomes())
    return {
        "title": row.title,
        "slug": row.article.slug,
        "views": read.views,
        "helped": read.helped,
        "not_helped": read.not_helped,
        "shown": came.shown,
        "ended": came.ended,
        "handed_over": came.handed_over,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("help")
def searches(request: StaffRequest) -> HttpResponse:
    """List what people searched and did not find; take one off the list."""
    brand = request.membership.brand
    if request.method == "POST":
        asked = request.POST.get("id", "")
        if asked.isascii() and asked.isdecimal() and len(asked) < 18:
            forget_missed_search(brand=brand, search_id=int(asked))
            tell(request, _("Taken off the list"))
        return done("help_searches")
    language = request.GET.get("language", "")
    language = language if language in brand.languages else ""
    names = names_of(brand.languages)
    rows = [
        {"row": row, "lang": html_code(row.language), "name": names.get(row.language, row.language)}
        for row in desk_queries.missed_searches(request.membership, language)
    ]
    context = {"rows": rows, "language": language, "names": names}
    return show_tab(request, "help_searches", context)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("help")
def links(request: StaffRequest) -> HttpResponse:
    """List links that lead nowhere; have all of them looked at now."""
    brand = request.membership.brand
    if request.method == "POST":
        ask_for_check(actor=request.membership)
        tell(request, _("The links are being looked at. Load this page again in a minute."))
        return done("help_links")
    found = desk_queries.bad_links(brand)
    names = names_of(brand.languages)
    rows = [
        {"link": link, "words": _(PROBLEMS[link.problem]), "name": names.get(link.language, "")}
        for link in found
    ]
    state = desk_queries.link_state(brand, desk_queries.external_links(brand))
    return show_tab(request, "help_links", {"rows": rows, "state": state})


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("help")
def rules(request: StaffRequest) -> HttpResponse:
    """Say whether texts need four eyes; offer the folder of all articles."""
    brand = request.membership.brand
    if request.method == "POST":
        asked = request.POST.get("version", "")
        version = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
        change_editorial_rules(
            actor=request.membership,
            version=min(version, HIGHEST_VERSION),
            four_eyes="four_eyes" in request.POST,
        )
        tell(request, _("Saved"))
        return done("help_rules")
    context = {
        "rules": drafts.editorial_rules(brand),
        "may_change": may(request.membership.role, Permission.BRAND_EDIT),
    }
    return show_tab(request, "help_rules", context)


@require_POST
@section_page("help")
def folder(request: StaffRequest) -> HttpResponse:
    """Hand out all articles as a folder of Markdown files, in a ZIP archive."""
    brand = request.membership.brand
    contents = exported(brand)
    record_audit(
        brand=brand,
        actor=request.membership,
        action="article.exported",
        detail={"files": len(contents)},
    )
    return HttpResponse(
        as_zip(contents),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{brand.slug}-articles.zip"'},
    )
