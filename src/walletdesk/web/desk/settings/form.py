"""The ticket form: open or closed, which topics, and by when an answer is promised."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from walletdesk.conversations.tickets.actions.settings import HOURS, change_form
from walletdesk.conversations.tickets.queries import form_of
from walletdesk.conversations.tickets.rules import topics_offered
from walletdesk.web.common import ticket_words as words
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
)


class TicketFormForm(SettingsForm):
    """The switch, the promise, and the topics by group."""

    enabled = forms.BooleanField(
        label=gettext_lazy("Customers can write tickets"),
        required=False,
        help_text=gettext_lazy("When it is off, the form is gone; status pages stay."),
    )
    answer_hours = forms.IntegerField(
        label=gettext_lazy("Hours until an answer is promised"),
        min_value=HOURS[0],
        max_value=HOURS[1],
        help_text=gettext_lazy("Counted while people are there, by your business hours."),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics on the form"),
        choices=lambda: [
            (words.group_name(group), [(code, words.topic_words(code)) for code in codes])
            for group, codes in topics_offered().items()
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("form")
def page(request: StaffRequest) -> HttpResponse:
    """Show the settings of the form and save them."""
    brand = request.membership.brand
    row = form_of(brand)
    offered = topics_offered(tuple(row.hidden_topics)).values()
    fresh = {
        "enabled": row.enabled,
        "answer_hours": row.answer_hours,
        "topics": [code for codes in offered for code in codes],
        "version": row.version,
    }
    form = TicketFormForm(request.POST or None, initial=fresh)

    def change() -> None:
        data = form.cleaned_data
        change_form(
            actor=request.membership,
            version=data["version"] or 0,
            enabled=data["enabled"],
            answer_hours=data["answer_hours"],
            topics=data["topics"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("form")
    path = reverse("portal:form", args=[brand.slug])
    context = {"form": form, "form_url": f"{settings.WALLETDESK.base_url.rstrip('/')}{path}"}
    return show(request, "form", "form", context, status=status_of(form))
