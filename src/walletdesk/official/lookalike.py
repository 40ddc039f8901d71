"""Whether a host looks like a brand's and is not, and why.

Measured by bench/official.py on generated look-alikes and on real domains. Edit distance alone
finds one phishing host in sixteen and needs hundreds of exceptions (MetaMask's public list), so
that the name inside of a host is what is looked for, and the distance only for whole labels.
"""

import re

from walletdesk.official.hosts import PATH_HOSTING, RESTRICTED, Host, split_suffix
from walletdesk.official.letters import near, skeleton
from walletdesk.official.types import Reason, Registry

NEAR_FROM, NEAR_TWICE_FROM = 5, 10  # letters of a name from which 1 and 2 slips are looked for
LEAST = 3
# What phishing puts beside a name. Beside an ordinary word it takes one of these to be suspicious.
LURES = frozenset(
    [
        "wallet", "wallets", "support", "help", "login", "signin", "sign", "log", "verify",
        "verification", "secure", "security", "app", "apps", "recover", "recovery", "restore",
        "claim", "airdrop", "connect", "sync", "validate", "token", "tokens", "crypto", "coin",
        "coins", "web3", "dapp", "swap", "kyc", "auth", "account", "accounts", "update",
        "upgrade", "official", "live", "service", "services", "center", "centre", "portal",
        "desk", "online", "download", "install", "apk", "pro", "io", "extension", "chain",
        "bridge", "staking", "stake", "rewards", "reward", "bonus", "gift", "giveaway", "free",
        "drop", "mint", "nft", "unlock", "fix", "resolve", "team", "care", "customer", "client",
        "hardware", "device", "start", "setup", "suite", "seed", "phrase", "backup", "migrate",
        "migration", "import", "withdraw", "deposit", "exchange", "trade", "dex", "defi", "my",
        "get", "the", "go", "us", "eu", "asia", "cn", "global", "bank", "pay", "payment", "id",
        "access", "alert", "notice", "appeal", "refund", "compensation", "help247", "24",
    ]
)  # fmt: skip
# Ordinary words one slip away from names of wallets.
_WORDS = frozenset(skeleton(word) for word in ("finance", "financed", "exodus", "ledger", "argent"))
_SPLIT = re.compile(r"[^0-9a-z\u0080-\U0010ffff]+")
# Long enough not to stand at an end of an ordinary word by chance.
_LURES = frozenset(skeleton(lure) for lure in LURES)
_TELLING = tuple(lure for lure in _LURES if len(lure) > 3)
_GLUED = sorted((skeleton(lure) for lure in LURES if len(lure) > 2), key=len, reverse=True)


def looks_like(host: Host, registry: Registry) -> tuple[Reason, str] | None:
    """Return why a host that is not official looks like one of the brand, and like which name."""
    inside = _official_inside(host, registry)
    if inside:
        return Reason.OFFICIAL_INSIDE, inside
    labels, suffix, hosted = split_suffix(host.name)
    for name, ordinary in registry.names.items():
        reason = _like_name(host, (labels, suffix, hosted), name, ordinary=ordinary)
        if reason is not None:
            return reason, name
    return _userinfo(host, registry)


def _official_inside(host: Host, registry: Registry) -> str:
    """Return the official domain with which a strange host begins, such as ours.com.evil.net."""
    flat = host.name.replace("-", ".")
    for domain in registry.domains:
        plain = domain.replace("-", ".")
        if f".{flat}.".find(f".{plain}.") >= 0 and not f".{flat}".endswith(f".{plain}"):
            return domain
    return ""


def _userinfo(host: Host, registry: Registry) -> tuple[Reason, str] | None:
    if host.userinfo:
        flat = skeleton(host.userinfo)
        for name in registry.names:
            if skeleton(name) in flat:
                return Reason.USERINFO, name
    return None


Parts = tuple[tuple[str, ...], str, bool]


