"""Judge one thing against a brand's registry and the known fakes, which come as a function."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from walletdesk.official import phones
from walletdesk.official.clean import refang, visible
from walletdesk.official.hosts import SHORTENERS, Host, parse_host
from walletdesk.official.letters import near, skeleton
from walletdesk.official.lookalike import is_lure, looks_like, name_only
from walletdesk.official.types import Answer, Kind, Reason, Registry, Thing, Verdict

# (kind, values) → the reason for which one of the values is known as fake, or None.
Fakes = Callable[[Kind, Iterable[str]], Reason | None]
MOST_TURNS = 8  # addresses of a link and its redirectors that are followed on paper

PLATFORMS = {
    "t.me": "telegram", "telegram.me": "telegram", "telegram.dog": "telegram", "x.com": "x",
    "twitter.com": "x", "instagram.com": "instagram", "facebook.com": "facebook",
    "fb.com": "facebook", "youtube.com": "youtube", "tiktok.com": "tiktok", "reddit.com": "reddit",
    "discord.gg": "discord", "discord.com": "discord", "weibo.com": "weibo", "wa.me": "whatsapp",
    "github.com": "github", "linkedin.com": "linkedin", "medium.com": "medium",
}  # fmt: skip
_NAMES = {"twitter": "x", "tg": "telegram", "ig": "instagram", "fb": "facebook", "微信": "wechat",
          "微博": "weibo", "wx": "wechat", "yt": "youtube"}  # fmt: skip
_STORES = {
    "play.google.com": re.compile(r"[?&]id=([\w.]+)"),
    "apps.apple.com": re.compile(r"/(id\d{5,15})"),
}
_EMAIL = re.compile(r"^[^\s@<>\":]{1,64}@[^\s@<>\"]{3,253}$")
_HEX_HASH = re.compile(r"^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$", re.IGNORECASE)
_CONTRACT = re.compile(r"^(?:0x[0-9a-f]{40}|T[1-9A-HJ-NP-Za-km-z]{33})$", re.IGNORECASE)
_SOLANA = re.compile(r"^(?=.*\d)[1-9A-HJ-NP-Za-km-z]{32,44}$")
_PACKAGE = re.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){2,}$", re.IGNORECASE)
_HEADS = frozenset(
    (
        "com", "org", "net", "io", "app", "co", "me", "dev", "xyz", "im", "pro", "vip", "cc",
        "tech", "finance", "wallet", "crypto", "cn",
        "hk", "tw", "jp", "kr", "sg", "in", "ru", "de", "fr",
        "es", "it", "nl", "ch", "uk", "eu", "us", "ca", "au", "br", "mx", "ar", "cl", "pt", "tr",
    )
)  # fmt: skip
"""What ids of apps begin with: the ending of their makers' domain."""
_VERSION = re.compile(
    r"^(?:[\w.\- ]{0,60}?\s)?v?(\d{1,5}(?:\.\d{1,6}){1,3}(?:[-+][\w.]{1,20})?)$", re.IGNORECASE
)
_HANDLE = re.compile(r"^@?([\w.\-]{2,64})$")


def no_fakes(_kind: Kind, _values: Iterable[str]) -> Reason | None:
    """Know of no fakes."""
    return None


