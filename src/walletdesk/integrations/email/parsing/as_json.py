"""A parsed mail as `walletdesk mail parse` prints it."""

from typing import Any

from walletdesk.integrations.email.parsing.types import Bounce, Mailbox, ParsedMail


def as_json(mail: ParsedMail) -> dict[str, Any]:
    """Return the object; its keys never change, see docs/use/cli.md."""
    return {
        "message_id": mail.message_id,
        "from": _mailbox(mail.sender or Mailbox("", "")),
        "reply_to": [_mailbox(each) for each in mail.reply_to],
        "to": [_mailbox(each) for each in mail.to],
        "cc": [_mailbox(each) for each in mail.cc],
        "subject": mail.subject,
        "text": mail.text,
        "reply": mail.reply,
        "html": mail.html,
        "attachments": [
            {"name": each.name, "type": each.type, "size": each.size, "md5": each.md5}
            for each in mail.attachments
        ],
        "automatic": mail.automatic,
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "problems": list(mail.problems),
    }


def _mailbox(mailbox: Mailbox) -> dict[str, str]:
    return {"name": mailbox.name, "address": mailbox.address}


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "kind": bounce.kind.value,
        "recipients": [
            {
                "address": each.address,
                "action": each.action,
                "status": each.status,
                "diagnostic": each.diagnostic,
            }
            for each in bounce.recipients
        ],
        "original_message_id": bounce.original_message_id,
        "envelope_token": bounce.envelope_token,
    }
