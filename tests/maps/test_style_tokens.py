import re
from pathlib import Path

import pytest

from maps.crew_marks import CREW_STYLES

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "styles" / "tokens.css"
NORMAL_TEXT = 4.5
GRAPHICS = 3.0


def block(opening: str) -> dict[str, str]:
    body = TOKENS.read_text(encoding="utf-8").split(opening)[1].split("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", body))


LIGHT = block(":root {")
DARK = {**LIGHT, **block(':root[data-theme="sombre"] {')}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_night_is_the_same_by_the_device_and_by_hand():
    assert block(':root:not([data-theme="clair"]) {') == block(':root[data-theme="sombre"] {')


def test_no_night_is_printed():
    text = TOKENS.read_text(encoding="utf-8")

    # Each night stands in a block for screens alone: paper is light, whatever the device or the choice.
    for night in (':root:not([data-theme="clair"]) {', ':root[data-theme="sombre"] {'):
        assert re.findall(r"@media ([^{]*) {", text.split(night)[0])[-1].startswith("screen")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "red", "amber", "green", "violet"])
@pytest.mark.parametrize("ground", ["paper", "surface", "wash"])
def test_words_stand_out_from_what_they_are_written_on(tokens, ink, ground):
    assert contrast(tokens[ink], tokens[ground]) >= NORMAL_TEXT


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("style", range(1, 9))
def test_numbers_stand_out_from_the_crews_colour_and_its_line_from_the_map(tokens, style):
    assert contrast(tokens["on-crew"], tokens[f"crew-{style}"]) >= NORMAL_TEXT
    assert contrast(tokens[f"crew-{style}"], tokens["map-land"]) >= GRAPHICS


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("label", ["map-label", "map-water-label", "map-green-label", "map-sector-label"])
def test_names_on_the_map_stand_out_from_their_halo(tokens, label):
    assert contrast(tokens[label], tokens["map-halo"]) >= NORMAL_TEXT


def test_the_colours_of_crews_by_day_are_those_of_paper_and_of_the_map_in_one_file():
    assert [LIGHT[f"crew-{style.number}"] for style in CREW_STYLES] == [style.colour for style in CREW_STYLES]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edge_of_a_field_stands_out(tokens, ground):
    assert contrast(tokens["edge"], tokens[ground]) >= GRAPHICS
