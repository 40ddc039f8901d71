"""The actors of the access matrix, and a conversation in whatever state a row asks for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Customer, reply
from tests.files import material
from tests.identity.wallets import WalletServer
from tests.security import (
    chain_cases,
    official_cases,
    privacy_cases,
    proof_cases,
    settings_cases,
    survey_cases,
    thread_cases,
    ticket_cases,
    voice_cases,
)
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import Brand
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.knowledge.actions import save_article
from walletdesk.knowledge.types import ArticleSource, HandOver, TranslationSource
from walletdesk.safety import guard

UNKNOWN_REF = "2222222222222222"
OCTETS = "application/octet-stream"
IN_AN_HOUR = (clock.now() + timedelta(hours=1)).isoformat()
ARTICLE = "how-fees-work"
SIGN_IN_FORMS = (
    "account_passkey_options",
    "mfa_login_webauthn",
    "mfa_authenticate",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "account_invitation",
)


def publish(brand: Brand, title: str = "Fees", body: str = "Fees are paid to the network.") -> None:
    """Publish one small article in English."""
    translation = TranslationSource(
        language="en", title=title, summary="About fees.", body=body, asked=("fees",)
    )
    save_article(
        brand=brand,
        source=ArticleSource(
            slug=ARTICLE,
            topic="fees",
            category="transfers",
            hand_over=HandOver.NO,
            translations=(translation,),
        ),
    )


def bring_to(state: str, cast: Cast, customer: Customer) -> int:
    """Bring a customer's new conversation to a state. Return the number of the bot's answer."""
    if state in {"-", "new", "article", "unknown_kind"}:
        return 1
    customer.write("Where is my deposit?")
    with transaction.atomic():
        locked = lock_conversation(customer.conversation.pk)
        answer = post_bot_message(
            conversation=locked, text=guard.check("It is on its way.").safe, data={"sources": []}
        )
    if state not in {"bot", "answered"}:
        customer.ask_for_person()
    if state == "file":
        customer.send_files("", material.uploaded(customer, material.PDF)["id"])
    if state in {"open", "resolved", "scheduled"}:
        reply(cast.agent, customer, "Let me look.")
    if state == "scheduled":
        thread_cases.schedule(cast)
    if state == "resolved":
        staff.resolve_conversation(conversation=customer.now(), membership=cast.agent)
    return answer


@dataclass
class Actors:
    """Browsers and apps of all actors, made before anybody is shut out."""

    cast: Cast
    clients: dict[str, Client]
    headers: dict[str, dict[str, str]]

    @classmethod
    def of(cls, cast: Cast) -> "Actors":
        staff_of = {
            "agent": cast.agent,
            "viewer": cast.viewer,
            "supervisor": cast.supervisor,
            "owner": cast.owner,
            "stranger": cast.stranger,
            "shut_out": cast.colleague,
        }
        clients = {name: cast.client(member) for name, member in staff_of.items()}
        deactivate_user(user=cast.colleague.user)
        tokens = {"customer": cast.customer.token, "other_cust": cast.other_customer.token}
        headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
        return cls(cast, clients, headers)

    def ask(self, actor: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request as an actor: `body` as JSON, or as a form where the desk takes forms.

        The actor's cookies stay as they are, whatever the answer sets.
        """
        client = Client(raise_request_exception=False)
        if actor in self.clients:
            client.cookies.load(self.clients[actor].cookies.output(header="", sep=";"))
        headers = self.headers.get(actor, {})
        if body is None or method == "GET":
            return client.generic(method, path, headers=headers)
        if "_file" in body:
            sent = {**headers, **material.headers("a.pdf"), "X-Conversation": body["_file"]}
            return client.generic("POST", path, material.PDF, OCTETS, headers=sent)
        if "_form" in body:
            fields = {k: v for k, v in body.items() if k != "_form"}
            return client.post(path, fields, headers=headers)
        kind = "application/json"
        return client.generic(method, path, json.dumps(body), kind, headers=headers)


