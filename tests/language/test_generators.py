"""A model behind an address: its answer in pieces, and one error for all that can go wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.generator import KEY, Endpoint, endpoint
from walletdesk.language.local_generator import LocalGenerator
from walletdesk.language.openai_generator import OpenAiGenerator
from walletdesk.language.types import GeneratorUnavailable


@pytest.fixture
def model() -> Iterator[Endpoint]:
    with endpoint() as here:
        yield here


def ask(model: Endpoint, text: str = "how?") -> list[str]:
    assert model.generator is not None
    return list(model.generator.generate(instruction="Be short.", text=text, most_tokens=7))


def test_the_answer_comes_in_pieces(model: Endpoint) -> None:
    model.says = lambda _asked: ["Wait", "", " 两", "分钟", "\ud83d\ude00 ok"]
    assert "".join(ask(model, "how\ud800?")) == "Wait 两分钟😀 ok"
    (sent,) = model.asked
    assert '"max_tokens":7' in sent.replace(" ", "")
    assert "Be short." in sent
    assert KEY not in sent


BROKEN = {
    "html": b"<html>hello</html>",
    "no json": b"data: {oops\n\n",
    "no choice": b'data: {"choices": 3}\n\n',
    "another shape": b'data: ["x"]\n\n',
    "a number": b'data: {"choices": [{"delta": {"content": 5}}]}\n\n',
    "deep": b"data: " + b"[" * 100_000 + b"\n\n",
    "binary": b"data: \xff\xfe\n\n",
    "nothing": b"",
    "endless": b": x\n" * 300_000,
    "one line": b"data: " + b"x" * 1_200_000,
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_bad_answer_is_one_error_that_quotes_nothing(model: Endpoint, fault: str) -> None:
    model.raw = BROKEN[fault]
    with pytest.raises(GeneratorUnavailable) as refused:
        ask(model, "my private words")
    assert "private" not in str(refused.value)
    assert KEY not in str(refused.value)


def test_an_answer_that_breaks_off_is_no_short_answer(model: Endpoint) -> None:
    model.says, model.finishes = lambda _asked: ["Send your"], False
    got = []
    with pytest.raises(GeneratorUnavailable):
        got += ask(model)
    assert got == []


def test_an_answer_that_was_cut_at_its_longest_is_no_short_answer(model: Endpoint) -> None:
    model.raw = (
        b'data: {"choices": [{"delta": {"content": "Wait"}, "finish_reason": null}]}\n\n'
        b'data: {"choices": [{"delta": {}, "finish_reason": "length"}]}\n\ndata: [DONE]\n\n'
    )
    with pytest.raises(GeneratorUnavailable):
        ask(model)
    model.raw = model.raw.replace(b"length", b"stop")
    assert ask(model) == ["Wait"]


@pytest.mark.parametrize("status", [301, 401, 429, 500])
def test_other_statuses_are_errors_and_no_redirect_is_followed(
    model: Endpoint, status: int
) -> None:
    model.status = status
    with pytest.raises(GeneratorUnavailable, match=str(status)):
        ask(model)


def test_nobody_there() -> None:
    with pytest.raises(GeneratorUnavailable):
        list(
            OpenAiGenerator(base_url="http://127.0.0.1:1/v1", model="m").generate(
                instruction="", text=""
            )
        )


def test_a_model_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GeneratorUnavailable, match="not there"):
        LocalGenerator(model=tmp_path / "none.gguf").generate(instruction="", text="")
