"""What is told of a link, an address, a number, an account, an app and a mail. Pure rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.official import measure
from walletdesk.official import codes, phones
from walletdesk.official.hosts import parse_host
from walletdesk.official.lists import BadList, read_list
from walletdesk.official.types import Kind, Reason, Registry, Verdict
from walletdesk.official.verify import unofficial_links, verify
from walletdesk.site.commands.verify import demo_source

OURS = demo_source().registry
EVIL = "aurora-wa1let.net"


def fakes(kind: Kind, values: object) -> Reason | None:
    known = {(Kind.DOMAIN, "scam.example.org"), (Kind.APP_VERSION, "6.3.8")}
    return Reason.LISTED if any((kind, value) in known for value in values) else None  # type: ignore[attr-defined]


def told(text: str, registry: Registry = OURS) -> tuple[str, str]:
    answer = verify(text, registry, fakes)[0]
    return answer.verdict.value, answer.reason.value


CERT = next(iter(OURS.of(Kind.APP_CERT))).upper()
CERT = ":".join(CERT[at : at + 2] for at in range(0, 64, 2))
CASES = [
    # links, and what disguises them
    ("https://aurora.example/path?x=1", "official", "registered"),
    ("HTTPS://WWW.Aurora.Example.:443/", "official", "registered"),
    ("aurora.example", "official", "registered"),
    ("hxxps://help[.]aurora[.]example/a", "official", "registered"),
    ("ｈｔｔｐｓ：／／ａｕｒｏｒａ。ｅｘａｍｐｌｅ", "official", "registered"),
    ("https://aur\u200bora.example", "official", "registered"),
    ("https://аurora.example", "lookalike", "homoglyph"),
    ("https://xn--urora-3ve.example", "lookalike", "punycode"),
    ("https://aurora.com", "lookalike", "other_ending"),
    ("https://aurora.example.evil.net", "lookalike", "official_inside"),
    ("https://aurora-example.evil.net", "lookalike", "official_inside"),
    ("https://aurora-wallet-support.com", "lookalike", "brand_in_strange_domain"),
    ("https://aurorawallett.com", "lookalike", "brand_in_strange_domain"),
    ("https://aurorawalet.com", "lookalike", "near_miss"),
    (EVIL, "lookalike", "homoglyph"),
    ("https://aurora-wallet.pages.dev", "lookalike", "hosting_suffix"),
    ("https://sites.google.com/view/aurora-wallet-help", "lookalike", "hosting_suffix"),
    ("https://aurora.example@evil.net/", "lookalike", "userinfo"),
    ("https://evil.net\\@aurora.example/", "unknown", "not_registered"),
    ("https://user:x@aurora.example/", "unknown", "userinfo"),
    ("http://0x7f000001/", "unknown", "ip_host"),
    ("http://[::1]/", "unknown", "ip_host"),
    ("https://bit.ly/3abc", "unknown", "short_link"),
    ("https://www.google.com/url?q=https%3A%2F%2Faurora-wallet-help.com%2F", "lookalike",
     "brand_in_strange_domain"),
    ("https://aurora.example/go?url=https://evil.net", "unknown", "not_registered"),
    ("https://sub.scam.example.org/", "fake", "listed"),
    ("https://www.aurora.edu/", "unknown", "not_registered"),
    ("https://nytimes.com", "unknown", "not_registered"),
    # addresses
    ("support@aurora.example", "official", "registered"),
    ("Aurora <support (at) aurora [dot] example>", "official", "registered"),
    ("ceo@aurora.example", "unknown", "not_registered"),
    ("support@aurora-help.com", "lookalike", "brand_in_strange_domain"),
    ("Aurora Wallet <team@gmail.com>", "lookalike", "display_name"),
    ("aurorawallet.help@gmail.com", "lookalike", "brand_in_strange_domain"),
    ("someone@gmail.com", "unknown", "not_registered"),
    # telephone numbers
    ("+1 (202) 555-0147", "official", "registered"),
    ("001 202 555 0147", "official", "registered"),
    ("[{+1}]-[{202}]-[{555}]-[{0147}]", "official", "registered"),
    ("+1 2O2 555 O147", "official", "registered"),
    ("plus one two zero two five five five zero one four seven", "official", "registered"),
    ("＋一二〇二五五五〇一四七", "official", "registered"),
    ("202-555-0147", "unknown", "phone_without_country"),
    ("+1 202 555 0174", "lookalike", "near_miss"),
    ("+44 20 7946 0000", "unknown", "not_registered"),
    # accounts
    ("@AuroraWallet", "official", "social_on_platform"),
    ("telegram:@aurorawallet", "official", "registered"),
    ("https://t.me/aurorawallet", "official", "registered"),
    ("https://twitter.com/AuroraWallet", "official", "registered"),
    ("https://t.me/aurorawallet_support", "lookalike", "brand_in_strange_domain"),
    ("https://instagram.com/aurorawallet", "lookalike", "brand_in_strange_domain"),
    ("@aurorawa11et", "lookalike", "near_miss"),
    ("微博 aurorawallet", "official", "registered"),
    # apps and contracts
    ("3.2.1", "official", "registered"),
    ("Aurora Wallet 3.2.1", "official", "registered"),
    ("6.3.8", "fake", "listed"),
    ("com.aurora.wallet", "official", "registered"),
    ("login.aurora-wallet.help.com", "lookalike", "brand_in_strange_domain"),
    ("Support Aurora <support@gmail.com>", "lookalike", "display_name"),
    ("Aurora Smith <smith@gmail.com>", "unknown", "not_registered"),
    ("com.aurorawallet.pro", "lookalike", "brand_in_strange_domain"),
    ("help.aurora.example", "official", "registered"),  # a host, though ids of apps look alike
    ("https://play.google.com/store/apps/details?id=com.aurora.wallet", "official", "registered"),
    (CERT, "official", "registered"),
    ("0x5AEDA56215b167893e80B4fE645BA6d5Bab767DE", "official", "registered"),
    ("0x5aeda5621111111111111111111111111ab767de", "lookalike", "near_miss"),
    # agents, and what is nothing
    ("AUR-0147", "unknown", "agent_name_needs_code"),
    ("hello there", "unknown", "not_readable"),
    ("", "unknown", "not_readable"),
    ("\x00\ud800", "unknown", "not_readable"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "reason"), CASES)
def test_one_thing(text: str, verdict: str, reason: str) -> None:
    assert told(text) == (verdict, reason)


MAIL = "From: Aurora <support@aurora.example>\nSubject: Hello\n{more}\n{body}\n"


@pytest.mark.parametrize(
    ("more", "body", "verdict", "reason"),
    [
        ("", "Read https://aurora.example/help", "official", "all_parts_official"),
        ("Reply-To: aurora@gmail.com\n", "Please answer", "lookalike", "reply_to"),
        ("", "Log in at https://aurora-login.com", "lookalike", "brand_in_strange_domain"),
        ("", "Look: hxxp://scam[.]example[.]org", "fake", "listed"),
        ("", "Call +1 202 555 0148 now", "lookalike", "near_miss"),
        ("Content-Type: text/html\n", '<a href="https://evil.net/">https://aurora.example</a>',
         "unknown", "not_registered"),
    ],
)  # fmt: skip
def test_a_mail_is_as_bad_as_its_worst_part(
    more: str, body: str, verdict: str, reason: str
) -> None:
    assert told(MAIL.format(more=more, body=body)) == (verdict, reason)


def test_a_mail_copied_out_of_a_program_in_chinese() -> None:
    text = "发件人： Aurora Wallet <aurora@163.com>\n主题： 安全\n\n请登录 https://aurora.example"
    assert told(text)[0] == "lookalike"


def test_goals_on_look_alikes_and_on_real_domains() -> None:
    figures = measure(6)
    assert float(str(figures["caught"])) >= 0.95
    assert float(str(figures["flagged"])) <= 0.005
    assert int(str(figures["real"])) >= 1_000


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"https?://[^\s]{1,80}"))
def test_no_input_breaks_the_check(text: str) -> None:
    for answer in verify(text, OURS, fakes):
        assert answer.verdict in Verdict
    host = parse_host(text)
    assert host is None or (host.name and "/" not in host.ascii)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["aurora.example", "evil-aurora.net"]), st.sampled_from("\u200b\u00ad\ufeff")
)
def test_invisible_signs_change_nothing(host: str, sign: str) -> None:
    assert told(f"https://{host[:3]}{sign}{host[3:]}") == told(f"https://{host}")


def test_digits_of_what_is_no_number() -> None:
    assert [phones.digits_of(text) for text in ("call me", "12", "1" * 40, "+1 202 abc")] == [
        ""
    ] * 4


# --- codes of agents ----------------------------------------------------------------------


@given(st.integers(1, 2**35 - 1), st.integers(1, 10**6), st.integers(1, 1000))
def test_a_code_leads_to_its_conversation_and_to_no_other(
    number: int, agent: int, brand: int
) -> None:
    key = b"k" * 32
    code = codes.make_code(key, number=number, agent=agent, brand=brand)
    assert codes.open_number(key, code) == number
    assert codes.make_code(key, number=number, agent=agent + 1, brand=brand) != code
    shown = codes.spaced(code)
    if not code.isdigit():
        assert codes.plain_code(f" {shown.lower().replace('0', 'o')} ") == code


# --- links of one's own messages ----------------------------------------------------------


def test_what_an_agent_must_look_at() -> None:
    text = f"See https://aurora.example/a and https://etherscan.io/tx and file.io or {EVIL}, v1.2.3"
    assert [each.shown for each in unofficial_links(text, OURS, fakes)] == ["etherscan.io", EVIL]
    assert unofficial_links("Beware of hxxps://nobody[.]net", OURS)[0].shown == "nobody.net"
    assert unofficial_links("nothing here. at all.", OURS) == []


# --- public lists -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"tolerance": 2, "whitelist": ["good.com"], "blacklist": ["bad.net", "xn--bd-eka.net"]}',
        '["bad.net", "xn--bd-eka.net"]',
        "# hosts\n0.0.0.0 bad.net\n127.0.0.1 localhost\n0.0.0.0 xn--bd-eka.net # why\n",
        "bad.net\nxn--bd-eka.net\n",
        "id,url,seen\n1,https://bad.net/x,2026\n2,http://www.xn--bd-eka.net,2026\n",
    ],
)
def test_lists_of_every_form(text: str) -> None:
    assert read_list(text.encode()) == [
        (Kind.DOMAIN, "bad.net"),
        (Kind.DOMAIN, "xn--bd-eka.net"),
    ]


def test_scam_sniffer_names_domains_and_addresses() -> None:
    address = "0x" + "Ab" * 20
    found = read_list(f'{{"bad.net": ["{address}"]}}'.encode())
    assert found == [(Kind.DOMAIN, "bad.net"), (Kind.CONTRACT, address.lower())]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xff\xfe", "not_text"), (b"{", "not_known"), (b"", "empty"), (b"[]", "empty"),
     (b"a\0b", "not_text"),
     (b'{"a":' * 100_000, "not_known")],
)  # fmt: skip
def test_what_is_no_list(data: bytes, code: str) -> None:
    with pytest.raises(BadList) as refused:
        read_list(data)
    assert refused.value.code == code
