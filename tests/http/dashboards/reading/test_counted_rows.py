"""A dashboard over rows that may not be read one by one: narrowed by what its document declares, at every address."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.test import Client

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panels import read_panel
from layers.models import Layer
from tests import dashboards, factories
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import PUBLIC
from tests.selections import visitor
from tests.world import TREES

pytestmark = pytest.mark.django_db
PAGE = "/tableaux-de-bord/arbres/"
ADDRESSES = {
    "page": PAGE,
    "panel": f"{PAGE}genres/",
    "values": f"{PAGE}valeurs/commune/",
    "filters": f"{PAGE}filtres/",
    "table file": f"{PAGE}genres.csv",
    "workbook": f"{PAGE}genres.xlsx",
    "picture": f"{PAGE}genres.svg",
    "frame": f"{PAGE}integrer/",
    "kiosk": f"{PAGE}ecran/",
    "paper": f"{PAGE}imprimer/",
}


@pytest.fixture(autouse=True)
def trees(catalogue: Any) -> None:
    """Trees that the public counts, three at least, and a public dashboard of their genera and communes."""
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=3)
    with factories.in_bulk():
        for place, commune in enumerate((MEUDON, SEVRES, BOULOGNE)):
            for rank, genus in enumerate(("Acer", "Cedrus", "Tilia")):
                for number in range(3 + place + rank):
                    factories.tree(f"{place}{rank}{number}", at=commune, genre=genus, protege=number % 3 == 0)
    panels = [
        {"id": "genres", "kind": "bar", "question": {"layer": TREES, "by": ["genre"]}},
        {"id": "croises", "kind": "heat_table", "question": {"layer": TREES, "by": ["commune", "genre"]}},
    ]
    dashboards.dashboard(
        "arbres",
        sections=[{"id": "s", "title": "s", "panels": panels}],
        filters=[
            {"field": "commune", "kind": "commune"},
            {"field": "protege", "kind": "values", "title": "Protégé"},
        ],
        is_public=True,
    )


@pytest.mark.parametrize("asked", ["id=1/30", "nom_vernaculaire=000", "genre=Acer", "hauteur=1/10"])
def test_no_address_takes_a_field_that_is_not_declared(client: Client, asked: str) -> None:
    codes = {name: client.get(f"{address}?{asked}").status_code for name, address in ADDRESSES.items()}
    assert codes == dict.fromkeys(ADDRESSES, 400)


def test_a_declared_filter_narrows_a_panel_of_one_key(client: Client) -> None:
    assert client.get(f"{PAGE}genres.csv?protege=true").status_code == 200


def test_a_panel_of_two_keys_says_why_a_filter_is_too_much(client: Client) -> None:
    page = html.unescape(client.get(f"{PAGE}croises/?protege=true").content.decode())
    assert "croisent 2 critères" in page


def test_the_values_of_a_filter_are_counted_without_the_others(client: Client) -> None:
    answer = client.get(f"{PAGE}valeurs/protege/?commune={MEUDON}", headers={"HX-Request": "true"})
    assert answer.status_code == 200


@pytest.mark.parametrize("asked", [f"commune={MEUDON}&protege=true", f"commune={MEUDON},{SEVRES}"])
def test_the_page_stands_under_filters_that_its_panels_refuse(client: Client, asked: str) -> None:
    assert client.get(f"{PAGE}?{asked}").status_code == 200
    assert client.get(f"{PAGE}filtres/?{asked}").status_code == 200


def test_marks_set_declared_filters_alone() -> None:
    page = open_page(visitor(PUBLIC), "arbres", {})
    answer = read_panel(page, page.panel("genres")).answer
    assert answer is not None
    assert [each for each in answer.table.filters if each] == []
    assert '"filters": [[' not in json.dumps(answer.spec)
    crossed = read_panel(page, page.panel("croises")).answer
    assert crossed is not None
    assert {each[0] for each in crossed.table.filters if each} == {"commune"}
