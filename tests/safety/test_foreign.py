"""Phrases in the other languages of BIP-39, shortened ones, and text that is none."""

import unicodedata

import pytest
from mnemonic import Mnemonic

from tests.safety import disguises
from tests.safety.test_phrases import longest_left, play
from walletdesk.safety.guard import check
from walletdesk.safety.languages import NAMES
from walletdesk.safety.words import LIST

ORDINARY = {
    "french": "bonjour, je n'arrive plus à ouvrir mon portefeuille depuis la mise à jour "
    "d'hier, pouvez-vous m'aider à retrouver mon argent s'il vous plaît",
    "italian": "salve, ho inviato duecento euro alla persona sbagliata e vorrei sapere se "
    "la somma può tornare indietro oppure no, grazie mille per la risposta",
    "portuguese": "bom dia, fiz um depósito ontem e até agora o saldo da minha carteira não "
    "mudou, podem verificar o que aconteceu com o dinheiro por favor",
    "czech": "dobrý den, včera jsem poslal peníze na špatnou adresu a teď nevím, jestli "
    "je možné je dostat zpátky, prosím poraďte mi co dělat",
    "turkish": "merhaba, dün akşam para çektim ama hâlâ hesabıma gelmedi, işlem numarası "
    "elimde var lütfen yardımcı olur musunuz",
    "russian": "здравствуйте, вчера вечером перевёл деньги другу, но он до сих пор их не "
    "получил, подскажите пожалуйста что можно сделать",
    "korean": "안녕하세요 어제 저녁에 친구에게 송금했는데 아직 도착하지 않았습니다 "
    "어떻게 해야 하나요",
    "japanese": "こんにちは。昨日の夜に友達に送金しましたが、まだ届いていません。 "
    "どうすればいいですか？",
    "spanish": "buenas tardes, envié dinero a un amigo y todavía no le llega, la cartera "
    "dice que la operación está completa pero el saldo no cambia",
}


def words_of(seed: int, name: str, count: int = 12) -> list[str]:
    text = Mnemonic(name).to_mnemonic(disguises.dice(seed).randbytes(count * 4 // 3))
    return unicodedata.normalize("NFC", text).replace("\u3000", " ").split()


@pytest.mark.parametrize("name", NAMES)
def test_every_list_in_one_message(name: str) -> None:
    for seed, form in enumerate((" ".join, ", ".join, "\n".join, " / ".join)):
        words = words_of(seed, name, disguises.LENGTHS[seed])
        for text in (form(words), form(words).upper(), f"hello: {form(words)} please help"):
            assert check(text).kinds == ("seed_phrase",), text
            assert check(str(check(text).safe)).findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_list_numbered_partly_and_run_together(name: str) -> None:
    words = words_of(7, name)
    numbered = "\n".join(f"{at}. {word}" for at, word in enumerate(words, 1))
    for text in (numbered, " ".join(words[:8]), "".join(words)):
        assert check(text).kinds == ("seed_phrase",), text


@pytest.mark.parametrize("name", NAMES)
def test_every_list_one_word_a_message(name: str) -> None:
    words = words_of(3, name)
    kept, alarm_at = play(["hello", *words])
    assert alarm_at is not None
    assert longest_left(words, kept) < 4


@pytest.mark.parametrize("name", ["english", "spanish", "italian", "portuguese", "czech"])
def test_four_letters_of_each_word(name: str) -> None:
    cut = [word[:4] for word in words_of(5, name)]
    for text in (
        " ".join(cut),
        " ".join(cut).upper(),
        "\n".join(f"{n} {w}" for n, w in enumerate(cut)),
    ):
        assert check(text).kinds == ("seed_phrase",), text
    assert not check(" ".join(cut[:4])).findings


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_text_of_every_language(name: str) -> None:
    text = ORDINARY[name]
    assert str(check(text).safe) == text
    kept, alarm_at = play(text.split())
    assert alarm_at is None, kept


@pytest.mark.parametrize(
    "text",
    [
        "ok yes no can you look the app was slow and now its fine but the fee ate all",
        "casa mesa silla",
        "1 open 2 tap 3 send 4 fail 5 exit 6 tap 7 wait 8 quit 9 open",
    ],
)
def test_short_words_are_no_shortened_phrase(text: str) -> None:
    assert not check(text).findings


def test_lists_have_what_the_detectors_rely_on() -> None:
    assert len({word[:4] for word in LIST}) == 2048
    assert all(len(Mnemonic(name).wordlist) == 2048 for name in NAMES)
