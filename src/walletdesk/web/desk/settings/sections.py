"""The list of sections: what stands in the settings' menu, in which order, and who sees it."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission


@dataclass(frozen=True, slots=True)
class Section:
    """One section. `title` and `about` are msgids, `url` a name in the `desk` addresses.

    `name` is its part of the address: /desk/settings/<name>/.
    """

    name: str
    title: str
    about: str
    url: str
    icon: str
    permission: Permission
    group: str = "brand"


GROUPS = {
    "brand": gettext_noop("Your brand"),
    "people": gettext_noop("People"),
    "work": gettext_noop("Daily work"),
    "safety": gettext_noop("Safety"),
}

SECTIONS: tuple[Section, ...] = (
    Section(
        "brand",
        gettext_noop("Brand"),
        gettext_noop("Name, colour, logo and greeting: what customers see first."),
        "desk:settings:brand",
        "star",
        Permission.BRAND_EDIT,
    ),
    Section(
        "languages",
        gettext_noop("Languages"),
        gettext_noop("In which languages you serve, and what is not translated yet."),
        "desk:settings:languages",
        "globe",
        Permission.BRAND_EDIT,
    ),
    Section(
        "inboxes",
        gettext_noop("Inboxes and embed code"),
        gettext_noop("The ways to reach you, and the chat on your own pages."),
        "desk:settings:inboxes",
        "inbox",
        Permission.BRAND_EDIT,
    ),
    Section(
        "email",
        gettext_noop("E-mail"),
        gettext_noop("Mailboxes whose mails become conversations."),
        "desk:settings:email",
        "mail",
        Permission.BRAND_EDIT,
    ),
    Section(
        "outbox",
        gettext_noop("Outgoing mail"),
        gettext_noop("How your mails leave, signatures that prove they are yours, and the outbox."),
        "desk:settings:outbox",
        "send",
        Permission.BRAND_EDIT,
    ),
    Section(
        "form",
        gettext_noop("Ticket form"),
        gettext_noop("Whether customers can write tickets, about what, and your promise."),
        "desk:settings:form",
        "note",
        Permission.BRAND_EDIT,
    ),
    Section(
        "surveys",
        gettext_noop("Surveys"),
        gettext_noop("How and when customers are asked how it was, and what a low score does."),
        "desk:settings:surveys",
        "star",
        Permission.BRAND_EDIT,
    ),
    Section(
        "telephone",
        gettext_noop("Telephone"),
        gettext_noop("How your numbers are answered: menu, announcements, waiting, call-backs."),
        "desk:settings:telephone",
        "call",
        Permission.BRAND_EDIT,
    ),
    Section(
        "hours",
        gettext_noop("Business hours"),
        gettext_noop("When people answer, and what is said to those who write at other times."),
        "desk:settings:hours",
        "clock",
        Permission.BRAND_EDIT,
    ),
    Section(
        "promises",
        gettext_noop("Promises"),
        gettext_noop("How soon somebody answers whom, and when you are warned."),
        "desk:settings:promises",
        "flag",
        Permission.BRAND_EDIT,
    ),
    Section(
        "routing",
        gettext_noop("Routing"),
        gettext_noop("Who gets which conversation, how many at once, and after which time."),
        "desk:settings:routing",
        "hand-over",
        Permission.BRAND_EDIT,
        "work",
    ),
    Section(
        "escalation",
        gettext_noop("Escalation"),
        gettext_noop("Who stands above the agents, and what goes there by itself."),
        "desk:settings:escalation",
        "alert",
        Permission.BRAND_EDIT,
        "work",
    ),
    Section(
        "articles",
        gettext_noop("Articles"),
        gettext_noop("What the help centre shows and the assistant answers from."),
        "desk:settings:articles",
        "article",
        Permission.ARTICLE_EDIT,
        "work",
    ),
    Section(
        "flows",
        gettext_noop("Flows"),
        gettext_noop("What the bot asks in several steps before it answers or calls a person."),
        "desk:settings:flows",
        "hand-over",
        Permission.BRAND_EDIT,
        "work",
    ),
    Section(
        "help",
        gettext_noop("Help centre"),
        gettext_noop("What readers found and did not, broken links, and status notices."),
        "desk:settings:help",
        "help",
        Permission.ARTICLE_EDIT,
        "work",
    ),
    Section(
        "macros",
        gettext_noop("Macros"),
        gettext_noop("Prepared replies, and what is done when they are sent."),
        "desk:settings:macros",
        "bolt",
        Permission.CONVERSATION_ANSWER,
        "work",
    ),
    Section(
        "tags",
        gettext_noop("Tags"),
        gettext_noop("Words by which your team sorts conversations. Customers never see them."),
        "desk:settings:tags",
        "tag",
        Permission.TAG_EDIT,
        "work",
    ),
    Section(
        "topics",
        gettext_noop("Topics"),
        gettext_noop("What triage learns from corrections, and topics of your own."),
        "desk:settings:topics",
        "bot",
        Permission.TAG_EDIT,
        "work",
    ),
    Section(
        "bot",
        gettext_noop("Proof of the bot"),
        gettext_noop("What the bot would say to past conversations, and which articles it misses."),
        "desk:settings:bot",
        "bot",
        Permission.ARTICLE_EDIT,
        "work",
    ),
    Section(
        "networks",
        gettext_noop("Networks and nodes"),
        gettext_noop("Which chains are asked about transfers, and at which nodes first."),
        "desk:settings:networks",
        "globe",
        Permission.BRAND_EDIT,
        "work",
    ),
    Section(
        "privacy",
        gettext_noop("Privacy"),
        gettext_noop("What is masked, who may look, and how long things are kept."),
        "desk:settings:privacy",
        "lock",
        Permission.BRAND_EDIT,
        "safety",
    ),
    Section(
        "contacts",
        gettext_noop("Find a customer"),
        gettext_noop("By one whole value: e-mail, phone, customer number or conversation."),
        "desk:contacts",
        "search",
        Permission.CONTACT_SEARCH,
        "safety",
    ),
    Section(
        "official",
        gettext_noop("What is official"),
        gettext_noop("Your domains, apps, numbers and accounts: one person asks, another agrees."),
        "desk:official",
        "check-circle",
        Permission.OFFICIAL_REQUEST,
        "safety",
    ),
    Section(
        "links",
        gettext_noop("Reported links"),
        gettext_noop("Phishing links that customers and colleagues reported."),
        "desk:links",
        "link",
        Permission.LINK_JUDGE,
        "safety",
    ),
    Section(
        "exports",
        gettext_noop("Exports"),
        gettext_noop("One person asks, another agrees, and the file can be downloaded once."),
        "desk:exports",
        "external",
        Permission.EXPORT_REQUEST,
        "safety",
    ),
    Section(
        "audit",
        gettext_noop("Audit trail"),
        gettext_noop("Who saw what, and why."),
        "desk:audit",
        "shield",
        Permission.AUDIT_READ,
        "safety",
    ),
    Section(
        "alarms",
        gettext_noop("Alarms"),
        gettext_noop("Odd behaviour of colleagues, and who is locked out."),
        "desk:alarms",
        "alert",
        Permission.AUDIT_READ,
        "safety",
    ),
    Section(
        "account",
        gettext_noop("My account"),
        gettext_noop("Your name, password and second factor, and where you are signed in."),
        "desk:settings:account",
        "user",
        Permission.CONVERSATION_READ,
        "people",
    ),
    Section(
        "people",
        gettext_noop("People"),
        gettext_noop("Who works here, with which role, team and languages."),
        "desk:settings:people",
        "users",
        Permission.STAFF_MANAGE,
        "people",
    ),
    Section(
        "teams",
        gettext_noop("Teams"),
        gettext_noop("People who share a queue."),
        "desk:settings:teams",
        "users",
        Permission.STAFF_MANAGE,
        "people",
    ),
    Section(
        "roles",
        gettext_noop("Roles"),
        gettext_noop("What each role may do, and which ones need a second factor."),
        "desk:settings:roles",
        "shield",
        Permission.STAFF_MANAGE,
        "people",
    ),
    Section(
        "identity",
        gettext_noop("Identity"),
        gettext_noop("How your wallet says who a customer is, and what keeps floods away."),
        "desk:settings:identity",
        "key",
        Permission.BRAND_EDIT,
        "safety",
    ),
)


def sections_for(membership: Membership) -> list[Section]:
    """Return the sections that this person may open, in the order of the menu."""
    order = list(GROUPS)
    allowed = [section for section in SECTIONS if may(membership.role, section.permission)]
    return sorted(allowed, key=lambda section: order.index(section.group))


def section_named(name: str) -> Section:
    """Return a section. Raises KeyError: names are written by programmers."""
    return {section.name: section for section in SECTIONS}[name]