def judge_link(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge a link or a host name; a redirector by where it leads in the end."""
    answer = Answer(Verdict.UNKNOWN, Reason.NOT_READABLE, Thing.LINK, visible(text)[:200])
    targets = [text]
    for turn in range(MOST_TURNS):
        if not targets:
            return answer
        target = targets.pop(0)
        host = parse_host(target)
        if host is None:
            answer = _unless_fine(answer, target) if turn else answer
            continue
        found = _judge_host(host, target, registry, fakes)
        answer = answer if turn and answer.is_worse_than(found) else found
        targets += host.targets
    return _unless_fine(answer, targets[0]) if targets else answer


def _unless_fine(answer: Answer, target: str) -> Answer:
    """Return a worse answer for an official link that leads to what nobody can read."""
    if answer.verdict != Verdict.OFFICIAL:
        return answer
    return Answer(Verdict.UNKNOWN, Reason.NOT_READABLE, Thing.LINK, visible(target)[:200])


def _judge_host(host: Host, text: str, registry: Registry, fakes: Fakes) -> Answer:
    def answer(verdict: Verdict, reason: Reason, like: str = "") -> Answer:
        official = "" if verdict == Verdict.OFFICIAL else _nearest_domain(registry, host.name)
        return Answer(verdict, reason, Thing.LINK, host.ascii, official, like)

    listed = fakes(Kind.DOMAIN, host.domains)
    if set(host.domains) & registry.domains:  # our own word goes before any list
        strange = host.userinfo and not set(host.domains) & registry.hosts
        reason = Reason.USERINFO if strange else Reason.REGISTERED
        return answer(Verdict.UNKNOWN if strange else Verdict.OFFICIAL, reason)
    elsewhere = _account_or_store(host, text, registry, fakes)
    if elsewhere is not None:
        return elsewhere
    if listed:
        return answer(Verdict.FAKE, listed)
    like = looks_like(host, registry)
    if like is not None:
        return answer(Verdict.LOOKALIKE, like[0], like[1])
    if host.is_number:
        return answer(Verdict.UNKNOWN, Reason.NO_HOST_NAME)
    short = host.ascii.removeprefix("www.") in SHORTENERS
    return answer(Verdict.UNKNOWN, Reason.SHORT_LINK if short else Reason.NOT_REGISTERED)


def _account_or_store(host: Host, text: str, registry: Registry, fakes: Fakes) -> Answer | None:
    """Judge a link to a social account or an app's page in a store by what it names."""
    name = host.ascii.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    if name in PLATFORMS:
        handle = re.match(r"^/(?:@|c/|user/|u/|add/|company/|in/)?([\w.\-]{2,64})/?$", host.path)
        if handle:
            return judge_social(f"{PLATFORMS[name]}:{handle[1]}", registry, fakes)
    if name in _STORES:
        # a name of ours may stand in a part that the store does not look at
        ids = [each.casefold() for each in _STORES[name].findall(unquote(refang(text)))]
        app = next((each for each in ids if each not in registry.of(Kind.APP)), (ids or [""])[0])
        return judge_app(app, registry, fakes) if app else None
    return None


def _nearest_domain(registry: Registry, name: str = "") -> str:
    """Return the official domain to go to instead: the one whose name stands in a strange one."""
    own = sorted(registry.of(Kind.DOMAIN) or registry.hosts, key=lambda each: (len(each), each))
    inside = (each for each in own if skeleton(each.split(".")[0]) in skeleton(name))
    return next(inside, own[0] if own else "")


def judge_email(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge an address; a display name of ours in front of a strange one makes it a look-alike."""
    shown, address, host = _sender(refang(text).strip(), registry)
    senders = sorted(registry.of(Kind.SENDER), key=lambda each: ("reply" in each, each))
    instead = next(iter(senders), "")

    def answer(verdict: Verdict, reason: Reason, like: str = "") -> Answer:
        official = "" if verdict == Verdict.OFFICIAL else instead
        return Answer(verdict, reason, Thing.EMAIL, address[:254], official, like)

    local = address.rpartition("@")[0]
    if not local or host is None:
        return answer(Verdict.UNKNOWN, Reason.NOT_READABLE)
    if address in registry.of(Kind.SENDER):
        return answer(Verdict.OFFICIAL, Reason.REGISTERED)
    listed = fakes(Kind.SENDER, [address]) or fakes(Kind.DOMAIN, host.domains)
    if listed:
        return answer(Verdict.FAKE, listed)
    like = _like_ours(host, shown, local, registry)
    return (
        answer(Verdict.LOOKALIKE, *like) if like else answer(Verdict.UNKNOWN, Reason.NOT_REGISTERED)
    )


def _sender(plain: str, registry: Registry) -> tuple[str, str, Host | None]:
    """Return display name, address and host: of several addresses the first that is not ours."""
    several = [each for each in re.split(r"[,;>]", plain) if "@" in each]
    strange = (each for each in map(_named, several) if each[1] not in registry.of(Kind.SENDER))
    return next(strange, _named(plain)) if len(several) > 1 else _named(plain)


def _named(plain: str) -> tuple[str, str, Host | None]:
    shown, mark, rest = plain.rpartition("<")
    address = rest.rstrip("> ") if mark else plain
    address = address.strip().lower().removeprefix("mailto:").partition("?")[0]
    local, _at, domain = address.rpartition("@")
    host = parse_host(domain)
    is_plain = local and host and not re.search(r"[/\\#:%\s]", domain)
    return shown, f"{local}@{host.ascii}" if host and is_plain else address, host


def _like_ours(host: Host, shown: str, local: str, registry: Registry) -> tuple[Reason, str] | None:
    """Return why an address looks like ours: its host, its display name, what stands before @."""
    if set(host.domains) & registry.domains:
        return None  # our domain, but no address that we write from
    like = looks_like(host, registry)
    if like is not None:
        return like
    # a name in front of @gmail.com is what a false support signs with
    for part, reason in ((shown, Reason.DISPLAY_NAME), (local, Reason.BRAND_INSIDE)):
        if name := _name_in(part, registry):
            return reason, name
    return None


def _name_in(text: str, registry: Registry) -> str:
    """Return a name of the brand that stands in a text; an ordinary word does not count alone."""
    flat = skeleton(text)
    for name, plain in registry.names.items():
        own = skeleton(name)
        if own in flat and (not plain or is_lure(flat.replace(own, " "))):
            return name
    return ""


def judge_phone(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge a telephone number, however it is disguised."""
    number = phones.digits_of(text)
    own = registry.of(Kind.PHONE)
    instead = next(iter(sorted(own)), "")
    shown = number or visible(text)[:60]
    if number in own:
        return Answer(Verdict.OFFICIAL, Reason.REGISTERED, Thing.PHONE, number)
    listed = number and fakes(Kind.PHONE, [number])
    if listed:
        return Answer(Verdict.FAKE, listed, Thing.PHONE, number, instead)
    reason = Reason.NOT_REGISTERED if number else Reason.NOT_READABLE
    if number and not number.startswith("+"):
        national = number.lstrip("0")
        if any(each.endswith(national) for each in own):
            reason = Reason.NO_COUNTRY
    elif any(near(number, each, 1) for each in own):
        return Answer(Verdict.LOOKALIKE, Reason.NEAR_MISS, Thing.PHONE, shown, instead)
    return Answer(Verdict.UNKNOWN, reason, Thing.PHONE, shown, instead)


def social_value(text: str) -> str:
    """Return "platform:handle" or ":handle" of what somebody typed, "" when it is none."""
    plain = visible(text).strip().casefold()
    platform, mark, handle = plain.partition(":")
    if not mark:
        words = plain.split()
        platform, handle = (words[0], words[-1]) if len(words) == 2 else ("", plain)
    found = _HANDLE.match(handle.strip().removeprefix("@"))
    platform = _NAMES.get(platform.strip(), platform.strip())
    return f"{platform}:{found[1]}" if found and re.fullmatch(r"[\w.]{0,20}", platform) else ""


def judge_social(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge an account. Without a platform it is official on the one that the registry names."""
    value = social_value(text)
    platform, _mark, handle = value.partition(":")
    own = registry.of(Kind.SOCIAL)
    same = sorted(each for each in own if each.partition(":")[2] == handle)
    instead = next(
        (each for each in sorted(own) if each.startswith(f"{platform}:")),
        next(iter(sorted(own)), ""),
    )
    if value in own:
        return Answer(Verdict.OFFICIAL, Reason.REGISTERED, Thing.SOCIAL, value)
    if same and not platform:
        reason = Reason.SOCIAL_ON_PLATFORM
        return Answer(Verdict.OFFICIAL, reason, Thing.SOCIAL, f"@{handle}", "", ", ".join(same))
    if value and (listed := fakes(Kind.SOCIAL, [value])):
        return Answer(Verdict.FAKE, listed, Thing.SOCIAL, value, instead)
    name = _name_in(handle, registry)
    if value and (name or same or any(_like(handle, each.partition(":")[2]) for each in own)):
        flat = "".join(sign for sign in handle if sign.isalnum())
        plain = name and name_only(name) in flat
        reason = Reason.BRAND_INSIDE if plain or same else Reason.NEAR_MISS
        return Answer(Verdict.LOOKALIKE, reason, Thing.SOCIAL, value, instead, name)
    reason = Reason.NOT_REGISTERED if value else Reason.NOT_READABLE
    return Answer(Verdict.UNKNOWN, reason, Thing.SOCIAL, value or visible(text)[:60], instead)


def _like(handle: str, own: str) -> bool:
    return len(own) >= 5 and near(skeleton(handle), skeleton(own), 1)


def judge_app(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge an app's id, one of its versions, its signing certificate or the hash of its file."""
    plain = visible(text).strip()
    instead = next(iter(sorted(registry.of(Kind.APP))), "")
    kinds: tuple[Kind, ...]
    if _HEX_HASH.match(plain):
        value = plain.replace(":", "").casefold()
        kinds, values = (Kind.APP_HASH, Kind.APP_CERT), [value]
        official = any(value in registry.of(kind) for kind in kinds)
    elif version := _VERSION.match(plain):
        number = version[1].casefold()
        value = number
        values = [each for each in registry.of(Kind.APP_VERSION) if each.split(" ")[-1] == number]
        official, kinds = bool(values), (Kind.APP_VERSION,)
        values = [number, *values]
        instead = max(registry.of(Kind.APP_VERSION), key=_version_key, default=instead)
    else:
        value = plain.casefold()
        official, kinds, values = value in registry.of(Kind.APP), (Kind.APP,), [value]
    listed = next((found for kind in kinds if (found := fakes(kind, values))), None)
    if official and not listed:
        return Answer(Verdict.OFFICIAL, Reason.REGISTERED, Thing.APP, value)
    if listed:
        return Answer(Verdict.FAKE, listed, Thing.APP, value, instead)
    name = _name_in(value, registry) if _PACKAGE.match(value) else ""
    if name or any(near(value, own, 2) for own in registry.of(Kind.APP) if len(own) > 8):
        reason = Reason.BRAND_INSIDE if name else Reason.NEAR_MISS
        return Answer(Verdict.LOOKALIKE, reason, Thing.APP, value, instead, name)
    return Answer(Verdict.UNKNOWN, Reason.NOT_REGISTERED, Thing.APP, value[:100], instead)


def _version_key(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", value.rsplit(" ", maxsplit=1)[-1]))


def contract_value(text: str) -> str:
    """Return an address as it is compared: hexadecimal ones in small letters."""
    plain = visible(text).strip().rpartition(":")[2]
    return plain.casefold() if plain[:2].casefold() == "0x" else plain


def judge_contract(text: str, registry: Registry, fakes: Fakes = no_fakes) -> Answer:
    """Judge a contract's address. One with our beginning and end and another middle is poisoned."""
    value = contract_value(text)
    own = registry.of(Kind.CONTRACT)
    if value in own:
        return Answer(Verdict.OFFICIAL, Reason.REGISTERED, Thing.CONTRACT, value)
    instead = next(
        (each for each in sorted(own) if each[:6] == value[:6] and each[-4:] == value[-4:]), ""
    )
    if listed := fakes(Kind.CONTRACT, [value]):
        return Answer(Verdict.FAKE, listed, Thing.CONTRACT, value, instead)
    if instead:
        return Answer(Verdict.LOOKALIKE, Reason.NEAR_MISS, Thing.CONTRACT, value, instead)
    return Answer(Verdict.UNKNOWN, Reason.NOT_REGISTERED, Thing.CONTRACT, value[:100])


def judge_agent(text: str, registry: Registry, _fakes: Fakes = no_fakes) -> Answer:
    """Answer for a badge or a name of an agent: anybody can give it, so that it proves nothing."""
    known = visible(text).strip() in registry.of(Kind.AGENT)
    reason = Reason.NEEDS_CODE if known else Reason.NOT_REGISTERED
    return Answer(Verdict.UNKNOWN, reason, Thing.AGENT, visible(text).strip()[:60])


def thing_of(text: str, registry: Registry) -> Thing:
    """Tell what a short input is."""
    plain = refang(text).strip()
    if plain in registry.of(Kind.AGENT):
        return Thing.AGENT
    if "\n" not in plain and not re.match(r"https?://", plain, re.IGNORECASE):
        bare = plain.removeprefix("mailto:").rpartition("<")[2].rstrip("> ")
        if _EMAIL.match(bare) and "/" not in bare:
            return Thing.EMAIL
        if found := Thing.APP if _is_package(plain, registry) else _code_like(plain):
            return found
    if re.match(r"(?:\w+:)?[/\\]{2}", plain) or parse_host(plain) is not None:
        return Thing.LINK
    if social_value(plain) and (plain.startswith("@") or ":" in plain or _names_platform(plain)):
        return Thing.SOCIAL
    return Thing.TEXT


def _names_platform(plain: str) -> bool:
    first = plain.casefold().split()[0] if plain.split() else ""
    return len(plain.split()) == 2 and (first in _NAMES or first in PLATFORMS.values())


def _is_package(plain: str, registry: Registry) -> bool:
    """Tell an app's id from a host without a scheme: it begins as hosts end."""
    name = plain.casefold()
    if not _PACKAGE.match(name):
        return False
    host = parse_host(name)
    if name in registry.of(Kind.APP) or host is None:
        return True
    return name.partition(".")[0] in _HEADS and not set(host.domains) & registry.domains


def _code_like(plain: str) -> Thing | None:
    """Tell apart what is made of digits: hashes, versions, contracts, apps, telephone numbers."""
    if _HEX_HASH.match(plain):
        return Thing.APP
    if _CONTRACT.match(plain.rpartition(":")[2]) or _SOLANA.match(plain):
        return Thing.CONTRACT
    if _VERSION.match(plain) and plain.count(".") < 4 and not re.fullmatch(r"[\d.]{10,}", plain):
        return Thing.APP
    return Thing.PHONE if phones.digits_of(plain) else None


JUDGES: dict[Thing, Callable[[str, Registry, Fakes], Answer]] = {
    Thing.LINK: judge_link,
    Thing.EMAIL: judge_email,
    Thing.PHONE: judge_phone,
    Thing.SOCIAL: judge_social,
    Thing.APP: judge_app,
    Thing.CONTRACT: judge_contract,
    Thing.AGENT: judge_agent,
}
