"""From a panel about related records to the features they belong to, under the rights and filters of its reader."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import dashboards
from tests.factories import BOULOGNE
from tests.people import GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, TREES, World

PAGE = "/tableaux-de-bord/suivi/"
PANELS: list[dict[str, Any]] = [
    {
        "id": "toboggans",
        "kind": "figure",
        "question": {
            "layer": PLAYGROUNDS,
            "relation": "equipements",
            "relation_filter": "type = 'toboggan'",
        },
    },
    {"id": "controles", "kind": "figure", "question": {"layer": PLAYGROUNDS, "relation": "inspections"}},
    {"id": "arbres", "kind": "figure", "question": {"layer": TREES}},
]


@pytest.fixture
def followed(world: World) -> World:
    """A public dashboard over related records, one kind of them protected."""
    dashboards.dashboard("suivi", sections=[{"id": "s", "title": "s", "panels": PANELS}], is_public=True)
    return world


def asked(person: Person, path: str) -> HttpResponse:
    """Return what somebody gets at an address."""
    client = Client()
    client.force_login(person.account())
    return client.get(path)  # type: ignore[return-value]


def listed(person: Person, path: str) -> frozenset[str]:
    """Return the features that the map lists where a panel leads somebody."""
    address = asked(person, path)["Location"]
    text = parse_qs(urlsplit(address).query)[f"{PLAYGROUNDS}.filter"][0]
    client = Client()
    client.force_login(person.account())
    found = client.get(f"/api/collections/{PLAYGROUNDS}/items", {"filter": text}).json()
    return frozenset(feature["properties"]["nom"] for feature in found["features"])


@pytest.mark.parametrize(
    ("person", "query", "names"),
    [
        pytest.param(PLANNER, "", ALL_PLAYGROUNDS, id="all"),
        pytest.param(TOWN_AGENT, "", IN_MEUDON, id="the rows of its reader"),
        pytest.param(PLANNER, f"?commune={BOULOGNE}", {"Jeux-Pont"}, id="the filters of the page"),
        pytest.param(PLANNER, "?type=balancoire", set(), id="none"),
    ],
)
def test_a_panel_of_narrowed_records_leads_to_their_features(
    followed: World, person: Person, query: str, names: frozenset[str]
) -> None:
    assert listed(person, f"{PAGE}toboggans/objets/{query}") == names


def test_a_panel_of_narrowed_records_says_where_its_features_are(followed: World) -> None:
    shown = asked(PLANNER, f"{PAGE}?tableaux=1&commune={BOULOGNE}").content.decode()
    assert f'href="{PAGE}toboggans/objets/?commune={BOULOGNE}"' in shown


@pytest.mark.parametrize(
    ("person", "panel"),
    [(PLANNER, "controles"), (OUTSIDER, "toboggans"), (GARDENER, "arbres"), (GARDENER, "inconnu")],
    ids=["a hidden relation", "a hidden layer", "no records", "unknown"],
)
def test_no_other_panel_leads_anywhere(followed: World, person: Person, panel: str) -> None:
    assert asked(person, f"{PAGE}{panel}/objets/").status_code == 404


def test_more_features_than_an_address_can_name_are_cut_and_it_is_said(
    followed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.reading.panel_views.MAX_FEATURES", 2)
    client = Client()
    client.force_login(PLANNER.account())
    answer = client.get(f"{PAGE}toboggans/objets/", follow=True)
    assert "en voici 2" in answer.content.decode()
