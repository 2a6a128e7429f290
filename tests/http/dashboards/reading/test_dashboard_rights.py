"""Who reads which rows of a dashboard: the table *person × portal*, at every address that shows what panels hold."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import Client

from tests import dashboards
from tests.people import (
    ADMINISTRATOR,
    EVERYBODY,
    GARDENER,
    MANAGER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, World

TERRITORY, TOWN = "localhost", "meudon.localhost"
PART = {"HX-Request": "true"}
NOTHING: frozenset[str] = frozenset()
PAGE = "/tableaux-de-bord/aires/"
WAYS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "page": (f"{PAGE}?tableaux=1", {}),
    "panel": (f"{PAGE}liste/", PART),
    "panel page": (f"{PAGE}liste/", {}),
    "values": (f"{PAGE}valeurs/nom/", PART),
    "filters": (f"{PAGE}filtres/", {}),
    "table file": (f"{PAGE}liste.csv", {}),
    "map file": (f"{PAGE}carte/carte.html", {}),
    "one file": (f"{PAGE}imprimer/?fichier-type=html", {}),
    "kiosk": (f"{PAGE}ecran/?tableaux=1", {}),
    "miniature": (f"{PAGE}miniature/", PART),
}
EMBEDDED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "page": (f"{PAGE}integrer/?tableaux=1", {}),
    "panel": (f"{PAGE}liste/?vue=integrer", PART),
}
WHOLE_TERRITORY = {
    PUBLIC: NOTHING,
    OUTSIDER: NOTHING,
    PARTNER: NOTHING,
    NEWCOMER: NOTHING,
    MANAGER: NOTHING,
    TOWN_AGENT: IN_MEUDON,
    PLANNER: ALL_PLAYGROUNDS,
    GARDENER: ALL_PLAYGROUNDS,
    ADMINISTRATOR: ALL_PLAYGROUNDS,
}
RIGHTS = [
    pytest.param(person, host, rows & IN_MEUDON if host == TOWN else rows, id=f"{person} at {host}")
    for person, rows in WHOLE_TERRITORY.items()
    for host in (TERRITORY, TOWN)
]


@pytest.fixture
def aires(world: World) -> World:
    """A public dashboard over an internal layer: its rows as a table and as a map, a filter of their names."""
    table = {"id": "liste", "kind": "table", "question": {"layer": PLAYGROUNDS, "fields": ["nom"]}}
    places = {"id": "carte", "kind": "map", "question": {"layer": PLAYGROUNDS}}
    dashboards.dashboard(
        "aires",
        sections=[{"id": "s", "title": "s", "panels": [table, places]}],
        filters=[{"field": "nom", "kind": "values", "title": "Nom"}],
        is_public=True,
    )
    return world


def names(person: Person, host: str, path: str, headers: Mapping[str, str]) -> frozenset[str]:
    """Return the playgrounds that somebody is told at an address of a portal."""
    client = Client(HTTP_HOST=host)
    if not person.is_anonymous:
        client.force_login(person.account())
    answer = client.get(path, headers=dict(headers))
    assert answer.status_code in {200, 400, 404}, answer.content
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return frozenset(name for name in ALL_PLAYGROUNDS if name in content.decode())


def test_the_table_speaks_of_everybody() -> None:
    assert set(WHOLE_TERRITORY) == set(EVERYBODY)


@pytest.mark.parametrize(("person", "host", "rows"), RIGHTS)
def test_every_address_tells_the_rows_of_its_reader(
    aires: World, person: Person, host: str, rows: frozenset[str]
) -> None:
    told = {way: names(person, host, *asked) for way, asked in WAYS.items()}
    assert told == dict.fromkeys(WAYS, rows)


@pytest.mark.parametrize("person", [PLANNER, ADMINISTRATOR], ids=str)
def test_another_site_shows_what_the_public_reads_whoever_looks(aires: World, person: Person) -> None:
    told = {way: names(person, TERRITORY, *asked) for way, asked in EMBEDDED.items()}
    assert told == dict.fromkeys(EMBEDDED, NOTHING)
