"""Topics: corrections of staff to accept or reject, and the brand's own topics."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from walletdesk.knowledge.actions import topics as actions
from walletdesk.knowledge.models import TopicExample
from walletdesk.knowledge.topic_queries import (
    accepted_examples,
    exported,
    get_example_for,
    own_topics,
    proposed_examples,
)
from walletdesk.knowledge.types import TOPIC_NAME_LENGTH
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
    brand = request.membership.brand
    names = dict(topics_of(brand))
    context = {
        "form": form,
        "own": [(topic, wording.urgency(topic.urgency)) for topic in own_topics(brand)],
        "proposed": [_row(each, names) for each in proposed_examples(request.membership)],
        "accepted": [_row(each, names) for each in accepted_examples(brand)[:RECENT]],
        "count": actions.accepted_count(brand),
    }
    return show(request, "topics", "topics", context, status=status_of(form))


def _row(example: TopicExample, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": example.pk,
        "text": example.text,
        "was": names.get(example.was, example.was),
        "topic": names.get(example.topic, example.topic),
        "language": language_name(example.language),
        "origin": example.origin,
    }


@require_POST
@section_page("topics")
def decide(request: StaffRequest, example_id: int, accept: bool) -> HttpResponse:  # noqa: FBT001 - from the address
    """Accept or reject an example."""
    example = get_example_for(request.membership, example_id)
    actions.decide_example(actor=request.membership, example=example, accept=accept)
    tell(request, _("Learned. It counts from now on.") if accept else _("Rejected"))
    return done("topics")


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
