"""Every colour that words are written in can be read on every ground it stands on, in both themes (WCAG 2.2 AA).

The tokens are read from the style sheet itself; OKLCH is converted here (Björn Ottosson's matrices, CSS Color 4 §9.3).
"""

import math
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src/muniment/site/static/muniment"
TEXT, CONTROL = 4.5, 3.0
"""The least ratios: of words (WCAG 1.4.3), and of what shows where a control or the focus is (1.4.11)."""

SURFACES = ("paper", "sheet", "well", "client", "staff", "accent-soft")
MEANINGS = ("accent", "sealed", "pending", "broken", "hold", "privileged")


def luminance(colour: str) -> float:
    """The relative luminance of `oklch(L% C H)` in sRGB, each channel held to what a screen can show."""
    match = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", colour)
    assert match, colour
    lightness, chroma, hue = float(match[1]) / 100, float(match[2]), math.radians(float(match[3]))
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> dict[str, dict[str, str]]:
    """The tokens of the light theme, and of the dark one, which keeps what it does not say anew."""
    light, _, dark = (
        (STATIC / "tokens.css").read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    )
    tokens = [dict(re.findall(r"--([\w-]+): (oklch\([^)/]*\));", text)) for text in (light, dark)]
    return {"light": tokens[0], "dark": {**tokens[0], **tokens[1]}}


THEMES = themes()
PAIRS = [
    *((text, surface, TEXT) for text in ("ink", "ink-2", "ink-3", "accent", "accent-strong") for surface in SURFACES),
    *((meaning, f"{meaning}-soft", TEXT) for meaning in MEANINGS),
    *((meaning, surface, TEXT) for meaning in MEANINGS for surface in ("paper", "sheet", "well")),
    *(("ink", f"{meaning}-soft", TEXT) for meaning in MEANINGS),
    ("ink", "mark", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("sheet", "broken", TEXT),
    *(("edge", surface, CONTROL) for surface in ("paper", "sheet", "well")),
    *(("accent", surface, CONTROL) for surface in SURFACES),
]


def test_the_measure_is_the_one_of_the_standard() -> None:
    assert ratio("oklch(100% 0 0)", "oklch(0% 0 0)") == pytest.approx(21)
    assert luminance("oklch(62.796% 0.25768 29.234)") == pytest.approx(0.2126, abs=2e-4)  # pure red
    assert luminance("oklch(59.987% 0 0)") == pytest.approx(0.21586, abs=2e-4)  # the grey #808080


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text, ground, least", PAIRS)
def test_words_stand_out_from_their_ground(theme: str, text: str, ground: str, least: float) -> None:
    tokens = THEMES[theme]
    found = ratio(tokens[text], tokens[ground])
    assert found >= least, f"{text} on {ground} is {found:.2f}, in the {theme} theme"


def test_the_dark_theme_says_every_colour_anew() -> None:
    light, dark = (set(re.findall(r"--([\w-]+): oklch", text)) for text in _halves())
    assert light - dark == {"veil"}


def test_no_colour_is_named_outside_the_tokens() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name in ("tokens.css", "print.css"):
            continue
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl|oklch|oklab)a?\(", rules.replace("#000 calc(", "")) == [], (
            sheet.name
        )


def test_every_token_that_is_used_is_there() -> None:
    rules = "".join(sheet.read_text(encoding="utf-8") for sheet in STATIC.glob("*.css"))
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) <= set(re.findall(r"--([\w-]+):", rules))


def _halves() -> tuple[str, str]:
    light, _, dark = (
        (STATIC / "tokens.css").read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    )
    return light, dark
