"""The settings of the media process: each by itself, and together."""

import pytest

from walletdesk.site.config import load_config
from walletdesk.site.config.reading import ConfigError

SIP = {"WALLETDESK_VOICE_SIP": "127.0.0.1:5060", "WALLETDESK_VOICE_SIP_ALLOW": "127.0.0.1"}


def test_nothing_is_listened_for_by_default() -> None:
    media = load_config({}).media
    assert (media.sip, media.ice, media.legs, media.loopback) == (None, (), 16, False)


def test_a_line_with_a_trunk() -> None:
    trunk = {
        "WALLETDESK_VOICE_SIP_TRUNK": "me:s3cret@203.0.113.7:5061",
        "WALLETDESK_VOICE_SIP_REGISTER": "true",
        "WALLETDESK_VOICE_DIAL": "+49, +41",
        "WALLETDESK_VOICE_ICE": "turn:u:p@turn.example.com:3478 stun:[2001:db8::1]:3478",
    }
    media = load_config(SIP | trunk).media
    assert media.sip is not None
    assert (media.sip.host, media.sip.port, media.sip.trunk) == (
        "127.0.0.1",
        5060,
        ("203.0.113.7", 5061),
    )
    assert (media.sip.user, media.sip.secret, media.sip.dial) == ("me", "s3cret", ("+49", "+41"))
    assert [(each.url, each.user) for each in media.ice] == [
        ("turn:turn.example.com:3478", "u"),
        ("stun:[2001:db8::1]:3478", ""),
    ]
    assert "s3cret" not in repr(media)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WALLETDESK_VOICE_LEGS", "1"),
        ("WALLETDESK_VOICE_ICE", "turn:turn.example.com"),
        ("WALLETDESK_VOICE_ICE", "http://x"),
        ("WALLETDESK_VOICE_SIP", "127.0.0.1"),
        ("WALLETDESK_VOICE_SIP", "127.0.0.1:99999"),
        ("WALLETDESK_VOICE_SIP_ALLOW", "everybody"),
        ("WALLETDESK_VOICE_SIP_ALLOW", ""),
        ("WALLETDESK_VOICE_SIP_ADVERTISE", "example"),
        ("WALLETDESK_VOICE_SIP_PORTS", "20000"),
        ("WALLETDESK_VOICE_SIP_PORTS", "30000-20000"),
        ("WALLETDESK_VOICE_SIP_TRUNK", "a@b@c"),
        ("WALLETDESK_VOICE_DIAL", "+49x"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(SIP | {name: value})
    assert {problem.setting for problem in refused.value.problems} == {name}


def test_registering_needs_somebody_to_register_with() -> None:
    with pytest.raises(ConfigError, match="SIP_TRUNK"):
        load_config(SIP | {"WALLETDESK_VOICE_SIP_REGISTER": "true"})


def test_a_trunk_must_know_where_we_are() -> None:
    everywhere = SIP | {"WALLETDESK_VOICE_SIP": "0.0.0.0:5060"}
    with pytest.raises(ConfigError, match="SIP_ADVERTISE"):
        load_config(everywhere)
    assert load_config(everywhere | {"WALLETDESK_VOICE_SIP_ADVERTISE": "203.0.113.9"}).media.sip
