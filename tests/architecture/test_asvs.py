"""The table of ASVS answers each requirement once, with a state, a reason where one is due, and tests that exist."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.architecture.tree import ROOT, text

ASVS, SECURITY = "docs/asvs.md", "docs/security.md"
# The requirements of levels 1 and 2 of OWASP ASVS 5.0.0, by section: the gaps are level 3.
# fmt: off
SECTIONS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3", "2.2": "1-3",
    "2.3": "1-4", "2.4": "1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4", "5.1": "1", "5.2": "1-3", "5.3": "1-2",
    "5.4": "1-3", "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3",
    "6.8": "1-4", "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1", "9.1": "1-3", "9.2": "1-4", "10.1": "1-2",
    "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3", "11.1": "1-2",
    "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1", "12.1": "1-3", "12.2": "1-2",
    "12.3": "1-4", "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5", "14.1": "1-2", "14.2": "1-4",
    "14.3": "1-3", "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1", "16.2": "1-5", "16.3": "1-4",
    "16.4": "1-3", "16.5": "1-3", "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}
# fmt: on
STATES = {"met", "partly", "operator", "not applicable", "not met"}
RANGE = re.compile(r"(\d+\.\d+)\.(\d+)(?:–(\d+\.\d+)\.(\d+))?")
QUOTED = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
FILE = re.compile(r".+\.(?:py|md|js|txt|json|yml|conf)")
LINK = re.compile(r"\]\((?:([\w./-]+\.md))?#([\w-]+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the tables of requirements."""

    numbers: tuple[str, ...]
    state: str
    how: str


def numbered(span: str) -> list[int]:
    first, _dash, last = span.partition("-")
    return list(range(int(first), int(last or first) + 1))


def required() -> dict[str, list[int]]:
    return {
        name: [number for span in spans.split() for number in numbered(span)]
        for name, spans in SECTIONS.items()
    }


def numbers_of(cell: str) -> tuple[str, ...]:
    """Return the requirements of a cell: one, or a range within a section; the text itself when it is neither."""
    found = RANGE.fullmatch(cell)
    if found is None or (found[3] and found[3] != found[1]):
        return (cell,)
    first, last = int(found[2]), int(found[4] or found[2])
    return tuple(
        f"{found[1]}.{number}" for number in required().get(found[1], [first]) if first <= number <= last
    )


def rows() -> list[Row]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text(ASVS).splitlines()
        if re.match(r"\| \d", line)
    ]
    return [Row(numbers_of(cell[0]), cell[1], cell[2]) for cell in cells]


def anchors(path: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_requirement_is_answered_once() -> None:
    answered = Counter(number for row in rows() for number in row.numbers)
    wanted = Counter(f"{name}.{number}" for name, numbers in required().items() for number in numbers)
    assert answered == wanted


def test_the_requirements_are_those_of_levels_1_and_2() -> None:
    assert sum(map(len, required().values())) == 253


def test_every_answer_has_a_state_of_the_list() -> None:
    assert [row for row in rows() if row.state not in STATES] == []


def test_every_answer_says_how_or_why() -> None:
    assert [row for row in rows() if not re.search(r"\w{3}", row.how)] == []


@pytest.mark.parametrize("path", [ASVS, SECURITY])
def test_what_is_named_exists(path: str) -> None:
    roots = {entry.name for entry in ROOT.iterdir()}
    named = set(QUOTED.findall(text(path)))
    paths = {
        name for name in named if ("/" in name and name.partition("/")[0] in roots) or FILE.fullmatch(name)
    }
    assert sorted(name for name in paths if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("path", [ASVS, SECURITY])
def test_a_link_leads_to_a_title_that_exists(path: str) -> None:
    links = LINK.findall(text(path))
    assert [
        anchor for target, anchor in links if anchor not in anchors(f"docs/{target}" if target else path)
    ] == []


@pytest.mark.parametrize("path", [ASVS, SECURITY])
def test_no_place_is_left_to_fill(path: str) -> None:
    assert re.findall(r"\b(?:ATTACK_\w+|TBD|XXX)\b", text(path)) == []
