"""The bar of a dashboard counts what its panels count, and its button leads to these features."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests import dashboards, factories
from tests.factories import MEUDON, SEVRES
from tests.world import TREES

pytestmark = pytest.mark.django_db
BAR = "/tableaux-de-bord/erables/filtres/"
PART = {"HX-Request": "true"}


def about(name: str, filter: str = "", **question: Any) -> dict[str, Any]:
    parameters = {"layer": TREES, **({"filter": filter} if filter else {}), **question}
    return {"id": name, "kind": "figure", "title": name, "question": parameters}


@pytest.fixture
def maples(catalogue: None) -> None:
    """Five trees of which three are maples, and a dashboard of maples with a panel of all trees before them."""
    with factories.in_bulk():
        for genus, place in (("Acer", MEUDON), ("Acer", MEUDON), ("Acer", SEVRES), ("Tilia", MEUDON)):
            factories.tree(at=place, genre=genus)
        factories.tree(at=SEVRES, genre="Cedrus")
    panels = [
        about("tous"),
        about("erables", "genre = 'Acer'"),
        about("encore", "genre = 'Acer'"),
        about("grands", "genre = 'Acer' AND hauteur > 10"),
    ]
    sections = [{"id": "s", "title": "s", "panels": panels}]
    filters = [{"field": "commune", "kind": "commune"}]
    dashboards.dashboard("erables", sections=sections, filters=filters, is_public=True)


def bar(client: Client, query: str = "") -> str:
    return html.unescape(client.get(BAR + query, headers=PART).content.decode())


def test_the_bar_counts_the_features_that_most_panels_count(client: Client, maples: None) -> None:
    assert "<b>3</b> objets" in bar(client)


def test_the_bar_counts_them_under_the_filters_of_the_page(client: Client, maples: None) -> None:
    assert "<b>2</b> objets sur 3" in bar(client, f"?commune={MEUDON}")


def test_the_button_leads_to_the_features_that_it_counts(client: Client, maples: None) -> None:
    address = bar(client, f"?commune={MEUDON}").partition('class="btn primary" href="')[2].partition('"')[0]
    query = parse_qs(urlsplit(address).query)
    assert query[f"{TREES}.filter"] == ["genre = 'Acer'"]
    assert query["commune"] == [MEUDON]


NOTE = "Compté sous une autre condition que le reste de la page"


@pytest.mark.parametrize(("filter", "is_noted"), [("", True), ("genre = 'Acer'", False)])
def test_a_total_of_other_features_than_the_bar_counts_is_explained(
    client: Client, catalogue: None, filter: str, *, is_noted: bool
) -> None:
    factories.tree(at=MEUDON, genre="Acer")
    factories.tree(at=MEUDON, genre="Tilia")
    maples = [about(name, "genre = 'Acer'") for name in ("erables", "encore")]
    ring = {**about("genres", filter, by="genre"), "kind": "donut"}
    sections = [{"id": "s", "title": "s", "panels": [*maples, ring]}]
    dashboards.dashboard("anneau", sections=sections, is_public=True)
    page = html.unescape(client.get("/tableaux-de-bord/anneau/genres/", headers=PART).content.decode())
    assert (NOTE in page) is is_noted
