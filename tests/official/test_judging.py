"""What is told of a link, an address, a number, an account, an app and a mail. Pure rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.official import measure
from walletdesk.official import codes, phones
from walletdesk.official.hosts import parse_host
from walletdesk.official.lists import BadList, read_list
from walletdesk.official.rules import tidy_value
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
    ("https://aurora.example/go?url=https://aurora.example/&next=https://evil.net", "unknown",
     "not_registered"),
    (f"https://aurora.example/go?{'a=1&' * 60}url=https://evil.net", "unknown", "not_registered"),
    (f"https://aurora.example/go?{'to=https://aurora.example/&' * 30}u=https://evil.net", "unknown",
     "not_readable"),
    ("https://sub.scam.example.org/", "fake", "listed"),
    ("https://www.aurora.edu/", "unknown", "not_registered"),
    ("https://nytimes.com", "unknown", "not_registered"),
    # what stands behind a host is no host
    ("evil.net/?next=https://aurora.example/login", "unknown", "not_registered"),
    ("evil.net?https://aurora.example", "unknown", "not_registered"),
    ("aurora-login.com/https://aurora.example", "lookalike", "brand_in_strange_domain"),
    ("evil.net://aurora.example", "unknown", "not_registered"),
    ("javascript://aurora.example/%0aalert(1)", "unknown", "not_readable"),
    ("Link: https://aurora.example/", "official", "registered"),
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
    ("https://play.google.com/store/apps/details?referrer=?id=com.aurora.wallet&id=com.evil.app",
     "unknown", "not_registered"),
    ("https://play.google.com/store/apps/details?%69d=com.evil.app&x=?id=com.aurora.wallet",
     "unknown", "not_registered"),
    ("https://apps.apple.com/us/app/id1500000147/id666666666", "unknown", "not_registered"),
    ("https://apps.apple.com/us/app/aurora/id1500000147?l=es", "official", "registered"),
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


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("https://aurora.example/help and sign in at https://aurora-login.com", "lookalike"),
        ("https://aurora.example/\nhttps://evil.net", "unknown"),
        ("aurora.example/help then sign in at evil.net", "unknown"),
        ("https://aurora.example/ or call +1 202 555 0148", "lookalike"),
        ("https://aurora.example\nhttps://aurora.example/b", "official"),
        ("https://aurora.example/a is where it stands", "official"),
        ("aurora . example", "official"),
    ],
)
def test_a_link_with_more_behind_it_is_as_bad_as_that(text: str, verdict: str) -> None:
    assert told(text)[0] == verdict


UNREGISTERED = ("unknown", "not_registered")
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


@pytest.mark.parametrize(
    "href",
    [
        '"https&#58;//evil.net/"', '"https://aurora.example&#64;evil.net/"', '" https://evil.net/"',
        "'\nhttps://ev\til.net/'", '"https:/evil.net/"', "https:\\evil.net/", '"//evil.net/a"',
    ],
)  # fmt: skip
def test_where_a_link_of_a_mail_leads_is_read_as_a_browser_reads_it(href: str) -> None:
    html = f"<p>Hello</p><a href={href}>Log in</a>"
    text = MAIL.format(more="Content-Type: text/html\n", body=html)
    assert told(text)[0] != "official"
    assert any(each.shown == "evil.net" for each in verify(text, OURS, fakes))
    own = html.replace(href, '"https://aurora.example/?a=1&amp;b=2"')
    assert told(text.replace(html, own))[0] == "official"


def test_more_links_than_are_looked_at_are_not_called_official() -> None:
    own = "\n".join(f"https://aurora.example/{number}" for number in range(60))
    assert told(MAIL.format(more="", body=f"{own}\nhttps://evil.net")) == (
        "unknown",
        "too_long",
    )


def test_what_was_cut_off_is_not_called_official() -> None:
    own = MAIL.format(more="", body="Read https://aurora.example/help\n" * 100)
    assert verify(own, OURS, fakes, longest=len(own) + 1)[0].verdict == "official"
    told = verify(f"{own}https://evil.net", OURS, fakes, longest=len(own))
    assert (told[0].verdict, told[0].reason) == ("unknown", "too_long")
    assert (
        verify("https://aurora-login.com " * 20, OURS, fakes, longest=90)[0].verdict == "lookalike"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Got this:\n\nFrom: Help <evil@mail.example>\n\nFrom: Aurora <support@aurora.example>\n",
        "De: Help <evil@mail.example>\nAsunto: x\n\nFrom: Aurora <support@aurora.example>\nHola",
        "From: Help <evil@mail.example>, Aurora <support@aurora.example>\nSubject: x\n\nHello",
        "From: evil@mail.example, Aurora <support@aurora.example>\nSubject: x\n\nHello",
    ],
)
def test_a_stranger_who_names_us_too_is_not_us(text: str) -> None:
    assert told(text) == ("unknown", "not_registered")


def test_answers_that_go_to_a_stranger_too() -> None:
    more = "Reply-To: <evil@mail.example>, <support@aurora.example>\n"
    assert told(MAIL.format(more=more, body="Please answer")) == ("lookalike", "reply_to")
    own = "Reply-To: <support@aurora.example>, Aurora <no-reply@aurora.example>\n"
    assert told(MAIL.format(more=own, body="See https://aurora.example"))[0] == "official"


def test_a_sender_line_alone_proves_nothing() -> None:
    for body in ("Send what you have to the account that Kim names", ""):
        assert told(MAIL.format(more="", body=body)) == ("unknown", "signature_not_checked")
    paying = "https://aurora.example asks you to send it to {} by noon"
    for account in (
        "0x52908400098527886E0F7030069857D2E4169EE7", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
    ):  # fmt: skip
        assert told(MAIL.format(more="", body=paying.format(account))) == UNREGISTERED
        assert told(paying.format(account)) == UNREGISTERED
    linked = verify(MAIL.format(more="", body="Read https://aurora.example/help"), OURS, fakes)
    assert (linked[0].verdict, linked[-1].reason) == ("official", "signature_not_checked")


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


CROSS = Registry(
    "cross",
    {
        Kind.DOMAIN: frozenset(["cross.example", "xn--mller-kva.example"]),
        Kind.SENDER: frozenset(["help@cross.example", "help@xn--mller-kva.example"]),
    },
    {"Cross": False},
)


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("https://CROSS.example", "official", "registered"),
        ("https://croß.example", "lookalike", "homoglyph"),
        ("https://CROẞ.example", "lookalike", "homoglyph"),
        ("https://xn--cro-7ka.example", "lookalike", "punycode"),
        ("Help@Cross.example", "official", "registered"),
        ("help@croß.example", "lookalike", "homoglyph"),
        ("https://MÜLLER.example", "official", "registered"),
        ("help@müller.example", "official", "registered"),
        ("help@xn--mller-kva.example.", "official", "registered"),
    ],
)
def test_a_letter_of_its_own_is_no_pair(text: str, verdict: str, reason: str) -> None:
    """ß has names of its own: browsers do not lead to those with "ss"."""
    assert told(text, CROSS) == (verdict, reason)
    if "ß" in text.lower() and "@" not in text:
        assert read_list(text.encode()) == [(Kind.DOMAIN, "xn--cro-7ka.example")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("0044 (0) 20 7946 0000", "+442079460000"),
        ("+49(0)30-901820", "+4930901820"),
        ("+39 (0)6 6982", "+39066982"),  # Italy dials it from abroad too
        ("+1 (202) 555-0147", "+12025550147"),
        ("+1 (023) 555-0147", "+10235550147"),
    ],
)
def test_a_nought_for_calls_within_the_country_is_not_dialled(text: str, number: str) -> None:
    assert phones.digits_of(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "+1 202 555 0148\n+44 20 7946 0000",
        "+44 20 7946 0000 +1 202 555 0148",
        "Case 47110815 +1 202 555 0148",
        "12 11 2026\n+1 202 555 0148",
        "+1 202 555 0148\n2026 11 23 12 30",
    ],
)
def test_a_number_beside_another_is_still_seen(text: str) -> None:
    assert told(MAIL.format(more="", body=f"Call\n{text}")) == ("lookalike", "near_miss")


def test_names_with_hyphens_are_accounts_too() -> None:
    own = Registry(
        "a", {Kind.SOCIAL: frozenset(["github:aurora-wallet"])}, {"Aurora Wallet": False}
    )
    assert tidy_value(Kind.SOCIAL, "GitHub:@Aurora-Wallet") == "github:aurora-wallet"
    for text in ("https://github.com/Aurora-Wallet", "github:aurora-wallet", "@aurora-wallet"):
        assert told(text, own)[0] == "official"
    assert told("https://github.com/aurora-wallet-help", own)[0] == "lookalike"
    assert told("https://linkedin.com/company/aurora-wallet", own)[0] == "lookalike"


def test_an_account_of_fifteen_letters_is_no_agents_code() -> None:
    own = Registry("b", {Kind.SOCIAL: frozenset(["telegram:borealiswallets"])}, {})
    assert told("telegram:borealiswallets", own) == ("official", "registered")
    assert codes.plain_code("hello world today") == ""


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


@pytest.mark.parametrize(
    "shared",
    ["https://sites.google.com/view/evil", "t.me/evil", "https://www.facebook.com/evil",
     "https://play.google.com/store/apps/details?id=com.evil", "https://bit.ly/3abc"],
)  # fmt: skip
def test_a_page_in_a_list_is_not_the_whole_place(shared: str) -> None:
    assert read_list(f"bad.net\n{shared}\nhttps://evil.github.io/x\nbit.ly\n".encode()) == [
        (Kind.DOMAIN, "bad.net"),
        (Kind.DOMAIN, "evil.github.io"),
        (Kind.DOMAIN, "bit.ly"),
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
