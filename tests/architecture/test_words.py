"""``docs/glossary.md`` and ``docs/architecture.md`` name what the code has. Words to avoid are advice of `check`."""

from __future__ import annotations

import re

from launcher.advice import words_of, words_to_avoid
from tests.architecture.tree import ROOT, text

GLOSSARY, ARCHITECTURE = "docs/glossary.md", "docs/architecture.md"
PLACE = re.compile(r"`([\w./-]+(?:/|\.(?:py|js|css|md)))`")


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table under a title of the glossary, its head left out."""
    section = text(GLOSSARY).partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip().strip("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def test_the_glossary_is_in_order() -> None:
    terms = [row[0].lower() for row in rows("Terms")]
    assert terms == sorted(terms)


def test_a_term_is_where_the_glossary_says() -> None:
    places = {term[0]: term[2].strip("`") for term in rows("Terms")}
    assert {term: place for term, place in places.items() if not (ROOT / place).exists()} == {}


def test_a_word_to_avoid_is_no_term() -> None:
    terms = {row[0].lower() for row in rows("Terms")}
    assert sorted(terms & set(words_to_avoid(ROOT))) == []


def test_a_name_that_stays_is_where_the_glossary_says() -> None:
    places = {row[0].strip("`"): row[1].strip("`") for row in rows("Names that stay")}
    assert {name: place for name, place in places.items() if name not in text(place)} == {}


def test_a_name_that_stays_has_a_word_to_avoid() -> None:
    avoided = set(words_to_avoid(ROOT))
    names = [row[0].strip("`") for row in rows("Names that stay")]
    assert [name for name in names if not avoided & set(words_of(name))] == []


def test_the_architecture_names_what_is_there() -> None:
    places = {place.rstrip("/") for place in PLACE.findall(text(ARCHITECTURE)) if "<" not in place}
    relative = {place for place in places if "/" in place}
    assert sorted(place for place in relative if not (ROOT / place).exists()) == []
