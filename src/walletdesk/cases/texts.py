"""What customers are told, in the language that is active."""

from django.utils.translation import gettext as _


def second_scam(brand: str) -> str:
    """Return the warning of the second fraud, with what to do now."""
    return "\n\n".join(
        (
            _(
                "Please read this before anything else. Thieves often come back as helpers:"
                " “recovery services”, “hackers” or “police” who promise to bring your money back"
                " for a fee or for your recovery phrase. Nobody can do that. Do not pay, do not"
                " answer, do not install anything."
            ),
            _(
                "%(brand)s never asks for your recovery phrase, a password or remote access to"
                " your device, and never writes to you first on Telegram, WhatsApp or X."
            )
            % {"brand": brand},
            _(
                "Until we speak: send nothing to the wallet concerned, not even coins for fees."
                " What is still in it, move to a new wallet that you make on another device. Send"
                " us addresses and transaction hashes, never words or keys."
            ),
        )
    )
