"""Settings: defaults, every wrong value with its way out, and the signing key."""

import re
import stat
from pathlib import Path

import pytest

from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.config.names import SETTINGS, Setting
from walletdesk.site.config.reading import ConfigError


def test_defaults(tmp_path: Path) -> None:
    config = load_config({"WALLETDESK_DATA": str(tmp_path / "new")})
    assert (config.host, config.port, config.base_url) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
    )
    assert config.embedded
    assert config.demo
    assert not config.debug
    assert config.trusted_proxies == ()
    assert database_dsn(config).startswith("postgresql://walletdesk@/walletdesk?host=%2F")
    assert not (tmp_path / "new").exists()


WRONG = {
    "WALLETDESK_PORT": ["65536", "-1", "80.0", "٨٠٠٠", "eighty", "9" * 5000],
    "WALLETDESK_HOST": ["example.com", "1.2.3", "0x7f000001", "127.1"],
    "DATABASE_URL": ["mysql://h/d", "postgresql://h", "postgresql://h:port/d", "postgresql://["],
    "WALLETDESK_URL": [
        "help.example.com",
        "ftp://h",
        "https://h/desk",
        "https://u:p@h",
        "http://[",
    ],
    "WALLETDESK_SECRET_KEY": ["short"],
    "WALLETDESK_DEMO": ["perhaps", "2"],
    "WALLETDESK_LOG_LEVEL": ["loud"],
    "WALLETDESK_POOL": ["0", "1000", "many"],
    "WALLETDESK_TRUSTED_PROXIES": ["10.0.0.1;10.0.0.2", "proxy", "10.0.0.1/8"],
    "WALLETDESK_DATA": ["a\0b", "/dev/null"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_a_wrong_value_is_named_with_a_way_out(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config({name: value})
    (problem,) = refused.value.problems
    assert problem.setting == name
    assert problem.message.endswith((".", ". "))
    assert problem.way_out.endswith(".")


def test_all_wrong_values_are_told_together() -> None:
    with pytest.raises(ConfigError) as refused:
        load_config({name: values[0] for name, values in WRONG.items()})
    assert {problem.setting for problem in refused.value.problems} == set(WRONG)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"WALLETDESK_PORT": "80"}, "http://127.0.0.1:80"),
        ({"WALLETDESK_HOST": "localhost"}, "http://127.0.0.1:8000"),
        ({"WALLETDESK_HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),  # noqa: S104 - a value to read
        ({"WALLETDESK_HOST": "::1"}, "http://[::1]:8000"),
        ({"WALLETDESK_URL": "https://help.example.com/"}, "https://help.example.com"),
    ],
)
def test_the_public_address(given: dict[str, str], address: str) -> None:
    assert load_config(given).base_url == address


def test_passwords_are_not_shown() -> None:
    config = load_config(
        {
            **{setting.name: "zebra" * 10 for setting in SETTINGS if setting.secret},
            "DATABASE_URL": "postgresql://u:zebra@h/d",
            "WALLETDESK_VOICE_ICE": "turn:u:zebra@turn.example.com",
            "WALLETDESK_VOICE_SIP_TRUNK": "u:zebra@192.0.2.7:5060",
        }
    )
    assert "zebra" not in repr(config)


def test_what_is_named_a_secret_is_marked_as_one() -> None:
    named = {s.name for s in SETTINGS if s.name.endswith(("_SECRET", "_KEY"))}
    assert named <= {setting.name for setting in SETTINGS if setting.secret}


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    given = {"WALLETDESK_DATA": str(tmp_path / "new")}
    first, other = load_config(given), load_config(given)
    assert first.secret_key != other.secret_key
    ensure_secret_key(first)
    ensure_secret_key(other)  # lost the race
    assert load_config(given).secret_key == first.secret_key
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_a_given_key_is_not_written(tmp_path: Path) -> None:
    given = {"WALLETDESK_DATA": str(tmp_path), "WALLETDESK_SECRET_KEY": "k" * 40}
    ensure_secret_key(load_config(given))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"short\n", b"\xff" * 64])
