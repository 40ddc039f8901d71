"""Pictures among the files of an export: each decoded once in a child, so that it is surely one."""

from collections.abc import Iterable

from walletdesk.conversations.contents.put import clean_picture
from walletdesk.kit.errors import DomainError
from walletdesk.kit.filetypes import FileType, type_of
from walletdesk.knowledge.actions.exchange import FileReport, Outcome, checked_digest
from walletdesk.knowledge.types import CleanPicture


def exported_pictures(
    files: Iterable[tuple[str, bytes]], refused: list[FileReport]
) -> list[tuple[str, CleanPicture]]:
    """Return the pictures that a desk has exported; what is none goes to `refused`."""
    found = []
    for name, body in files:
        picture = _decoded(body) if checked_digest(name, body) else None
        if picture is None:
            problem = f"{name}: no picture that this desk has exported"
            refused.append(FileReport(name, Outcome.REFUSED, problem))
        else:
            found.append((name, picture))
    return found


def _decoded(body: bytes) -> CleanPicture | None:
    kind = type_of(body)
    if not isinstance(kind, FileType):
        return None
    try:
        seen = clean_picture(iter([body]), len(body))
    except DomainError:
        return None
    # What an export wrote is what we once made ourselves: taken as it is, so that names stay true.
    return CleanPicture(kind.media_type, seen.width, seen.height, body)
