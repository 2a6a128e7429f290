"""Headers of an answer about features: links within the room that proxies and clients keep for them."""

from __future__ import annotations

import re

import pytest

from layers.parsing.cql2 import bounds
from layers.parsing.geometry import MAX_CHARACTERS
from tests.protocols import Answer, ask, items
from tests.world import TREES, World

# What proxies are commonly set to keep, and Node.js: 16 Kio.
ROOM = 16 * 1024
SQUARE = "POLYGON ((2.1 48.7, 2.4 48.7, 2.4 48.9, 2.1 48.9, 2.1 48.7))"


def size_of(answer: Answer) -> int:
    """Return the bytes of the headers as they are sent."""
    return sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())


def padded(text: str, size: int) -> str:
    """Return a question that means the same and is as long as it may be."""
    return text + " " * (size - len(text))


LONGEST = {
    "filter": {"filter": padded("nom_vernaculaire <> '", bounds.MAX_CHARACTERS - 1) + "'"},
    # Blanks have one byte in the address, of which the server reads 256 KiB.
    "area": {"within": padded(SQUARE, MAX_CHARACTERS - 1_024)},
    "4,000 characters": {"filter": padded("nom_vernaculaire <> '", 3_999) + "'"},
    "an accent costs six bytes": {"filter": "nom_vernaculaire <> '" + "é" * 1_500 + "'"},
}


@pytest.mark.parametrize("asked", LONGEST.values(), ids=LONGEST)
def test_the_longest_question_has_headers_that_clients_keep(world: World, asked: dict[str, str]) -> None:
    answer = items(TREES, asked | {"limit": "1"})
    assert (answer.status, size_of(answer) < ROOM) == (200, True)


@pytest.mark.parametrize("asked", LONGEST.values(), ids=LONGEST)
def test_the_document_of_the_longest_question_holds_every_link(world: World, asked: dict[str, str]) -> None:
    told = {link["rel"] for link in items(TREES, asked | {"limit": "1"}).document["links"]}
    assert {"self", "alternate", "next", "collection"} <= told


def test_the_pages_of_a_sequence_are_told_whatever_the_question(world: World) -> None:
    answer = items(TREES, LONGEST["area"] | {"limit": "1", "f": "geojsonseq"})
    (following,) = re.findall(r'<([^>]*)>; rel="next"', answer.headers["Link"])
    again = ask(following.removeprefix("http://localhost"))
    assert [page.headers["OGC-NumberReturned"] for page in (answer, again)] == ["1", "1"]


def test_a_short_question_has_every_link_in_its_headers(world: World) -> None:
    told = re.findall(r'rel="([^"]*)"', items(TREES, {"limit": "1"}).headers["Link"])
    assert {"self", "alternate", "next", "collection"} <= set(told)