def test_a_damaged_key_is_told_and_never_replaced(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(damage)
    with pytest.raises(ConfigError, match=r"secret\.key"):
        load_config({"WALLETDESK_DATA": str(tmp_path)})
    assert (tmp_path / "secret.key").read_bytes() == damage


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: Setting) -> None:
    page = Path(__file__).parents[2] / "docs" / "operate" / "running.md"
    first_cell = rf"^\| [^|]*`{setting.name}`[^|]* \|"
    assert re.search(first_cell, page.read_text("utf-8"), re.MULTILINE)


# --- identity providers ---------------------------------------------------------------------

IDP_XML = "<md:EntityDescriptor><md:IDPSSODescriptor/></md:EntityDescriptor>"
OIDC = {
    "WALLETDESK_OIDC_ISSUER": "https://login.example.com/realms/staff",
    "WALLETDESK_OIDC_CLIENT_ID": "desk",
}


def test_an_identity_provider_is_read(tmp_path: Path) -> None:
    file = tmp_path / "idp.xml"
    file.write_text(IDP_XML)
    given = {**OIDC, "WALLETDESK_OIDC_CLIENT_SECRET": "s", "WALLETDESK_SAML_METADATA": str(file)}
    outside = load_config({"WALLETDESK_DATA": str(tmp_path), **given}).outside
    assert outside.oidc_issuer == "https://login.example.com/realms/staff"
    assert outside.oidc_name == "OpenID Connect"
    assert outside.saml_metadata == file
    assert "'s'" not in repr(outside)


@pytest.mark.parametrize(
    ("changes", "setting", "words"),
    [
        ({"WALLETDESK_OIDC_ISSUER": "login.example.com"}, "OIDC_ISSUER", "no web address"),
        ({"WALLETDESK_OIDC_ISSUER": "http://login.example.com"}, "OIDC_ISSUER", "not encrypted"),
        ({"WALLETDESK_OIDC_ISSUER": "https://a.example?x=1"}, "OIDC_ISSUER", "end after the path"),
        ({"WALLETDESK_OIDC_ISSUER": "https://[::"}, "OIDC_ISSUER", "cannot be read"),
        ({"WALLETDESK_OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID", "is missing"),
        ({"WALLETDESK_OIDC_ISSUER": ""}, "OIDC_CLIENT_ID", "without WALLETDESK_OIDC_ISSUER"),
        ({"WALLETDESK_OIDC_CLIENT_SECRET": "a\nb"}, "OIDC_CLIENT_SECRET", "cannot be typed"),
        ({"WALLETDESK_OIDC_NAME": "x" * 41}, "OIDC_NAME", "longer than 40"),
        ({"WALLETDESK_SAML_METADATA": "/no/such.xml"}, "SAML_METADATA", "cannot be read"),
        ({"WALLETDESK_SAML_METADATA": "https://idp.example/m"}, "SAML_METADATA", "no file"),
        ({"WALLETDESK_SAML_METADATA": "/etc/hostname"}, "SAML_METADATA", "does not describe"),
        ({"WALLETDESK_SESSION_IDLE_MINUTES": "4"}, "SESSION_IDLE_MINUTES", "from 5 to 720"),
    ],
)
def test_a_wrong_identity_provider_is_explained(
    tmp_path: Path, changes: dict[str, str], setting: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"WALLETDESK_DATA": str(tmp_path), **OIDC, **changes})
    problem = next(p for p in caught.value.problems if p.setting == f"WALLETDESK_{setting}")
    assert words in problem.message
    assert problem.way_out


def test_a_missing_extra_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "idp.xml"
    file.write_text(IDP_XML)
    monkeypatch.setattr("walletdesk.site.config.sign_in.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"walletdesk\[saml\]"):
        load_config({"WALLETDESK_DATA": str(tmp_path), "WALLETDESK_SAML_METADATA": str(file)})
