"""Text can be read on everything it stands on: WCAG 2.2 AA, in both schemes, for any brand."""

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.web.common.colours import (
    DARK_SURFACES,
    LIGHT_SURFACES,
    brand_properties,
    contrast,
    parse_colour,
)

AA_TEXT, AA_CONTROL = 4.5, 3.0
CSS = (settings.STATIC_FOLDER / "common" / "tokens.css").read_text()
BASE = (settings.STATIC_FOLDER / "common" / "base.css").read_text()
SURFACES = ("canvas", "surface", "raised", "sunken")
PAIRS = [
    *((text, surface) for text in ("text", "text-2", "text-3") for surface in (*SURFACES, "hover")),
    *((text, surface) for text in ("danger", "warn", "ok") for surface in ("surface", "raised")),
    ("danger", "danger-soft"), ("warn", "warn-soft"), ("ok", "ok-soft"), ("note", "note-soft"),
    ("text", "note-soft"), ("text", "warn-soft"),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--c-([a-z0-9-]+): (#[0-9a-f]{6});", block))


BLOCKS = [part.split("}")[0] for part in re.split(r":root[^{]*\{", CSS)[1:]]
LIGHT = colours(BLOCKS[0])
DARKS = [colours(block) for block in BLOCKS[1:] if "--c-canvas" in block]


def ratio(scheme: dict[str, str], one: str, other: str) -> float:
    return contrast(parse_colour(scheme[one]), parse_colour(scheme[other]))


@pytest.mark.parametrize(("text", "surface"), PAIRS)
def test_text_has_contrast(text: str, surface: str) -> None:
    assert ratio(LIGHT, text, surface) >= AA_TEXT
    assert ratio(DARKS[0], text, surface) >= AA_TEXT


@pytest.mark.parametrize("surface", SURFACES)
def test_borders_of_controls_have_contrast(surface: str) -> None:
    assert ratio(LIGHT, "border-strong", surface) >= AA_CONTROL
    assert ratio(DARKS[0], "border-strong", surface) >= AA_CONTROL


def test_both_ways_to_be_dark_are_the_same() -> None:
    assert len(DARKS) == 2
    assert DARKS[0] == DARKS[1]
    assert set(DARKS[0]) <= set(LIGHT)


def test_colours_of_a_brand_know_the_surfaces() -> None:
    surfaces = (*SURFACES, "hover")
    assert {parse_colour(LIGHT[name]) for name in surfaces} == set(LIGHT_SURFACES)
    assert {parse_colour(DARKS[0][name]) for name in surfaces} == set(DARK_SURFACES)


def test_avatars_carry_white_letters() -> None:
    tones = re.findall(r"\.avatar\.tone-\d \{ background: (#[0-9a-f]{6}); \}", BASE)
    assert len(tones) == 8
    for tone in tones:
        assert contrast(parse_colour(tone), (255, 255, 255)) >= AA_TEXT


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_gives_readable_pages(number: int) -> None:
    told = brand_properties(f"#{number:06x}")
    found = {name.removeprefix("--"): parse_colour(value) for name, value in told.items()}
    assert contrast(found["on-brand"], found["brand"]) >= AA_TEXT
    assert contrast(found["on-brand"], found["brand-strong"]) >= AA_TEXT
    for surface in (*LIGHT_SURFACES, found["brand-soft-light"]):
        assert contrast(found["brand-text-light"], surface) >= AA_TEXT
    for surface in (*DARK_SURFACES, found["brand-soft-dark"]):
        assert contrast(found["brand-text-dark"], surface) >= AA_TEXT


@pytest.mark.parametrize("text", ["", "red", "#fff", "#gggggg", "2f6bff0"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        parse_colour(text)
