"""Load the demo brand. Safe to repeat."""

import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path

from walletdesk.accounts.actions.brands import create_brand
from walletdesk.accounts.actions.people import create_member
from walletdesk.accounts.models import Brand, Membership, User
from walletdesk.accounts.types import Role
from walletdesk.contacts.actions.identity_keys import create_identity_key
from walletdesk.contacts.types import Algorithm
from walletdesk.knowledge.actions import load_article_folders
from walletdesk.official.actions.registry import load_registry
from walletdesk.official.types import Kind
from walletdesk.site.demo import BRAND
from walletdesk.site.demo.settings import load_settings

FOLDER = Path(__file__).parent
LANGUAGES = ("zh-hans", "en", "es")
PEOPLE = (
    ("Olivia Hart", "owner@aurora.example", Role.OWNER, ("en",), None),
    ("Sun Wei", "supervisor@aurora.example", Role.SUPERVISOR, ("zh-hans", "en"), None),
    ("Lin Mei", "mei@aurora.example", Role.AGENT, ("zh-hans",), "Chinese"),
    ("Alex Moore", "alex@aurora.example", Role.AGENT, ("en",), "English"),
    ("Sofía Ruiz", "sofia@aurora.example", Role.AGENT, ("es", "en"), "Spanish"),
    ("Noah Berg", "security@aurora.example", Role.AGENT, ("en", "zh-hans"), "Security"),
)


def make_password() -> str:
    """Return a random password that can be typed: the demo may stand on the open Internet."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(3))


def load_demo(*, password: str, report: Callable[[str], None]) -> Brand | None:
    """Load brand, people and articles. Return None when the brand is there already."""
    if Brand.objects.filter(slug=BRAND).exists():
        return None
    brand = create_brand(
        slug=BRAND,
        name="Aurora Wallet",
        languages=LANGUAGES,
        default_language="en",
        accent="#5b5bd6",
        second_factor_roles=(),  # the demo's sign-ins work at once; the desk says so
    )
    first: User | None = None
    for name, email, role, languages, team in PEOPLE:
        place = create_member(
            brand=brand,
            email=email,
            name=name,
            password=password,
            role=role,
            languages=languages,
            team=team,
            same_password_as=first,
        )
        first = place.user
    create_identity_key(brand=brand, membership=None, algorithm=Algorithm.HS256, kid="demo")
    report("Loading the demo articles")
    load_article_folders(brand=brand, folder=FOLDER / "articles")
    load_official(brand)
    load_settings(Membership.objects.get(brand=brand, role=Role.OWNER))
    return brand


def load_official(brand: Brand) -> None:
    """Load what the demo brand says is its own: official.toml."""
    told = tomllib.loads((FOLDER / "official.toml").read_text())
    load_registry(
        brand=brand,
        entries=[
            (
                Kind(each["kind"]),
                each["value"],
                each.get("label", ""),
                each.get("ordinary", False),
            )
            for each in told["entry"]
        ],
    )


def sign_ins() -> list[tuple[str, str, str]]:
    """Return (name, e-mail, role) of the demo's people."""
    places = Membership.objects.filter(brand__slug=BRAND).select_related("user").order_by("pk")
    return [(place.user.name, place.user.email, place.role) for place in places]
