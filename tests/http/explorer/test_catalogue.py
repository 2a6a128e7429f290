"""The catalogue as people search it: small typing errors are forgiven, from the words of what they see alone."""

from __future__ import annotations

import pytest

from tests.people import GARDENER, PUBLIC, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.usefixtures("world")


def catalogue(words: str, person: Person = PUBLIC) -> str:
    return get(f"/catalogue/?q={words}", person, by_basic=False).body


def has(page: str, layer: str) -> bool:
    return f'href="/catalogue/{layer}/"' in page


@pytest.mark.parametrize("typed", ["remarcables", "abres+remarquables", "arbres+remraquable"])
def test_a_typing_error_is_forgiven(typed: str) -> None:
    page = catalogue(typed)
    assert has(page, TREES)
    assert "Vouliez-vous dire" in page


def test_words_that_are_right_are_not_corrected() -> None:
    page = catalogue("arbres+remarquables")
    assert has(page, TREES)
    assert "Vouliez-vous dire" not in page


def test_a_word_that_resembles_nothing_finds_nothing() -> None:
    page = catalogue("zzzzzzz")
    assert "Aucune couche ne répond" in page
    assert "Vouliez-vous dire" not in page


def test_a_facet_narrows_what_a_correction_lists() -> None:
    assert not has(catalogue("remarcables&geometrie=surfaces"), TREES)


@pytest.mark.parametrize(("person", "is_listed"), [(GARDENER, True), (PUBLIC, False)], ids=str)
def test_a_correction_has_no_word_of_a_hidden_layer(world: World, person: Person, is_listed: bool) -> None:
    page = catalogue("aires+de+jeus", person)
    assert has(page, PLAYGROUNDS) is is_listed
    assert ("Vouliez-vous dire" in page) is is_listed
