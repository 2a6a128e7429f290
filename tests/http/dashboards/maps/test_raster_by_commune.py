"""Panels about a raster: what they tell of each commune, to whom, and what the builder says of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboards.builder.draft import PanelDraft
from dashboards.builder.sentences import sentence
from dashboards.builder.settings import changed, settings_form
from dashboards.documents.document import Section
from dashboards.maps.raster_by_commune.kind import RASTER_BY_COMMUNE
from dashboards.paper.document import read_content
from dashboards.paper.html import drawing_of
from dashboards.reading.cards import tiles
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.grid import sketch
from tests.builder import making
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


def drawn(**options: Any) -> None:
    """Make the dashboard of a panel with further options."""
    shown = PANEL | {"options": {"raster": "relief", **options}}
    dashboard("reliefs", is_public=True, sections=[{"id": "s", "title": "S", "panels": [shown]}])


def test_a_raster_is_drawn_as_a_map_with_its_legend_and_its_table(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display="map", classes=2, method="natural", colour="t-climate")
    told = panel()
    (config,) = re.findall(r'<script id="map-relief" type="application/json">(.*?)</script>', told)
    read = json.loads(config)
    assert (read["mode"], read["token"], read["field"]) == ("choropleth", "t-climate", "commune")
    told_of = {place["title"]: place["text"] for place in read["places"]}
    table = dict(line.split(";") for line in panel(end="/relief.csv").splitlines()[1:])
    assert {title for title, text in told_of.items() if text} == set(table)
    assert "Classes aux écarts les plus nets" in told
    assert "Moyenne (m)" in told
    assert "<table" in told


def test_a_map_of_a_raster_is_drawn_on_paper(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display="map")
    page = open_page(PUBLIC.visitor(), "reliefs", {})
    (section,) = read_content(page).sections
    shown = section.panels[0].presentation
    assert shown is not None
    svg = drawing_of(shown, page.visitor, width=600, height=300).svg
    assert svg.count("<path") > 3
    assert "Meudon" in svg


def test_a_raster_is_told_by_a_table_alone_when_it_is_asked(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display="table")
    told = panel()
    assert "<panel-chart" not in told
    assert "<dashboard-map" not in told
    assert "<table" in told


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


def test_filters_that_it_does_not_obey_are_told(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    filters = [{"field": "population", "title": "Habitants"}, {"field": "commune", "kind": "commune"}]
    sections = [{"id": "s", "title": "S", "panels": [PANEL]}]
    dashboard("reliefs", is_public=True, sections=sections, filters=filters)
    narrowed = panel(query="?population=1..10&commune=92048")
    assert "Sans effet ici : Habitants" in narrowed
    assert "Meudon" in narrowed


def test_its_map_is_taken_away_in_one_file(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display="map", classes=2)
    assert "/relief/carte.html" in panel()
    file = panel(end="/relief/carte.html")
    assert "Meudon" in file
    assert "Source : Relief" in file


def test_a_raster_in_bars_has_no_map_to_take_away(reliefs: Any) -> None:
    assert "carte.html" not in panel()
    panel(end="/relief/carte.html", status=404)


def draft(**options: Any) -> PanelDraft:
    """Return a panel of the raster as an administrator makes it."""
    made = making(RASTER_BY_COMMUNE.name, "communes")
    for name, value in options.items():
        made = changed(made, f"options.{name}", value)
    return made


def test_the_builder_says_and_titles_what_it_shows(reliefs: Any) -> None:
    made = draft(statistic="maximum", display="map")
    assert sentence(made) == "Le maximum de «\u00a0<b>Relief</b>\u00a0» dans chaque commune, en carte."
    assert made.panel.title == "Relief\u00a0: maximum par commune"


def test_a_title_that_somebody_wrote_stays_when_an_option_changes(reliefs: Any) -> None:
    made = draft()
    own = replace(made, panel=replace(made.panel, title="Nos hauteurs"))
    assert changed(own, "options.statistic", "median").panel.title == "Nos hauteurs"


def test_its_settings_offer_what_it_obeys(reliefs: Any) -> None:
    form = settings_form(draft())
    names = {control.name for group in (*form.data, *form.look) for control in group.controls}
    assert {"sort", "limit", "notice"}.isdisjoint(names)
    assert form.conditions is None


@pytest.mark.parametrize(("display", "glyph"), [("bars", "bars"), ("map", "map"), ("table", "rows")])
def test_its_sketch_is_how_it_is_drawn(reliefs: Any, display: str, glyph: str) -> None:
    made = replace(draft(display=display).panel, id="relief")
    assert sketch([Section("s", "", (made,))]).parts[0].glyph == glyph


@pytest.mark.parametrize("display", ["bars", "map"])
def test_its_miniature_draws_what_it_shows(world: World, media: Path, display: str) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display=display)
    (tile,) = tiles(open_page(PUBLIC.visitor(), "reliefs", {}))
    assert tile.miniature.drawing is not None


def test_the_miniature_of_its_table_has_lines(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")
    drawn(display="table")
    (tile,) = tiles(open_page(PUBLIC.visitor(), "reliefs", {}))
    assert "Meudon" in {name for name, _value in tile.miniature.lines}