@dataclass
class Case:
    """A route, and the first customer's conversation in the state that is asked for."""

    name: str
    cast: Cast
    ref: str
    answer: int

    @classmethod
    def of(cls, name: str, state: str, cast: Cast) -> "Case":
        answer = bring_to(state, cast, cast.customer)
        return cls(name, cast, cast.customer.conversation.ref, answer)

    def request(self, ref: str = "") -> tuple[str, dict[str, Any] | None]:
        """Return address and body of a valid request; `ref` names another conversation."""
        ref = ref or self.ref
        return address_of(self.name, self.cast, ref), body_of(
            self.name, self.cast, ref, self.answer
        )


def address_of(name: str, cast: Cast, ref: str) -> str:
    """Return the address of a route for the brand of the cast."""
    own = thread_cases.address_of(name, cast, ref) or ticket_cases.address_of(name, cast)
    own = own or chain_cases.address_of(name, ref) or proof_cases.address_of(name, cast, ref)
    own = own or official_cases.address_of(name, cast, ref) or survey_cases.address_of(name, cast)
    own = own or voice_cases.address_of(name, cast)
    if own is not None:
        return own
    brand = cast.brand.slug
    if name.startswith("desk:settings:"):
        return reverse(name, args=settings_cases.args_of(name, cast, ref))
    if name.startswith("desk:"):
        args: dict[str, list[object]] = {
            "home": [],
            "rows": [],
            "files": [],
            "changed": [],
            "list": ["queue"],
            "list_fragment": ["queue"],
            "open": ["all", ref],
            "filter": ["queue"],
            "act_form": [ref, "snooze"],
            "articles": [],
            "article": [ARTICLE],
            "saved_remove": [1],
            "mail_html": [ref, 1],
            "delivery_again": [ref, 1],
            "mail_original": [ref, 1],
            "search": [],
            "wall": [],
            "wall_now": [],
            "escalated": [],
            **{name: [] for name in ("many", "undo", "preferences", "choices", "find", "saved")},
        }
        query = {"rows": "?view=queue", "changed": f"?view=queue&ref={ref}&open={ref}"}
        short = name.removeprefix("desk:")
        found = privacy_cases.ARGS[short](cast) if short in privacy_cases.ARGS else None
        chosen = args.get(short, [ref]) if found is None else found
        return reverse(name, args=chosen) + query.get(short, "")
    if name == "chat:article":
        return f"{reverse(name)}?brand={brand}&slug={ARTICLE}"
    if name in {"chat:state", "chat:events", "chat:transcript"}:
        return f"{reverse(name)}?conversation={ref}"
    about = {
        "file": [file_of(ref), "file"],
        "widget:page": [brand],
        "widget:continue": [brand],
        "chat:device": [cast.customer.contact.sessions.values_list("pk", flat=True).first() or 0],
        "widget:brand-css": [brand],
        "widget:loader": [brand],
        "widget:logo": [brand, "0" * 32],
        "help:start": [brand],
        "help:index": [brand, "en"],
        "help:article": [brand, "en", ARTICLE],
        "help:sitemap": [brand],
        "help:picture": [brand, "0" * 32],
        "help:suggest": [brand, "en"],
        "help:category": [brand, "en", "transfers"],
        "help:vote": [brand, "en", ARTICLE],
        "help:comment": [brand, "en", ARTICLE],
        "help:elsewhere": [brand, "en/no/such/page"],
        "account_invitation": ["A" * 43],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
        "mail_in": ["0" * 40],
        "mail_tracking": ["0" * 40],
        "mail_confirm": ["0" * 43],
        "openid_connect_login": ["sso"],
        "openid_connect_callback": ["sso"],
    }
    return reverse(name, args=about.get(name, []))


def file_of(ref: str) -> str:
    """Return the name of the file that was sent in a conversation; any name where there is none."""
    names = Attachment.objects.filter(conversation__ref=ref).values_list("ref", flat=True)
    return names.first() or ref


