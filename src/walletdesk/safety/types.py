"""The types of the guard: `SafeText`, which only the guard can build, and what a check found."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NoReturn, final

HISTORY_LIMIT: Final = 24
"""How many of the customer's previous messages are looked at, together with the new one."""

# The right to build a `SafeText`. guard.py takes it; tools/lints/safe_text.py refuses it to every
# other module.
_CAPABILITY: Final = object()


@final
class SafeText:
    """Text that went through the guard; the only form in which a message may be written anywhere.

    It is no subclass of `str`, so the type checker refuses plain text where safe text is wanted
    (and a store that wants plain text gets it by `.text`). Immutable; equality and hash go by text.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str, capability: object) -> None:
        """Refuse everybody but the guard: raises TypeError without its capability."""
        if capability is not _CAPABILITY:
            raise TypeError("SafeText is built by walletdesk.safety.guard only")
        object.__setattr__(self, "_text", text)

    @property
    def text(self) -> str:
        """The masked text."""
        return self._text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"SafeText({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, SafeText) else NotImplemented

    def __hash__(self) -> int:
        return hash((SafeText, self._text))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("SafeText is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("SafeText is immutable")

    def __copy__(self) -> "SafeText":
        return self

    def __deepcopy__(self, memo: object) -> "SafeText":
        return self

    def __reduce__(self) -> NoReturn:
        # A pickle could be forged into a SafeText that no guard has seen.
        raise TypeError("SafeText cannot be pickled; store .text")


@dataclass(frozen=True, slots=True)
class TokenValue:
    """A personal datum that a token stands for: kept in memory until it is sealed."""

    kind: str
    code: str
    value: str = field(repr=False)


@final
class StorableText:
    """Safe text in which tokens stand for personal data; the only form that a timeline takes.

    `values` are what the tokens stand for. Built by the guard only (`tokenise`), like `SafeText`.
    """

    __slots__ = ("safe", "values")
    safe: SafeText
    values: tuple[TokenValue, ...]

    def __init__(self, safe: SafeText, values: tuple[TokenValue, ...], capability: object) -> None:
        """Refuse everybody but the guard: raises TypeError without its capability."""
        if capability is not _CAPABILITY:
            raise TypeError("StorableText is built by walletdesk.safety.guard only")
        object.__setattr__(self, "safe", safe)
        object.__setattr__(self, "values", values)

    @property
    def text(self) -> str:
        """The text with its tokens."""
        return self.safe.text

    def __repr__(self) -> str:
        return f"StorableText({self.safe.text!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("StorableText is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("StorableText is immutable")

    def __reduce__(self) -> NoReturn:
        raise TypeError("StorableText cannot be pickled; store .text")


class SecretKind(StrEnum):
    """What kind of secret a finding is."""

    SEED_PHRASE = "seed_phrase"
    PRIVATE_KEY = "private_key"
    WIF = "wif"
    EXTENDED_KEY = "extended_key"
    KEYSTORE = "keystore"
    ENCRYPTED_KEY = "encrypted_key"
    SOLANA_KEY = "solana_key"
    STELLAR_SEED = "stellar_seed"
    XRP_SEED = "xrp_seed"
    SUI_KEY = "sui_key"
    NOSTR_KEY = "nostr_key"
    AUTHENTICATOR = "otpauth"
    RECOVERY_CODE = "recovery_code"
    CARD_NUMBER = "card_number"
    ONE_TIME_CODE = "one_time_code"
    SESSION_TOKEN = "session_token"  # noqa: S105 -- the name of a kind
    UNDECIDED = "undecided_key"
    """64 hexadecimal digits that nothing calls a key or a hash: masked and asked about."""


OPENS_WALLET: Final = frozenset(SecretKind) - {
    SecretKind.AUTHENTICATOR,
    SecretKind.RECOVERY_CODE,
    SecretKind.CARD_NUMBER,
    SecretKind.ONE_TIME_CODE,
    SecretKind.SESSION_TOKEN,
    SecretKind.UNDECIDED,
}
"""Kinds with which funds can be taken: the advice is to move them. The others are to be renewed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One secret: its kind and the half-open span that it takes in the original text.

    `material` is the secret in one canonical form, whatever disguise it came in (words in NFKD and
    lower case with one space between; else the decoded bytes), so that it can be recognised by a
    keyed fingerprint. In memory only: never shown, never written. Empty where the secret is spread
    over messages and the last of them bears the material of all.
    """

    kind: str
    start: int
    end: int
    material: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What `guard.check` returns.

    `earlier` maps an index into the given history to the text that must replace that message,
    because the new message completed a secret which began there.
    """

    safe: SafeText
    findings: tuple[Finding, ...] = ()
    earlier: dict[int, SafeText] = field(default_factory=dict)
    earlier_kinds: frozenset[str] = frozenset()
    earlier_findings: tuple[Finding, ...] = field(default=(), repr=False)

    @property
    def secret(self) -> bool:
        """Whether the customer must be warned: a secret was masked, here or in the history."""
        return bool(self.earlier) or any(f.kind != SecretKind.UNDECIDED for f in self.findings)

    @property
    def undecided(self) -> bool:
        """Whether a number was masked that may be a key or a hash: ask for the explorer's link."""
        return any(finding.kind == SecretKind.UNDECIDED for finding in self.findings)

    @property
    def opens_wallet(self) -> bool:
        """Whether what was found can take the funds of a wallet."""
        return not OPENS_WALLET.isdisjoint(self.kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of secret found, sorted, each once; not the numbers that are undecided."""
        return tuple(kind for kind in self.masked if kind != SecretKind.UNDECIDED)

    @property
    def masked(self) -> tuple[str, ...]:
        """The kinds of all that was masked, sorted, each once."""
        return tuple(sorted({finding.kind for finding in self.findings} | self.earlier_kinds))

    @property
    def materials(self) -> tuple[tuple[str, bytes], ...]:
        """Kind and canonical bytes of each secret found, also one that began in the history."""
        every = (*self.findings, *self.earlier_findings)
        found = {(str(f.kind), f.material) for f in every if f.material}
        return tuple(sorted(pair for pair in found if pair[0] != SecretKind.UNDECIDED))
