"""The pictures in docs/pictures: every kind of page, wide and on a phone, light and dark, in English and Chinese.

`./dev pictures` takes them anew; an ordinary run only checks that the list beside them is of them, and that they are small.
"""

import re

import pytest

from tests.browser.conftest import PICTURES, QUERY, SIZES, THEMES, Look, Shoot, Visitor
from tests.browser.walk import Shown, by_role

LOOKS = [Look(language, theme, size) for language in ("en", "zh-hant") for theme in THEMES for size in SIZES]
LARGEST, ALL = 80_000, 16_000_000
"""Bytes of one picture, and of all."""
ON_TOUR = {
    "tour-import-check": "an import, looked at before it is brought in",
    "tour-import": "an import's balance sheet",
    "tour-production": "a production that was checked",
}
"""What stands there only after somebody has acted; the tour (test_tour.py) takes these."""
NOT_PICTURED = re.compile(
    r".*\?.*|/ of (?!compliance$|records$).*|/imports/#/(?!stored/messages/|rejected/lines/).+"
    r"|/capture/#/days/#/(?!received/).+|/capture/#/files/(?!lost/).+|/capture/connect/(?!wecom/).+",
    re.DOTALL,
)
"""Each of the ways in which a list can be narrowed, of an import's lists and an account's, and the places where the other roles land."""
FOUND = Shown("/search/found/", f"/search/?q={QUERY}&narrow=1", "compliance")
"""A search that found something; where there is room, with the first hit's conversation beside it."""
HEAD = """# Pictures of every page

Taken by `./dev pictures` in Debian's Chromium, of the demonstration firm as it was on the day they were taken. Each page is shown at
1440 × 900 and 390 × 844, light and dark, in English and 繁體中文; what a page is called here is its address, with `#` for
a number.

| page | English | 繁體中文 |
|---|---|---|
"""


def title(shown: Shown) -> str:
    """What a picture's name begins with: the words of the address."""
    return re.sub(r"[^a-z]+", "-", shown.kind.replace("/ of ", "home ").replace("#", "one").lower()).strip("-")


def chosen(every: list[Shown]) -> list[Shown]:
    """Of each page one address."""
    return [shown for shown in every if not NOT_PICTURED.fullmatch(shown.kind)] + [FOUND]


def listing(names: dict[str, str]) -> str:
    """The list beside the pictures; `names` are the addresses by the beginnings of the pictures' names."""

    def cell(name: str, language: str) -> str:
        looks = [look for look in LOOKS if look.language == language]
        return " · ".join(f"[{look.size}, {look.theme}]({name}-{look.name}.webp)" for look in looks)

    rows = [f"| `{kind}` | {cell(name, 'en')} | {cell(name, 'zh-hant')} |\n" for name, kind in sorted(names.items())]
    for name, what in ON_TOUR.items():
        rows.append(f"| {what} | [wide, light]({name}-en.webp) | [wide, light]({name}-zh-hant.webp) |\n")
    return HEAD + "".join(rows)


@pytest.mark.timeout(7200)  # with --pictures it takes hundreds
def test_the_pictures_are_those_that_are_listed(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--pictures"):
        for old in PICTURES.glob("*.webp"):
            if not old.name.startswith("tour-"):  # those are another test's, perhaps of another process
                old.unlink()
        names = take(request)
        PICTURES.joinpath("README.md").write_text(listing(names), "utf-8")
    there = {path.name: path.stat().st_size for path in PICTURES.glob("*.webp")}
    listed = re.findall(r"\(([\w-]+\.webp)\)", PICTURES.joinpath("README.md").read_text("utf-8"))

    if request.config.getoption("--pictures"):
        listed = [name for name in listed if not name.startswith("tour-") or name in there]
    assert sorted(there) == sorted(listed) != []
    assert [name for name, size in there.items() if size > LARGEST] == []
    assert sum(there.values()) < ALL


def test_every_page_of_the_walk_has_its_pictures(every_page: list[Shown]) -> None:
    """Fails for a new page until its pictures are taken."""
    there = {path.name for path in PICTURES.glob("*.webp")}
    missing = {
        each.kind: f"{title(each)}-{look.name}"
        for each in chosen(every_page)
        for look in LOOKS
        if f"{title(each)}-{look.name}.webp" not in there
    }

    assert not missing, f"./dev pictures has not been run since these came: {sorted(missing)}"


def take(request: pytest.FixtureRequest) -> dict[str, str]:
    """Take all of them; the addresses by the beginnings of their names."""
    browser, origin = request.getfixturevalue("browser"), request.getfixturevalue("demonstration")
    every: list[Shown] = request.getfixturevalue("every_page")
    shot: Shoot = request.getfixturevalue("shot")
    pages = chosen(every)
    for look in LOOKS:
        for role, some in by_role(pages):
            visitor = Visitor(browser, origin, look)
            page = visitor.sign_in(role) if role else visitor.page
            for each in some:
                page.goto(each.path)
                page.wait_for_load_state("networkidle")
                if each is FOUND and look.size == "wide":
                    page.locator("[data-item]").first.click()
                    page.locator("#reading .hitmsg").wait_for()
                    page.wait_for_load_state("networkidle")
                shot(page, f"{title(each)}-{look.name}")
            visitor.close()
    names = {title(each): each.kind for each in pages}
    assert len(names) == len(pages), "two pages have one name"
    return names
