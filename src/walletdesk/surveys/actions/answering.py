"""What a customer answers: the timeline tells it, results count it, a low one is followed up."""

from django.db import transaction

from walletdesk.conversations.actions.customer import rate_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import Kind
from walletdesk.kit import ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety import guard
from walletdesk.surveys import events, rules
from walletdesk.surveys.actions.following import open_follow_up
from walletdesk.surveys.models import Invitation, Response
from walletdesk.surveys.queries import SurveyOver, get_asked, settings_of
from walletdesk.surveys.types import QUESTIONS, SCORES, AskState, Dropped, Given, Way


@transaction.atomic
def answer_in_chat(*, conversation: Conversation, given: Given) -> Response:
    """Take the answer of who was asked in the chat; a repetition gets the first one.

    Raises BadInput, NotFound (nobody asked), WrongState (it goes on again).
    """
    _check(given)
    locked = lock_conversation(conversation.pk)
    if known := Response.objects.filter(conversation=locked).first():
        return known
    taken = Invitation.objects.filter(conversation=locked, state=AskState.ASKED)
    if not taken.update(state=AskState.ANSWERED, token_hash=None):
        raise NotFound
    return _record(locked, given, Way.CHAT)


@transaction.atomic
def answer_by_link(*, token: str, given: Given) -> Response:
    """Take the answer behind a link and use the link up.

    Raises BadInput, SurveyOver (forged, used, too old: alike), WrongState (it goes on again).
    """
    _check(given)
    invitation = get_asked(token)
    locked = lock_conversation(invitation.conversation_id)
    taken = Invitation.objects.filter(
        pk=invitation.pk, state=AskState.ASKED, token_hash=ids.token_hash(token)
    )
    if not taken.update(state=AskState.ANSWERED, token_hash=None):
        raise SurveyOver  # used meanwhile
    return _record(locked, given, Way(invitation.way))


@transaction.atomic
def answer_by_keys(*, conversation_id: int, speed: int, accuracy: int, manner: int) -> None:
    """Take what a caller answered by keys: the handler of `call_rated`. Once a conversation."""
    try:
        locked = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return  # erased meanwhile
    given = Given(speed, accuracy, manner, guard.check("").safe)
    _check(given)
    if not Response.objects.filter(conversation=locked).exists():
        _record(locked, given, Way.PHONE)


def _check(given: Given) -> None:
    wrong = {
        name: "1-5"
        for name, score in zip(QUESTIONS, given.scores, strict=True)
        if score not in SCORES
    }
    if len(given.comment.text) > rules.COMMENT_LENGTH:
        wrong["comment"] = "too_long"
    if wrong:
        raise BadInput(**wrong)


def _record(locked: Conversation, given: Given, way: Way) -> Response:
    score = rules.overall(given.scores)
    event = rate_conversation(conversation=locked, score=score, comment=given.comment)
    response = Response.objects.create(
        **_about(locked),
        seq=event.seq,
        way=way,
        score=score,
        speed=given.speed,
        accuracy=given.accuracy,
        manner=given.manner,
        comment=guard.impersonal(given.comment).text,
    )
    _follow(locked, response, given.scores)
    return response


def _about(locked: Conversation) -> dict[str, object]:
    """Return what an answer is about, as it stands now: who has it may change."""
    agent = locked.assignee
    return {
        "brand": locked.brand,
        "contact": locked.contact,
        "conversation": locked,
        "language": locked.language or locked.brand.default_language,
        "channel": locked.channel,
        "topic": locked.topic,
        "agent": agent,
        "team_id": locked.team_id or (agent.team_id if agent else None),
    }


def _follow(locked: Conversation, response: Response, scores: tuple[int, ...]) -> None:
    publish(name=events.SURVEY_ANSWERED, key=str(locked.pk), payload={"response_id": response.pk})
    if rules.is_low(scores, settings_of(locked.brand).threshold):
        # read anew: the rating has moved the numbers of its timeline on
        open_follow_up(conversation=lock_conversation(locked.pk), response=response)


@transaction.atomic
def note_rating(*, conversation_id: int, score: int) -> None:
    """Count a rating with one score: the handler of `conversation_rated`.

    What was answered with three has been counted; a later single score replaces an earlier one.
    """
    try:
        locked = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return  # erased meanwhile
    if locked.rating != score:
        return  # rated again since: that news is on its way
    known = Response.objects.filter(conversation=locked).first()
    if known is not None and known.score == score:
        return
    event = events_of(locked).filter(kind=Kind.RATED).order_by("-seq").first()
    if event is None:
        return
    said = guard.impersonal(guard.check(event.text).safe).text[: rules.COMMENT_LENGTH]
    single = {"score": score, "seq": event.seq, "comment": said, "way": Way.PAGE}
    if known is not None:
        rows = Response.objects.filter(pk=known.pk)
        rows.update(**single, speed=None, accuracy=None, manner=None)
    else:
        known = Response.objects.create(**_about(locked), **single)
    Invitation.objects.filter(conversation=locked, state=AskState.PLANNED).update(
        state=AskState.DROPPED, reason=Dropped.ANSWERED
    )
    _follow(locked, known, (score,))


def forget_cut_comments(*, conversation_id: int, kinds: object, seqs: list[int]) -> None:  # noqa: ARG001 - the event's payload
    """Forget comments out of which a secret was cut later: the handler of `secret_removed`."""
    Response.objects.filter(conversation=conversation_id, seq__in=seqs).update(comment="")
