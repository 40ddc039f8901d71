"""Articles: the list with its gaps, the editor with its preview, the history of each text."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.knowledge import drafts, rules
from walletdesk.knowledge.actions import authoring
from walletdesk.knowledge.actions.review import ask_for_review
from walletdesk.knowledge.models import Article
from walletdesk.knowledge.queries import render_markdown
from walletdesk.knowledge.rules import article_path
from walletdesk.knowledge.types import ArticleAudience, HandOver, TextState, TranslationSource
from walletdesk.language.topics import TOPICS
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.article_history import language_of, revision_of
from walletdesk.web.desk.settings.article_review import state_of
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

STATES = {
    TextState.LIVE: (gettext_noop("Published"), "ok"),
    TextState.CHANGED: (gettext_noop("Changes not published"), "warn"),
    TextState.DRAFT: (gettext_noop("Draft"), "accent"),
    TextState.MISSING: (gettext_noop("Missing"), "danger"),
}
TO_REVIEW = gettext_noop("Waits for a review")
BEHIND = gettext_noop("Older than the original")
FILTERS = {
    "": gettext_noop("All"),
    "gaps": gettext_noop("With gaps"),
    "drafts": gettext_noop("Not published"),
    "staff": gettext_noop("For staff only"),
    "review": gettext_noop("To review"),
}
HAND_OVERS = (
    (HandOver.NO, gettext_lazy("The assistant answers alone")),
    (HandOver.FUNDS, gettext_lazy("Funds: a person is called at once, too")),
    (HandOver.SECURITY, gettext_lazy("Security: a person is called at once, with priority")),
)
AUDIENCES = (
    (ArticleAudience.CUSTOMERS, gettext_lazy("Customers: help centre and assistant")),
    (ArticleAudience.STAFF, gettext_lazy("Staff only: nobody outside sees it")),
)


class AboutForm(SettingsForm):
    """What an article is about, whatever the language."""

    slug = forms.CharField(
        label=gettext_lazy("Name in addresses"),
        max_length=authoring.SLUG_LENGTH,
        help_text=gettext_lazy("As in /help/…/fees-explained. It stays as it is from then on."),
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"),
        choices=lambda: sorted(
            ((code, wording.topic(code)) for code in TOPICS), key=lambda pair: pair[1]
        ),
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=authoring.CATEGORY_LENGTH,
        widget=forms.TextInput(attrs={"list": "categories"}),
        help_text=gettext_lazy("Under which heading it stands in the help centre."),
    )
    hand_over = forms.ChoiceField(
        label=gettext_lazy("When somebody asks this"),
        choices=HAND_OVERS,
        required=False,
        widget=forms.RadioSelect,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), choices=AUDIENCES, widget=forms.RadioSelect
    )


class TextForm(SettingsForm):
    """An article in one language."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=rules.TITLE_LENGTH)
    summary = forms.CharField(
        label=gettext_lazy("Answer in short"),
        max_length=rules.SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One paragraph. It is what the assistant says."),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=rules.BODY_LENGTH + 2_000,  # browsers send each line's end as two characters
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "input markdown"}),
        help_text=gettext_lazy(
            "Markdown: ## heading, - list, 1. steps, **bold**, [words](address)."
        ),
    )
    asked = forms.CharField(
        label=gettext_lazy("How people ask for it"),
        required=False,
        max_length=rules.ASKED_COUNT * (rules.ASKED_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One phrasing a line, at most 30. The assistant finds it by them."),
    )

    def text(self, language: str) -> TranslationSource:
        """Return what a valid form holds."""
        data = self.cleaned_data
        asked = tuple(data["asked"].splitlines())
        return TranslationSource(language, data["title"], data["summary"], data["body"], asked)


@require_safe
@section_page("articles")
def listing(request: StaffRequest) -> HttpResponse:
    """List the articles with their state in each language."""
    brand = request.membership.brand
    text, chosen = request.GET.get("q", "")[:100], request.GET.get("show", "")
    found = drafts.articles_for_desk(request.membership, text)
    rows = [_line(row, brand) for row in found if _stands(row, chosen)]
    context = {
        "rows": rows,
        "text": text,
        "chosen": chosen,
        "filters": [{"code": code, "name": _(name)} for code, name in FILTERS.items()],
        "names": names_of(brand.languages),
        "any": bool(found) or bool(text),
    }
    return show(request, "articles", "articles", context)


def _stands(row: drafts.ArticleRow, chosen: str) -> bool:
    match chosen:
        case "gaps":
            return not row.complete
        case "drafts":
            unready = {TextState.DRAFT, TextState.CHANGED} & set(row.states.values())
            return bool(unready) or not row.article.released
        case "staff":
            return row.article.audience == ArticleAudience.STAFF
        case "review":
            return bool(row.reviews)
        case _:
            return True


def _line(row: drafts.ArticleRow, brand: Brand) -> dict[str, Any]:
    return {
        "article": row.article,
        "title": row.title,
        "first": brand.default_language,
        "staff_only": row.article.audience == ArticleAudience.STAFF,
        "states": _states(row),
    }


def _states(row: drafts.ArticleRow) -> list[dict[str, Any]]:
    """Return for each language where the article stands, in words and in a colour."""
    names = names_of(list(row.states))
    found = []
    for language, state in row.states.items():
        words, look = STATES[state]
        if language in row.reviews:
            words, look = TO_REVIEW, "accent"
        elif state == TextState.LIVE and language in row.behind:
            words, look = BEHIND, "warn"
        found.append(
            {
                "language": language,
                "name": names[language],
                "lang": html_code(language),
                "words": _(words),
                "look": look,
                "state": str(state),
            }
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("articles")
def new(request: StaffRequest) -> HttpResponse:
    """Name an article; its text follows on the next page."""
    initial = {"audience": ArticleAudience.CUSTOMERS, "hand_over": HandOver.NO, "topic": "other"}
    initial["slug"] = slugify(request.GET.get("about", "")[:80])
    form = AboutForm(request.POST or None, initial=initial)

    def create() -> None:
        data = _about(form)
        authoring.create_article(actor=request.membership, slug=form.cleaned_data["slug"], **data)

    if request.method == "POST" and save(
        request, form, create, said=_("Article made. Now write it.")
    ):
        default = request.membership.brand.default_language
        return done("article", form.cleaned_data["slug"], default)
    context = {"form": form, "categories": drafts.categories_of(request.membership.brand)}
    return show(request, "articles", "article_about", context, status=status_of(form))


def _about(form: AboutForm) -> dict[str, Any]:
    names = ("topic", "category", "hand_over", "audience")
    return {name: form.cleaned_data[name] for name in names}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("articles")
def about(request: StaffRequest, slug: str) -> HttpResponse:
    """Change what an article is about; see its languages."""
    article = drafts.get_article_for(request.membership, slug)
    names = ("slug", "topic", "category", "hand_over", "audience", "version")
    form = AboutForm(request.POST or None, initial={name: getattr(article, name) for name in names})
    form.fields["slug"].disabled = True

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        authoring.change_article(
            actor=request.membership, article=article, version=version, **_about(form)
        )

    if request.method == "POST" and save(request, form, change):
        return done("article_about", slug)
    context = {
        "form": form,
        "article": article,
        "row": _line(drafts.row_for(article), article.brand),
        "categories": drafts.categories_of(article.brand),
        "publishes": may(request.membership.role, Permission.ARTICLE_PUBLISH),
    }
    return show(request, "articles", "article_about", context, status=status_of(form))


@require_POST
@section_page("articles")
def shown(request: StaffRequest, slug: str) -> HttpResponse:
    """Show an article to its readers (`released` is 1), or take it away."""
    article = drafts.get_article_for(request.membership, slug)
    released = request.POST.get("released") == "1"
    authoring.release_article(actor=request.membership, article=article, released=released)
    tell(request, _("Published") if released else _("Taken away from its readers"))
    return done("article_about", slug)


# --- one language -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("articles")
def edit(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """Write an article in one language, beside another one."""
    article = drafts.get_article_for(request.membership, slug)
    language = language_of(article.brand, language)
    source, number = drafts.source_of(article, language)
    if (asked := request.GET.get("from", "")).isdecimal() and len(asked) < 10:
        source = drafts.as_source(revision_of(article, language, int(asked)))
    form = TextForm(request.POST or None, initial=_initial(source, number))
    publishes = may(request.membership.role, Permission.ARTICLE_PUBLISH)
    publish_it = "publish" in request.POST and publishes

    asks = "review" in request.POST

    @transaction.atomic
    def write() -> None:
        saved = authoring.save_text(
            actor=request.membership,
            article=article,
            version=form.cleaned_data["version"] or 0,
            text=form.text(language),
            publish_it=publish_it,
        )
        if asks:
            ask_for_review(
                actor=request.membership, article=article, language=language, number=saved.number
            )

    words = _("Published") if publish_it else _("Draft saved")
    words = _("Saved. A colleague can look at it now.") if asks else words
    if request.method == "POST" and save(request, form, write, said=words):
        return done("article", slug, language)
    return _editor(request, form, article, language, publishes=publishes)


def _initial(source: TranslationSource | None, number: int) -> dict[str, Any]:
    if source is None:
        return {"version": number}
    asked = "\n".join(source.asked)
    names = ("title", "summary", "body")
    return {name: getattr(source, name) for name in names} | {"asked": asked, "version": number}


def _editor(
    request: StaffRequest, form: TextForm, article: Article, language: str, *, publishes: bool
) -> HttpResponse:
    row = drafts.row_for(article)
    for field in form.visible_fields():
        field.field.widget.attrs["lang"] = html_code(language)
    theirs = drafts.draft_of(article, language) if form.conflict else None
    context = {
        "form": form,
        "article": article,
        "language": language,
        "language_name": names_of([language])[language],
        "states": _states(row),
        "own": next(state for state in _states(row) if state["language"] == language),
        "beside": _beside(request, article, language),
        "publishes": publishes,
        "theirs": theirs,
        "rendered": _rendered(
            form, article_path(brand=article.brand.slug, language=language, slug="x")
        ),
        "public": article.published and row.states[language] in {TextState.LIVE, TextState.CHANGED},
        **state_of(request, article, language),
    }
    return show(request, "articles", "article", context, status=status_of(form))


def _beside(request: StaffRequest, article: Article, language: str) -> dict[str, Any] | None:
    """Return the text that is shown beside the editor: the language asked for, else the default."""
    brand = article.brand
    others = [code for code in (brand.default_language, *brand.languages) if code != language]
    asked = request.GET.get("beside", "")
    for code in dict.fromkeys([asked, *others] if asked in others else others):
        source, _number = drafts.source_of(article, code)
        if source is not None:
            return {
                "language": code,
                "lang": html_code(code),
                "name": names_of([code])[code],
                "source": source,
                "choices": list(names_of(list(dict.fromkeys(others))).items()),
            }
    return None


@require_POST
@section_call("articles")
def preview(request: StaffRequest) -> HttpResponse:
    """Return a form's text as readers would see it."""
    form = TextForm(request.POST)
    brand = request.membership.brand
    context = {
        "rendered": _rendered(form, article_path(brand=brand.slug, language="x", slug="x")),
        "language": html_code(request.POST.get("lang", "")[:12]),
    }
    return render(request, "desk/settings/_article_preview.html", context)


def _rendered(form: TextForm, base: str) -> dict[str, Any]:
    title, summary, body = (str(form[n].value() or "") for n in ("title", "summary", "body"))
    clean = body.replace("\x00", "").replace("\r\n", "\n")[: rules.BODY_LENGTH]
    return {"title": title, "summary": summary, "body": render_markdown(clean, base)}
