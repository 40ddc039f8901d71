"""What a status page shows of a complaint: steps with their dates, letters, points and answers."""

from typing import Any

from walletdesk.complaints import queries
from walletdesk.complaints.models import Complaint
from walletdesk.complaints.profiles import get_profile, in_language
from walletdesk.complaints.types import State
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.web.common import complaint_letters, complaint_words
from walletdesk.web.common.complaint_words import said


def complaint_shown(ticket: Ticket, path: str) -> dict[str, Any]:
    """Return what portal/_complaint.html shows; no `complaint` where the page is none's."""
    found = queries.complaint_of_ticket(ticket)
    if found is None:
        return {"complaint": None}
    profile = get_profile(found.profile)
    decided = found.state == State.CLOSED
    return {
        "complaint": found,
        "number": spoken(found.number),
        "complaint_open": not decided,
        "complaint_state": said(complaint_words.STATES, found.state),
        "complaint_outcome": said(complaint_words.OUTCOMES, found.outcome) if decided else "",
        "complaint_steps": _steps(found),
        "complaint_points": _points(found, told=decided),
        "complaint_bodies": [
            (one.name, one.address, in_language(one.within, found.language))
            for one in profile.bodies
        ],
        "complaint_letters": [
            {
                "title": complaint_letters.title_of(one),
                "sent_at": one.sent_at,
                "url": f"{path.partition('/s/')[0]}/s/{_token(path)}/letters/{one.ref}",
            }
            for one in queries.letters_of(found)
        ],
    }


def _token(path: str) -> str:
    return path.partition("/s/")[2].partition("/")[0]


def _steps(complaint: Complaint) -> list[dict[str, Any]]:
    return [
        {
            "name": said(complaint_words.STEPS, one.code),
            "done": one.done_at,
            "due": one.due_at,
            "open": one.done_at is None and complaint.state != State.CLOSED,
        }
        for one in queries.steps_of(complaint)
    ]


def _points(complaint: Complaint, *, told: bool) -> list[dict[str, str]]:
    """Return the points in the complainant's own words; answers only once they were sent."""
    rows = queries.points_of(complaint)
    texts = queries.own_words(complaint, [text for one in rows for text in (one.text, one.answer)])
    return [
        {"text": text, "answer": answer if told else ""}
        for text, answer in zip(texts[::2], texts[1::2], strict=True)
    ]
