"""Reads of flows, their versions and runs."""

import re
from collections.abc import Sequence

from django.db.models import Count, F, Q

from walletdesk.accounts.models import Brand, Membership
from walletdesk.bot.flows.checking import Problem, problems_of
from walletdesk.bot.flows.hearing import Said
from walletdesk.bot.flows.models import BotFlow, FlowRun, FlowVersion
from walletdesk.bot.flows.telling import Spoken, Voice
from walletdesk.bot.flows.types import Answer, Fact, Flow, Then
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.conversations.diagnoses.naming import network_of, refs_in
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, Kind
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.queries import get_translation_for, published_slugs
from walletdesk.knowledge.rules import article_path
from walletdesk.safety.personal import TOKEN

HEARD = 20  # messages of a customer that are looked at when a flow begins
SHOWN_VERSIONS = 30
ON_FILE = "on_file"
_MASK = re.compile("⟦[^⟧]*⟧")  # personal data stays as its token, what was a secret goes


def flows_of(brand: Brand) -> list[BotFlow]:
    """Return all flows of a brand by name, each with `begun`, `done` and `handed` runs."""
    rows = BotFlow.objects.filter(brand=brand).select_related("published").order_by("name")
    runs = FlowRun.objects.filter(version__flow__brand=brand).values_list("version__flow")
    counted = {
        flow: counts
        for flow, *counts in runs.annotate(
            begun=Count("pk"),
            done=Count("pk", filter=Q(outcome=Then.DONE)),
            handed=Count("pk", filter=Q(outcome=Then.HANDED_OVER)),
        ).order_by()
    }
    found = list(rows)
    for row in found:
        row.begun, row.done, row.handed = counted.get(row.pk, (0, 0, 0))  # type: ignore[attr-defined] # shown only
    return found


def get_flow_for(membership: Membership, flow_id: int) -> BotFlow:
    """Return a flow of the member's brand. Raises NotFound."""
    rows = BotFlow.objects.filter(brand_id=membership.brand_id).select_related("published", "brand")
    found = rows.filter(pk=flow_id).first()
    if found is None:
        raise NotFound
    return found


def draft_of(flow: BotFlow) -> FlowVersion:
    """Return the newest state of a flow."""
    return FlowVersion.objects.get(flow=flow, number=flow.version)


def versions_of(flow: BotFlow) -> list[FlowVersion]:
    """Return the newest states of a flow, newest first."""
    return list(FlowVersion.objects.filter(flow=flow).order_by("-number")[:SHOWN_VERSIONS])


def get_version_in(flow: BotFlow, number: int) -> FlowVersion:
    """Return a state of a flow by its number. Raises NotFound."""
    found = FlowVersion.objects.filter(flow=flow, number=number).first()
    if found is None:
        raise NotFound
    return found


def flow_problems(brand: Brand, flow: Flow) -> list[Problem]:
    """Return what keeps a flow of this brand from being published."""
    return problems_of(flow, languages=brand.languages, articles=published_slugs(brand))


def version_for(brand_id: int, topic: str) -> FlowVersion | None:
    """Return the published version that a topic begins, None when none does. One statement."""
    if not topic:
        return None
    rows = FlowVersion.objects.filter(flow__brand=brand_id, flow__on=True, flow__published=F("pk"))
    return rows.filter(body__topics__contains=[topic]).order_by("flow__name").first()


def running_in(conversation: Conversation) -> FlowRun | None:
    """Return the run of a conversation that has not ended. One statement."""
    rows = FlowRun.objects.filter(conversation=conversation, ended_at=None)
    return rows.select_related("version__flow").first()


def newest_run(conversation: Conversation) -> FlowRun | None:
    """Return the last run of a conversation, ended or not."""
    rows = FlowRun.objects.filter(conversation=conversation).select_related("version__flow")
    return rows.order_by("-pk").first()


# --- what was said ------------------------------------------------------------------------


def networks() -> dict[str, str]:
    """Return id → name of the networks that can be looked at."""
    return {network.id: network.name for network in Port.book().networks.values()}


def heard(text: str, seq: int = 0) -> Said:
    """Return a message with what it names."""
    refs = refs_in(text)
    ids = {name: code for code, name in networks().items()} if refs else {}
    on = [(ids[name], name) for ref in refs if (name := network_of(ref)) in ids]
    kept = _MASK.sub(lambda mask: mask[0] if TOKEN.fullmatch(mask[0]) else " ", text)
    return Said(kept.strip(), seq, refs, tuple(on))


def said_since(conversation: Conversation, seq: int) -> list[Said]:
    """Return what a customer has written after a number, oldest first. One statement."""
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER, seq__gt=seq)
    found = list(rows.order_by("-seq").values_list("text", "seq")[:HEARD])
    return [said for text, at in reversed(found) if (said := heard(text, at)).text]


def known_of(contact: Contact, flow: Flow) -> dict[str, Fact]:
    """Return what the wallet vouches for and nobody need ask: the e-mail address, masked."""
    asked = [step.fact for step in flow.questions if step.answer is Answer.EMAIL]
    known = masked_identities(contact) if asked else []
    masks = [each.mask for each in known if each.kind == Answer.EMAIL and each.verified]
    return dict.fromkeys(asked, Fact(ON_FILE, masks[-1])) if masks else {}


def voice_for(brand: Brand, language: str, slugs: Sequence[str], *, plain: bool = False) -> Voice:
    """Return how a brand speaks in a language, with the articles of these names."""
    articles = {}
    for slug in slugs:
        try:
            found = get_translation_for(brand=brand, language=language, slug=slug)
        except NotFound:
            continue
        url = article_path(brand=brand.slug, language=found.language, slug=slug)
        source = {"title": found.title, "url": url, "language": found.language}
        articles[slug] = Spoken(found.summary, {"sources": [source]})
    return Voice(language, brand.default_language, articles, plain)