def body_of(name: str, cast: Cast, ref: str, answer: int) -> dict[str, Any] | None:
    """Return a valid body for a writing route, None where there is none."""
    text = {"id": str(uuid4()), "text": "Good day"}
    bodies: dict[str, dict[str, Any]] = {
        "account_login": {"_form": 1, "login": "nobody@borealis.example", "password": "wrong"},
        "account_logout": {"_form": 1},
        **{form: {"_form": 1, "code": "1", "password": "x"} for form in SIGN_IN_FORMS},
        "set_language": {"_form": 1, "language": "es"},
        "desk:reply": text,
        "desk:note": text,
        "desk:read": {"seq": 1},
        "desk:presence": {},
        "desk:offer_accept": {},
        "desk:telephone_press": {"on": True},
        "desk:offer_decline": {},
        "desk:escalate": {"_form": 1, "level": settings_cases.first_level(cast)[0], "note": "hi"},
        "desk:de_escalate": {"_form": 1},
        "desk:whisper": {"_form": 1, "text": "Look at the fee"},
        "desk:mail_original": {"_form": 1},
        "desk:delivery_again": {},
        "desk:snooze": {"_form": 1, "until": IN_AN_HOUR},
        "desk:wake": {"_form": 1},
        "desk:team": {"_form": 1, "team": str(cast.agent.team_id)},
        "desk:merge": {"_form": 1, "ref": ref},
        "desk:split": {"_form": 1, "seq": "5"},
        "desk:link": {"_form": 1, "ref": ref},
        "desk:block": {"_form": 1, "until": IN_AN_HOUR, "reason": "Insults"},
        "desk:unblock": {"_form": 1},
        "desk:call": {"_form": 1, "number": "identity:1"},
        "desk:many": {"action": "resolve", "refs": [ref], "token": str(uuid4())},
        "desk:undo": {"token": str(uuid4())},
        "desk:preferences": {"sound": True},
        "desk:saved": {"name": "Mine", "view": "all", "query": "language=en"},
        "desk:saved_remove": {},
        "desk:hand_over": {"_form": 1, "to": str(cast.supervisor.pk)},
        "desk:files": {"_file": ref},
        "chat:files": {"_file": ref},
        "chat:file_addresses": {"files": [file_of(ref)]},
        "chat:sessions": {"brand": cast.brand.slug},
        "chat:conversations": {},
        "chat:person": {"conversation": ref},
        "chat:call": {"conversation": ref},
        "chat:call-code": {},
        "chat:opinion": {
            "brand": cast.brand.slug,
            "slug": ARTICLE,
            "language": "en",
            "helped": True,
        },
        "help:vote": {"_form": 1, "helped": "yes"},
        "help:comment": {"_form": 1, "helped": "no", "text": "A picture would help"},
        "chat:feedback": {"conversation": ref, "seq": answer, "helped": True},
        "chat:rating": {"conversation": ref, "score": 5, "comment": "Fine"},
        "chat:seen": {"conversation": ref, "delivered": 1, "read": 1},
        "chat:typing": {"conversation": ref},
        "chat:finish": {"conversation": ref},
        "chat:wallet-challenge": {"address": "0x" + "0" * 40, "chain": 1},
        "chat:wallet-verify": {"signature": "0x00"},
        "chat:describe-device": {"device": "Pixel 9"},
        "chat:links": {"conversation": ref},
        "chat:opened-link": {"link": "none"},
    }
    if (own := ticket_cases.body_of(name, cast, ARTICLE)) is not None:
        return own
    if name.startswith("desk:settings:"):
        return settings_cases.body_of(name, cast)
    if name == "chat:identify":  # a token is good for once
        return {"token": WalletServer.with_secret(cast.brand).token(), "brand": cast.brand.slug}
    more = [
        bodies.get(name),
        thread_cases.body_of(name, cast),
        privacy_cases.body_of(name, cast),
        official_cases.body_of(name, ref),
        survey_cases.body_of(name, cast, ref),
        voice_cases.body_of(name),
        chain_cases.body_of(name, ref),
        proof_cases.body_of(name),
    ]
    return next((body for body in more if body is not None), None)
