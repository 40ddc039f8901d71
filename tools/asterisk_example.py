"""Write deploy/asterisk: the configuration that `walletdesk voice asterisk --write` makes.

It stands for an installation with a trunk; without agents: their passwords would be everybody's.
After a change of a template: `.venv/bin/python tools/asterisk_example.py`. A test compares.
"""

from pathlib import Path

from walletdesk.integrations.asterisk.configuring import configuration
from walletdesk.integrations.asterisk.types import EXAMPLE_SECRET, AsteriskConfig

FOLDER = Path(__file__).parent.parent / "deploy" / "asterisk"
EXAMPLE = AsteriskConfig(
    url="http://127.0.0.1:8088",
    secret=EXAMPLE_SECRET,
    sounds=Path("/var/lib/walletdesk/sounds"),
    wss="wss://desk.example.com/sip/ws",
    trunk="192.0.2.10:5060",  # RFC 5737: nobody's
)


def main() -> None:
    """Write the files anew; others in the folder stay."""
    for name, text in configuration(EXAMPLE, []).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
