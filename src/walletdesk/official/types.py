"""What can be checked, what is answered, and what a brand says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What is answered. Anything but `official` is to be treated as fake."""

    OFFICIAL = "official"  # it stands in the registry
    FAKE = "fake"  # it was confirmed or listed as fake, or is a forged code
    LOOKALIKE = "lookalike"  # it looks like ours and is not
    UNKNOWN = "unknown"  # nobody here knows it


# The worst one of several decides.
GRAVITY = (Verdict.OFFICIAL, Verdict.UNKNOWN, Verdict.LOOKALIKE, Verdict.FAKE)


class Reason(StrEnum):
    """Why. Stable codes; the wording belongs to whoever shows them."""

    REGISTERED = "registered"
    SOCIAL_ON_PLATFORM = "social_on_platform"  # ours, on the named platform only
    ALL_PARTS = "all_parts_official"
    AGENT_CODE = "agent_code"
    LISTED = "listed"  # on a list of known fakes
    CONFIRMED = "confirmed"  # a report that our people confirmed
    CODE_FORGED = "code_forged"
    CODE_OVER = "code_over"  # the agent does not have that conversation any more
    CODE_OF_OTHER_CHAT = "code_of_other_chat"
    HOMOGLYPH = "homoglyph"  # letters that look like ours
    PUNYCODE = "punycode"  # the same, written as xn--
    NEAR_MISS = "near_miss"
    BRAND_INSIDE = "brand_in_strange_domain"
    OFFICIAL_INSIDE = "official_inside"  # our address as the beginning of a strange one
    OTHER_ENDING = "other_ending"
    HOSTING = "hosting_suffix"
    USERINFO = "userinfo"  # our name before an @, the real host behind it
    DISPLAY_NAME = "display_name"  # our name in front of a strange address
    REPLY_TO = "reply_to"  # answers would go elsewhere
    NOT_REGISTERED = "not_registered"
    NO_HOST_NAME = "ip_host"  # a bare number instead of a name
    SHORT_LINK = "short_link"  # nobody can see where it leads
    ATTACHMENT = "attachment"
    SIGNED = "signature_holds"
    SIGNATURE_BROKEN = "signature_broken"
    SIGNATURE_UNCHECKED = "signature_not_checked"
    NO_COUNTRY = "phone_without_country"
    NEEDS_CODE = "agent_name_needs_code"
    NOT_READABLE = "not_readable"
    TOO_LONG = "too_long"  # only its beginning was looked at


class Signature(StrEnum):
    """What the signature of the sender's own domain (DKIM) says of a whole mail."""

    HOLDS = "holds"
    BROKEN = "broken"  # forged, or the text is not as it was sent
    UNCHECKED = "unchecked"  # nobody could tell


class Kind(StrEnum):
    """Kinds of entries of a registry. NAME is what look-alikes are looked for by."""

    NAME = "name"
    DOMAIN = "domain"
    SENDER = "sender"  # e-mail address
    PHONE = "phone"  # E.164
    SOCIAL = "social"  # platform:handle
    APP = "app"  # package or store id
    APP_VERSION = "app_version"  # "<app> <version>"
    APP_CERT = "app_cert"  # SHA-256 of the signing certificate, hexadecimal
    APP_HASH = "app_hash"  # SHA-256 of a file that we publish
    AGENT = "agent"  # badge of an agent; proves nothing without a code
    CONTRACT = "contract"


class Thing(StrEnum):
    """What an input was taken for."""

    LINK = "link"
    EMAIL = "email"
    MAIL = "mail"
    PHONE = "phone"
    SOCIAL = "social"
    APP = "app"
    CONTRACT = "contract"
    AGENT = "agent"
    TEXT = "text"


class Change(StrEnum):
    """What a change of the registry does."""

    ADD = "add"
    REMOVE = "remove"


class ChangeState(StrEnum):
    """Where a change stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Registry:
    """What a brand says is its own. `names` maps a name to whether it is an ordinary word too."""

    brand: str
    entries: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, bool] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()  # of this installation: official without an entry

    def of(self, kind: Kind) -> frozenset[str]:
        """Return the values of a kind."""
        return self.entries.get(kind, frozenset())

    @property
    def domains(self) -> frozenset[str]:
        """Every official domain."""
        return self.of(Kind.DOMAIN) | self.hosts


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a check.

    `shown` is what was judged, undisguised (the real host of a link); `alternative` what is
    official instead, "" when there is none; `detail` what the reason needs to be told.
    """

    verdict: Verdict
    reason: Reason
    thing: Thing
    shown: str
    alternative: str = ""
    detail: str = ""

    def is_worse_than(self, other: "Answer") -> bool:
        """Tell whether this one weighs more."""
        return GRAVITY.index(self.verdict) > GRAVITY.index(other.verdict)
