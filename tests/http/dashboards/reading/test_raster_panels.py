"""Panels about a raster: what they tell of each commune, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboards import dashboard
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.rasters import online, slope
from tests.world import World, grant

PANEL = {
    "id": "relief",
    "kind": "raster_by_commune",
    "title": "Relief moyen",
    "question": {"layer": "communes"},
    "options": {"raster": "relief"},
}


def panel(person: Person = PUBLIC, *, end: str = "/relief/", status: int = 200, query: str = "") -> str:
    answer = get(f"/tableaux-de-bord/reliefs{end}{query}", person, by_basic=False)
    assert answer.status == status
    return answer.body.replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def reliefs(world: World, media: Path) -> Any:
    online("relief", slope(), title="Relief", unit="m")
    return dashboard("reliefs", is_public=True, sections=[{"id": "s", "title": "S", "panels": [PANEL]}])


def test_a_raster_is_told_of_each_commune_with_its_unit(reliefs: Any) -> None:
    told = panel()
    assert "Meudon" in told
    assert "m" in told
    table = panel(end="/relief.csv")
    assert (
        table.splitlines()[0].lstrip("\ufeff") == "Commune;Moyenne (m)" or "Moyenne" in table.splitlines()[0]
    )
    assert "Meudon" in table


def test_the_communes_of_the_page_are_the_only_ones_told(reliefs: Any) -> None:
    assert "Boulogne" not in panel(end="/relief.csv", query="?commune=92048")


def test_a_panel_about_a_hidden_raster_is_absent(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m", is_open=False)
    grant(PLANNER, "relief", can_download=False)
    dashboard("reliefs", is_public=True, sections=[{"id": "s", "title": "S", "panels": [PANEL]}])
    assert "Relief moyen" not in panel(end="/")
    panel(status=404)
    panel(end="/relief.csv", status=404)
    assert "Relief moyen" in panel(PLANNER, end="/")
    panel(PLANNER, end="/relief.csv", status=403)


def test_a_class_that_the_raster_lacks_is_told_in_the_panel(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    options = {"raster": "relief", "statistic": "share", "class": "Haut"}
    dashboard(
        "reliefs",
        is_public=True,
        sections=[{"id": "s", "title": "S", "panels": [PANEL | {"options": options}]}],
    )
    assert "n’a pas de classe « Haut »" in panel()
