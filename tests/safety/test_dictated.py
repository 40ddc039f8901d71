"""Phrases dictated with labels of any language, and phrases that programs wrote as codes."""

import json
from urllib.parse import quote

import pytest
from mnemonic import Mnemonic

from walletdesk.safety.guard import check

LISTS = ("english", "chinese_simplified", "spanish", "french", "russian", "korean", "japanese")
ENTROPY = bytes(range(16))
DICTATED = {
    "w1=": lambda words: " ".join(f"w{n}={word}" for n, word in enumerate(words, 1)),
    "Word 1:": lambda words: "\n".join(f"Word {n}: {word}" for n, word in enumerate(words, 1)),
    "Chinese": lambda words: "，".join(f"第{n}个词是{word}" for n, word in enumerate(words, 1)),
    "next": lambda words: ". ".join(f"the next word is {word}" for word in words),
    "um": " um ".join,
    "JSON": lambda words: json.dumps({"note": "\n".join(words)}),
    "link": lambda words: "see https://wallet.example/?q=" + quote(" ".join(words)),
    "HTML": lambda words: "".join(f"&#{ord(sign)};" for sign in " ".join(words)),
}


def _words(name: str) -> list[str]:
    return Mnemonic(name).to_mnemonic(ENTROPY).replace("\u3000", " ").split()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("way", DICTATED)
def test_a_dictated_phrase_is_found_whatever_the_language_of_its_labels(
    name: str, way: str
) -> None:
    words = _words(name)

    checked = check(f"my phrase: {DICTATED[way](words)} ok?")

    assert checked.secret
    assert not [word for word in words if word in str(checked.safe) and len(word) > 2]


@pytest.mark.parametrize("name", LISTS)
def test_a_word_a_message_is_found_behind_labels_of_another_language(name: str) -> None:
    kept: list[str] = []
    alarms = []
    for number, word in enumerate(_words(name), 1):
        checked = check(f"word {number} is {word}", kept)
        alarms.append(checked.secret)
        kept.append(str(checked.safe))

    assert any(alarms)


@pytest.mark.parametrize("size", [5, 7, 12])
def test_chinese_groups_of_which_the_last_is_shorter_are_a_phrase(size: int) -> None:
    words = _words("chinese_simplified")

    text = " ".join("".join(words[at : at + size]) for at in range(0, len(words), size))

    assert check(text).secret


@pytest.mark.parametrize(
    "text",
    [
        "一、二、三、四、五、六、七、八、九、十",
        "周 一 周 二 周 三 周 四",
        "see https://example.com/?q=how%20do%20I%20import%20my%20wallet%20again%20please",
        r"C:\new\table\notes and the next word is a word\nthen another word",
        "第一步打开钱包，第二步点备份，第三步抄写",
        "um so the next one is not here, ok and then nothing",
    ],
)
def test_what_only_counts_or_links_is_no_phrase(text: str) -> None:
    assert not check(text).findings


@pytest.mark.parametrize(
    "text",
    [
        "【Wallet】您的验证码为773109，5分钟内有效，请勿泄露",
        "【Wallet】您的验证码为773109，10分钟内有效",
        "mi código es 136056",
        "G-836378 is your Google verification code",
    ],
)
def test_a_code_as_messages_carry_it_is_found(text: str) -> None:
    assert check(text).masked == ("one_time_code",)


@pytest.mark.parametrize(
    "text",
    ["código postal es 136056", "verification code 123,456 times", "el código de error: 404404"],
)
def test_other_numbers_stay(text: str) -> None:
    assert not check(text).findings


def test_a_key_is_told_by_the_name_of_its_variable_and_a_hash_by_its_explorer() -> None:
    number = "9df0551fca9caca3dc40347f3a7dcc3be148ad48df4e69ce180cffca2762e781"

    assert check(f'PK="0x{number}"').masked == ("private_key",)
    assert not check(f"tronscan {number}").findings


def test_chinese_numbers_in_front_are_no_reason_to_overlook_what_they_number() -> None:
    words = _words("chinese_simplified")
    numbers = "一二三四五六七八九十"

    text = "\n".join(f"{numbers[n % 10]}、{word}" for n, word in enumerate(words))

    assert check(text).secret
