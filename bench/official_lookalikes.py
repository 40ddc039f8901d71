"""Makes look-alikes of a domain, the ways that dnstwist and phishing reports describe.

Deliberately knows nothing of the rule that it measures: words, endings and letters are its own.
"""

from collections.abc import Iterator
from random import Random

TURNED = {
    "a": "аàáâäąă", "b": "ƅЬ", "c": "сçć", "d": "ԁď", "e": "еéèêëę", "g": "ɡğ", "h": "һ",
    "i": "іíìïı",
    "j": "ј", "k": "κк", "l": "ӏłl̇ĺ", "m": "мṃ", "n": "ոńñņ", "o": "оοóöøő", "p": "рρ", "r": "гŕř",
    "s": "ѕśşš", "t": "тţť", "u": "υúüů", "v": "ν", "w": "ԝŵ", "x": "х", "y": "уýÿ", "z": "źżž",
}  # fmt: skip
ASCII = {"o": "0", "l": "1i", "i": "1l", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8", "g": "9"}
KEYS = {
    "a": "qsz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo",
    "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
WORDS = (
    "support", "login", "secure", "verify", "wallet", "help", "app", "recovery", "airdrop", "claim",
    "connect", "web3", "sync", "update", "official", "account", "service", "validation", "rectify",
    "desk", "live", "portal", "token", "staking", "rewards", "unlock", "fix", "customer", "kyc",
    "restore", "download", "extension", "bridge", "hotline", "refunds", "resolution", "wallets",
)  # fmt: skip
ENDINGS = (
    "com", "net", "org", "io", "app", "xyz", "top", "online", "site", "info", "co", "cc", "vip",
    "shop", "live", "support", "help", "finance", "ru", "cn", "com.br", "co.uk", "icu", "click",
    "dev",
)  # fmt: skip
HOSTS = (
    "pages.dev", "web.app", "github.io", "vercel.app", "netlify.app", "webflow.io", "gitbook.io",
    "weebly.com", "wixsite.com", "firebaseapp.com", "square.site", "blogspot.com", "workers.dev",
)  # fmt: skip
STRANGE = (
    "cloudserve", "nodefix", "dapp-resolver", "secure-portal", "mainnet-auth", "helpdesk24",
    "login-check",
    "webrectify", "cryptohelp", "wallet-validate", "syncnode", "id-verify",
)  # fmt: skip
KINDS = (
    "homoglyph", "punycode", "ascii_homoglyph", "typo", "combosquat", "other_ending", "subdomain",
    "official_inside", "hosting",
)  # fmt: skip


def _idn(host: str) -> str:
    return ".".join(
        part if part.isascii() else "xn--" + part.encode("punycode").decode()
        for part in host.split(".")
    )


def _turned(name: str, random: Random) -> str:
    at = random.choice([n for n, sign in enumerate(name) if sign in TURNED])
    return name[:at] + random.choice(TURNED[name[at]])[0] + name[at + 1 :]


def _ascii(name: str, random: Random) -> str:
    ways = [name.replace("m", "rn", 1)] if "m" in name else []
    ways += [name.replace("w", "vv", 1)] if "w" in name else []
    ways += [
        name[:at] + other + name[at + 1 :]
        for at, sign in enumerate(name)
        for other in ASCII.get(sign, "")
    ]
    return random.choice(ways)


def _typo(name: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    ways = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
        name[:at] + random.choice(KEYS[name[at]]) + name[at + 1 :],
        name[:at] + random.choice("aeiorst") + name[at:],
    )
    return random.choice(ways)


def lookalike(kind: str, name: str, domain: str, random: Random) -> str:  # noqa: PLR0911 - one for each kind
    """Return one look-alike host of a kind."""
    word, ending = random.choice(WORDS), random.choice(ENDINGS)
    own = domain.rpartition(".")[2]
    match kind:
        case "homoglyph":
            return f"{_turned(name, random)}.{random.choice((own, ending))}"
        case "punycode":
            return _idn(f"{_turned(name, random)}.{random.choice((own, ending))}")
        case "ascii_homoglyph":
            return f"{_ascii(name, random)}.{random.choice((own, ending))}"
        case "typo":
            return f"{_typo(name, random)}.{random.choice((own, own, ending))}"
        case "combosquat":
            glue = random.choice(("-", "-", ""))
            host = random.choice((f"{name}{glue}{word}", f"{word}{glue}{name}"))
            return f"{host}.{ending}"
        case "other_ending":
            others = [each for each in ENDINGS if each != own]
            return f"{name}.{random.choice(others)}"
        case "subdomain":
            return random.choice(
                (
                    f"{name}.{random.choice(STRANGE)}.{ending}",
                    f"{name}-{word}.{random.choice(STRANGE)}.{ending}",
                )
            )
        case "official_inside":
            strange = random.choice(STRANGE)
            flat = domain.replace(".", "-")
            return random.choice(
                (
                    f"{domain}.{strange}.{ending}",
                    f"{flat}.{strange}.{ending}",
                    f"{flat}-{word}.{ending}",
                )
            )
        case _:
            label = random.choice((name, f"{name}-{word}", f"{word}-{name}"))
            return f"{label}.{random.choice(HOSTS)}"


def lookalikes(name: str, domain: str, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield (kind, host), each once, `count` of each kind at most."""
    random = Random(f"{seed} {name}")
    for kind in KINDS:
        seen: set[str] = set()
        for _try in range(count * 20):
            host = lookalike(kind, name, domain, random)
            if host != domain and host not in seen:
                seen.add(host)
                yield kind, host
            if len(seen) == count:
                break
