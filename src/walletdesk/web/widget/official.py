"""`/chat/v1/official`: the code of the agent in a conversation, checks, and reports of links."""

from typing import Annotated

from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.contacts.models import Contact
from walletdesk.conversations.authenticity.actions import report_link_by_customer
from walletdesk.conversations.authenticity.queries import agent_code, code_answers, judge_links
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_of
from walletdesk.integrations.email.pasted import by_dns
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.official.queries import fakes_of, registry_of
from walletdesk.official.verify import verify
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import customer_of, read_json
from walletdesk.web.common.official_words import for_browser, script_strings

Ref = Annotated[str, Meta(max_length=20)]
Link = Annotated[str, Meta(min_length=1, max_length=2_048)]


class _Which(Struct, forbid_unknown_fields=True):
    conversation: Ref


class _Check(Struct, forbid_unknown_fields=True):
    conversation: Ref
    text: Annotated[str, Meta(min_length=1, max_length=4_000)]


class _Links(Struct, forbid_unknown_fields=True):
    conversation: Ref
    links: Annotated[list[Link], Meta(max_length=50)]


class _Report(Struct, forbid_unknown_fields=True):
    conversation: Ref
    link: Link


def _own(contact: Contact, asked: _Which | _Check | _Links | _Report) -> Conversation:
    if not ids.may_name(asked.conversation):
        raise NotFound
    return get_conversation_of(contact, asked.conversation)


def _language(conversation: Conversation) -> str:
    contact = conversation.contact
    return contact.language or conversation.brand.default_language


@csrf_exempt
@require_POST
def about(request: HttpRequest) -> JsonResponse:
    """Return the code of whoever answers, and the texts of the check."""
    contact = customer_of(request)
    conversation = _own(contact, read_json(request, _Which))
    code, agent = agent_code(conversation), conversation.assignee
    with translation.override(_language(conversation)):
        return JsonResponse(
            {
                "agent": {"name": agent.user.name, "code": code} if agent and code else None,
                "strings": _strings(agent.user.name if agent else ""),
            }
        )


def _strings(name: str) -> dict[str, str]:
    return script_strings() | {
        "code": _("Code of %(name)s in this chat:") % {"name": name},
        "about": _(
            "Ours changes with each conversation. Did somebody give you a code, a link, a number or"
            " an account elsewhere? Check it here."
        ),
        "label": _("What do you want to check?"),
        "check": _("Check"),
        "failed": _("That did not work. Try again."),
    }


@csrf_exempt
@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """Say whether something is official. Codes of other conversations are refused."""
    contact = customer_of(request)
    asked = read_json(request, _Check)
    allow(request, "official", device=contact.pk)
    conversation = _own(contact, asked)
    brand = conversation.brand
    answers = verify(
        asked.text, registry_of(brand), fakes_of(brand), code_answers(brand, conversation), by_dns
    )
    with translation.override(_language(conversation)):
        return JsonResponse({"answers": [for_browser(each) for each in answers[:20]]})


@csrf_exempt
@require_POST
def links(request: HttpRequest) -> JsonResponse:
    """Return what is known of the links of a thread."""
    contact = customer_of(request)
    asked = read_json(request, _Links)
    allow(request, "official", device=contact.pk)
    conversation = _own(contact, asked)
    with translation.override(_language(conversation)):
        found = [for_browser(each) for each in judge_links(conversation.brand, asked.links)]
        return JsonResponse({"links": found, "strings": script_strings()})


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> JsonResponse:
    """Report a link as phishing."""
    contact = customer_of(request)
    asked = read_json(request, _Report)
    allow(request, "link-report", device=contact.pk)
    made = report_link_by_customer(conversation=_own(contact, asked), link=asked.link)
    return JsonResponse({"state": made.state})
