"""The job in which a model writes for an agent: the network, then checks, then one short write.

The model reads tokens in place of personal data, and nothing but the one text or conversation. What
it wrote is kept only when the checks pass; otherwise the agent reads why there is nothing.
"""

import json
import time
from collections.abc import Iterator

from walletdesk.bot.assist.actions import begin_writing, finish_writing, note_written
from walletdesk.bot.assist.models import Writing
from walletdesk.bot.assist.queries import question_in
from walletdesk.bot.assist.rules import INSTRUCTIONS, REWRITE, SUMMARY, refusal_of
from walletdesk.bot.assist.types import Kind, Refusal, State
from walletdesk.bot.claims import Sentences, check_claim
from walletdesk.bot.ports import current_generator
from walletdesk.bot.writing import alike, clean, write_answer
from walletdesk.conversations.queries import thread
from walletdesk.conversations.types import Audience
from walletdesk.knowledge.queries import search
from walletdesk.language.eldc_id import DEFAULT_LANGUAGES, EldcLanguageId
from walletdesk.language.types import (
    UNKNOWN,
    EmbedderUnavailable,
    GeneratorUnavailable,
    TextGenerator,
)
from walletdesk.safety import guard

MESSAGES = 12  # of a conversation: the first one and the newest
MESSAGE_LENGTH = 600
SENTENCES = 5
LOOK_EVERY = 0.5  # seconds between two looks whether it is still wanted
MOST_TOKENS = 1_200


class Unwanted(Exception):
    """The agent cancelled it."""


class RefusedText(Exception):
    """What a model wrote may not be shown. `why` says why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def write_for_agent(writing_id: int) -> None:
    """Write what an agent asked for, and keep it when it passes."""
    writing = begin_writing(writing_id=writing_id)
    generator = current_generator()
    if writing is None:
        return
    try:
        if generator is None:
            raise GeneratorUnavailable  # noqa: TRY301 - as if it did not answer
        text, sources = _text(writing, generator)
    except Unwanted:
        return
    except RefusedText as refused:
        finish_writing(writing_id=writing_id, state=State.REFUSED, reason=refused.why)
    except (GeneratorUnavailable, EmbedderUnavailable):
        finish_writing(writing_id=writing_id, state=State.FAILED)
    else:
        safe = guard.impersonal(guard.check(text).safe).text
        finish_writing(writing_id=writing_id, state=State.DONE, text=safe, sources=sources)


def _text(writing: Writing, generator: TextGenerator) -> tuple[str, list[str]]:
    if writing.kind == Kind.REPLY:
        return _reply(writing, _Watched(generator, writing.pk))
    if writing.kind == Kind.SUMMARY:
        return _summary(writing, _Watched(generator, writing.pk)), []
    return _rewritten(writing, _Watched(generator, writing.pk)), []


class _Watched:
    """A model whose pieces stop when nobody wants them any more."""

    def __init__(self, generator: TextGenerator, writing_id: int) -> None:
        self._generator, self._writing_id = generator, writing_id

    def generate(self, *, instruction: str, text: str, most_tokens: int = 400) -> Iterator[str]:
        count, last = 0, time.monotonic() - LOOK_EVERY
        for piece in self._generator.generate(
            instruction=instruction, text=text, most_tokens=most_tokens
        ):
            count += len(piece)
            if time.monotonic() - last >= LOOK_EVERY:
                last = time.monotonic()
                if not note_written(writing_id=self._writing_id, characters=count):
                    raise Unwanted
            yield piece


def _reply(writing: Writing, generator: TextGenerator) -> tuple[str, list[str]]:
    conversation = writing.conversation
    question = question_in(conversation)
    hits = search(brand=conversation.brand, text=question, language=writing.language, limit=3)
    if not question or not hits:
        raise RefusedText(Refusal.NOTHING)
    written = write_answer(
        question=question, before=(), language=writing.language, hits=hits, generator=generator
    )
    if written.trouble:
        raise GeneratorUnavailable
    if not written.whole:
        raise RefusedText(Refusal.UNSUPPORTED)
    return written.text, [hit.title for hit in written.cited]


def _summary(writing: Writing, generator: TextGenerator) -> str:
    """Return the sentences that stand in the conversation; one that does not, and none is shown."""
    events = thread(writing.conversation, Audience.STAFF)
    said = [str(e["text"]) for e in events if e["kind"] in ("message", "note") and e["text"]]
    chosen = said if len(said) <= MESSAGES else [said[0], *said[1 - MESSAGES :]]
    passages = {str(n): clean(text)[:MESSAGE_LENGTH] for n, text in enumerate(chosen, 1)}
    asked = json.dumps({"passages": passages, "language": writing.language}, ensure_ascii=False)
    sentences, kept = Sentences(), list[str]()
    for piece in (*generator.generate(instruction=SUMMARY, text=asked), None):
        for sentence in sentences.close() if piece is None else sentences.feed(piece):
            claim = check_claim(sentence, passages, alike)
            if claim.fault is not None or len(kept) == SENTENCES:
                raise RefusedText(Refusal.UNSUPPORTED)
            kept.append(claim.text)
    if not kept:
        raise RefusedText(Refusal.SHAPE)
    return " ".join(kept)


def _rewritten(writing: Writing, generator: TextGenerator) -> str:
    task = INSTRUCTIONS[Kind(writing.kind)]
    asked = json.dumps({"text": writing.source, "language": writing.language}, ensure_ascii=False)
    pieces = generator.generate(
        instruction=REWRITE.format(task=task), text=asked, most_tokens=MOST_TOKENS
    )
    result = "".join(pieces).strip()
    if why := refusal_of(writing.source, result):
        raise RefusedText(why)
    guess = EldcLanguageId(DEFAULT_LANGUAGES).identify(result, prior=writing.language)
    if guess.language not in (writing.language, UNKNOWN):
        raise RefusedText(Refusal.LANGUAGE)
    return result