def _like_name(host: Host, parts: Parts, name: str, *, ordinary: bool) -> Reason | None:
    labels, suffix, hosted = parts
    wanted = skeleton(name)
    if len(wanted) < LEAST or not labels:
        return None
    weak = ordinary or len(wanted) < NEAR_FROM
    plain = name_only(name)
    for at, label in enumerate(reversed(labels)):
        registered = at == 0 and not hosted
        found = _in_label(label, wanted, weak=weak)
        if found is None:
            continue
        if weak and found == wanted and not hosted and _harmless(labels, label, suffix, registered):
            continue
        return _why(host, label, plain, registered=registered, whole=found == wanted, hosted=hosted)
    if hosted or not host.ascii.startswith(tuple(PATH_HOSTING)):
        return None
    return Reason.HOSTING if not weak and wanted in skeleton(host.path) else None


def _harmless(
    labels: tuple[str, ...],
    label: str,
    suffix: str,
    registered: bool,  # noqa: FBT001 - one of the parts of a host
) -> bool:
    """Tell whether an ordinary word may be just that: at a school, or in a name of others."""
    if registered:
        return suffix.split(".", maxsplit=1)[0] in RESTRICTED
    others = "".join(skeleton(each) for each in labels if each != label)
    return not is_lure(others)


def is_lure(flat: str) -> bool:
    """Tell whether a text of skeletons speaks of wallets, support or signing in."""
    return any(lure in flat for lure in _TELLING)


def name_only(name: str) -> str:
    """Return a name as it would stand in an address."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _in_label(label: str, wanted: str, *, weak: bool) -> str | None:
    """Return what of a label looks like a name: the name, or the name with something, or nearly."""
    whole = skeleton(label)
    if whole == wanted:
        return wanted
    words = [skeleton(word) for word in _SPLIT.split(label.casefold()) if word]
    if weak:
        return _beside_lures(whole, words, wanted)
    if wanted in whole:
        return whole
    return _nearly({whole, *words, *_unglued(whole)}, wanted)


def _nearly(words: set[str], wanted: str) -> str | None:
    slips = 2 if len(wanted) >= NEAR_TWICE_FROM else 1
    if len(wanted) < NEAR_FROM:
        return None
    return next((word for word in words if word not in _WORDS and near(word, wanted, slips)), None)


def _beside_lures(whole: str, words: list[str], wanted: str) -> str | None:
    """Return the label when a short or ordinary name stands in it beside a lure, or is misspelt."""
    if wanted in words and any(word in _LURES for word in words):
        return whole
    if len(wanted) < NEAR_FROM:  # glued, a short name stands in too many words
        return next((whole for lure in _GLUED if whole in (wanted + lure, lure + wanted)), None)
    rest = whole.removeprefix(wanted) if whole.startswith(wanted) else whole.removesuffix(wanted)
    if rest != whole and rest in _LURES - {"the"}:
        return whole
    if rest != whole and len(rest) > 5 and any(lure in rest for lure in _TELLING):
        return whole
    return whole if _nearly({whole, *_unglued(whole)}, wanted) else None


def _unglued(whole: str) -> set[str]:
    """Return what is left of a label without a lure at its beginning or end."""
    found = set()
    for lure in _GLUED:
        if len(whole) - len(lure) >= NEAR_FROM - 1:
            if whole.startswith(lure):
                found.add(whole[len(lure) :])
            if whole.endswith(lure):
                found.add(whole[: -len(lure)])
    return found


def _why(
    host: Host, label: str, plain: str, *, registered: bool, whole: bool, hosted: bool
) -> Reason:
    """Return the reason that a person understands best."""
    if host.was_punycode and not label.isascii():
        return Reason.PUNYCODE
    bare = "".join(sign for sign in label.lower() if sign.isalnum())
    if plain not in bare:
        return Reason.HOMOGLYPH if whole or skeleton(plain) in skeleton(label) else Reason.NEAR_MISS
    if hosted:
        return Reason.HOSTING
    return Reason.OTHER_ENDING if whole and registered else Reason.BRAND_INSIDE
