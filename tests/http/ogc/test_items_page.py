"""The page of a collection's objects: filters that people fill in, sorts, pages, and the same forms as for machines."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from layers.models import Commune
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.people import GARDENER, PUBLIC, Person
from tests.protocols import ask, get
from tests.world import TREES, World

ITEMS = f"/api/collections/{TREES}/items"
SEARCH = f"/api/collections/{TREES}/search"


def names(path: str, **parameters: str) -> list[str]:
    """Return the names of the trees in the table, in order."""
    body = ask(path, {"f": "html", **parameters}).body
    return re.findall(r"<td\s*>\s*(Arbre-\w+)", body)


@pytest.fixture
def trees(catalogue: dict[str, Commune]) -> None:
    """Three trees, two of them in Meudon."""
    factories.tree("Arbre-A", at=MEUDON, hauteur=10, protege=True)
    factories.tree("Arbre-B", at=BOULOGNE, hauteur=30)
    factories.tree("Arbre-C", at=MEUDON, hauteur=20)


def test_a_filled_form_leads_to_its_answer_and_empty_fields_ask_nothing(trees: None) -> None:
    answer = Client().get(SEARCH, {"q": "", "commune": MEUDON, "filter": "", "limit": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"{ITEMS}?commune={MEUDON}&limit=1&f=html",
    )


def test_an_emptied_field_takes_along_what_told_how_to_read_it(trees: None) -> None:
    answer = Client().get(SEARCH, {"q": "Arbre", "filter": "", "filter-lang": "cql2-text"})
    assert answer.headers["Location"] == f"{ITEMS}?q=Arbre&f=html"


@pytest.mark.parametrize(("slug", "is_offered"), [(TREES, True), ("communes", False)])
def test_a_period_is_offered_where_features_have_a_date(trees: None, slug: str, is_offered: bool) -> None:
    assert ('name="datetime"' in ask(f"/api/collections/{slug}/items", {"f": "html"}).body) == is_offered


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"commune": MEUDON}, ["Arbre-A", "Arbre-C"]),
        ({"protege": "true"}, ["Arbre-A"]),
        ({"filter": "hauteur > 15"}, ["Arbre-B", "Arbre-C"]),
        ({"sortby": "-hauteur"}, ["Arbre-B", "Arbre-C", "Arbre-A"]),
    ],
)
def test_the_page_shows_what_was_asked(trees: None, asked: dict[str, str], found: list[str]) -> None:
    assert names(ITEMS, **asked) == found


def test_the_form_shows_what_was_asked(trees: None) -> None:
    body = ask(ITEMS, {"f": "html", "commune": MEUDON, "q": "Arbre & <fils>"}).body
    told = f'<option value="{MEUDON}" selected>' in body, 'value="Arbre &amp; &lt;fils&gt;"' in body
    assert told == (True, True)


def test_the_form_carries_along_what_it_does_not_show(trees: None) -> None:
    body = ask(ITEMS, {"f": "html", "bbox": "2,48,3,49"}).body
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body)
    assert ("bbox", "2,48,3,49") in fields


@pytest.mark.parametrize(("person", "is_shown"), [(PUBLIC, False), (GARDENER, True)], ids=str)
def test_only_who_reads_a_field_finds_it_on_the_page(world: World, person: Person, is_shown: bool) -> None:
    assert ("etat_sanitaire" in get(f"{ITEMS}?f=html", person).body) is is_shown
