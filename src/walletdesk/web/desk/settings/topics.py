"""Topics: corrections of staff to accept or reject, and the brand's own topics."""

from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.actions import topics as actions
from walletdesk.knowledge.actions import training
from walletdesk.knowledge.models import TopicExample
from walletdesk.knowledge.topic_queries import (
    accepted_examples,
    exported,
    get_example_for,
    own_topics,
    proposed_examples,
    topic_versions,
)
from walletdesk.knowledge.types import TOPIC_NAME_LENGTH, VersionState
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.present import language_name
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.settings.problems import problem
from walletdesk.web.desk.settings.topic_versions import VersionRow
from walletdesk.web.desk.topic_names import topics_of

RECENT = 20


class TopicForm(SettingsForm):
    """A topic of the brand's own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=TOPIC_NAME_LENGTH)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"),
        coerce=int,
        choices=lambda: [(level, wording.urgency(level)) for level in range(4)],
    )
    examples = forms.CharField(
        label=gettext_lazy("Examples"),
        help_text=gettext_lazy(
            "At least three messages as customers would write them, one a line. "
            "The more different, the better."
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("topics")
def listing(request: StaffRequest) -> HttpResponse:
    """List what waits for a decision and the brand's own topics, and make a new one."""
    form = TopicForm(request.POST or None, initial={"urgency": 1, "version": 0})

    def create() -> None:
        data = form.cleaned_data
        actions.create_topic(
            actor=request.membership,
            name=data["name"],
            urgency=data["urgency"],
            examples=data["examples"],
        )

    if request.method == "POST" and save(request, form, create, said=_("Topic added")):
        return done("topics")
    return _page(request, form, status=status_of(form))


def _page(
    request: StaffRequest, form: TopicForm, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    brand = request.membership.brand
    names = dict(topics_of(brand))
    versions = [VersionRow.of(each) for each in topic_versions(brand)]
    context = {
        "form": form,
        "trouble": trouble,
        "own": [(topic, wording.urgency(topic.urgency)) for topic in own_topics(brand)],
        "proposed": [_row(each, names) for each in proposed_examples(request.membership)],
        "accepted": [_row(each, names) for each in accepted_examples(brand)[:RECENT]],
        "count": actions.accepted_count(brand),
        "topics": sorted(names.items(), key=itemgetter(1)),
        "versions": versions,
        "training": any(row.state == VersionState.TRAINING for row in versions),
    }
    return show(request, "topics", "topics", context, status=status)


def attempt(request: StaffRequest, action: Callable[[], object], said: str) -> HttpResponse:
    """Run an action of a button; what it refuses stands above the page."""
    try:
        action()
    except BadInput as error:
        why = " ".join(problem(str(code)) for code in error.fields.values())
        return _page(
            request, TopicForm(initial={"urgency": 1, "version": 0}), trouble=why, status=422
        )
    tell(request, said)
    return done("topics")


def _row(example: TopicExample, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": example.pk,
        "text": example.text,
        "was": names.get(example.was, example.was),
        "topic": names.get(example.topic, example.topic),
        "code": example.topic,
        "language": language_name(example.language),
        "origin": example.origin,
    }


@require_POST
@section_page("topics")
def decide(request: StaffRequest, example_id: int, accept: bool) -> HttpResponse:  # noqa: FBT001 - from the address
    """Accept or reject an example; words and topic may be changed on the way."""
    decide_it = partial(
        actions.decide_example,
        actor=request.membership,
        example=get_example_for(request.membership, example_id),
        accept=accept,
        text=request.POST.get("text"),
        topic=request.POST.get("topic"),
    )
    said = _("Learned. It counts from now on.") if accept else _("Rejected")
    return attempt(request, decide_it, said)


@require_POST
@section_page("topics")
def remove(request: StaffRequest, code: str) -> HttpResponse:
    """Remove a topic of the brand's own."""
    actions.remove_topic(actor=request.membership, code=code)
    tell(request, _("Topic removed"))
    return done("topics")


@require_GET
@section_page("topics")
def export(request: StaffRequest) -> HttpResponse:
    """Hand out the accepted examples as `make models` reads them."""
    text = exported(request.membership.brand)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="topic-examples.txt"'
    return response


@require_POST
@section_page("topics")
def train(request: StaffRequest) -> HttpResponse:
    """Have a worker train a version from what is accepted."""
    ask = partial(training.ask_for_training, actor=request.membership)
    return attempt(request, ask, _("A worker is training. Look again in a minute."))


@require_POST
@section_page("topics")
def use(request: StaffRequest, version_id: int) -> HttpResponse:
    """Let an earlier version count again."""
    training.use_version(actor=request.membership, version_id=version_id)
    tell(request, _("This version counts from now on."))
    return done("topics")


@require_POST
@section_page("topics")
def use_shipped(request: StaffRequest) -> HttpResponse:
    """Let the shipped model alone count again."""
    training.use_shipped(actor=request.membership)
    tell(request, _("The shipped model counts from now on."))
    return done("topics")
