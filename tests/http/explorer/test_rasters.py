"""Rasters on the pages for people: map, print, catalogue, search; a hidden one is nowhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from layers.models import Raster
from tests.factories import box, zone
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.rasters import online, slope
from tests.world import ZONES, World, grant

CLASSES = [
    {"to": 1000, "title": "Près", "colour": "#1a9850"},
    {"from": 1000, "title": "Loin", "colour": "#d73027"},
]


@pytest.fixture
def rasters(world: World, media: Path) -> tuple[Raster, Raster]:
    """Return an open raster in metres, by classes, and an internal one that planners see."""
    shown = online(
        "distance", slope(), title="Distance au parc", unit="m", style={"classes": CLASSES}, is_sample=True
    )
    hidden = online("interne", slope(), title="Sols secrets", is_open=False)
    grant(PLANNER, "interne")
    grant(GARDENER, "interne", can_download=False)
    return shown, hidden


def page(path: str, person: Person = PUBLIC, status: int = 200, **headers: str) -> str:
    answer = get(path, person, by_basic=False, **headers)
    assert answer.status == status
    return answer.body


def words(body: str) -> str:
    """Return the text of a page, its spaces as one."""
    return " ".join(unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", body, flags=re.DOTALL)).split())


PLACES = {
    "catalogue": "/catalogue/",
    "catalogue by shape": "/catalogue/?geometrie=raster",
    "search": "/recherche/?q=sols",
    "suggestions": "/recherche/suggestions/?q=sols",
    "map": "/carte/?couches=interne",
    "print": "/carte/imprimer/?couches=interne",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_hidden_raster_is_on_no_page(rasters: Any, place: str) -> None:
    seen = {person: "Sols secrets" in page(PLACES[place], person) for person in (PUBLIC, OUTSIDER, PLANNER)}
    assert seen == {PUBLIC: False, OUTSIDER: False, PLANNER: True}


def test_a_hidden_raster_has_no_page_and_no_values(rasters: Any) -> None:
    page("/catalogue/interne/", PUBLIC, 404)
    page("/catalogue/interne/", OUTSIDER, 404)
    told = words(page("/carte/rasters/?couches=interne&couches=distance&lon=2.22&lat=48.81"))
    assert "Sols secrets" not in told
    assert "Distance au parc" in told


def test_a_link_to_a_hidden_raster_reads_like_one_to_nothing(rasters: Any) -> None:
    link = f"/carte/?couches={ZONES}&couches={{0}}&opacite={{0}}:40&rendu={{0}}:exact&rideau={{0}}:50"
    pages = [
        page(link.format(slug), **{"hx-request": "true"}).replace(slug, "rien")
        for slug in ("interne", "rien")
    ]
    assert pages[0] == pages[1]
    assert "rien" in words(page(link.format("rien")))


def test_a_raster_that_is_on_is_in_the_panel_with_its_legend_and_on_paper(rasters: Any) -> None:
    body = page("/carte/?couches=distance")
    assert re.findall(r'name="couches" value="([\w-]+)"[^>]* checked', body) == ["distance"]
    assert "1 raster" in words(body)
    assert "0 objet" not in words(body)
    for told in (words(body), words(page("/carte/imprimer/?couches=distance"))):
        assert "Distance au parc" in told
        assert "Près Loin" in told


def test_a_raster_updated_lately_is_no_layer_without_features_on_the_home_page(rasters: Any) -> None:
    home = words(page("/"))
    card = home[home.index("Distance au parc") :]
    assert re.match(r"Distance au parc .*?Raster de [\d,]+ (m|km) · mise à jour", card.replace("\xa0", " "))


def test_a_commune_asked_tells_the_statistics_of_what_is_on(rasters: Any) -> None:
    told = words(page("/carte/?couches=distance&commune=92048"))
    assert re.search(r"Meudon Moyenne [\d ]+ m", told.replace("\u202f", " ").replace("\xa0", " "))
    assert "Surface renseignée" in told
    assert "Dessinez une zone" in words(page("/carte/?couches=distance"))


def test_what_is_asked_of_a_surface_is_downloaded_from_the_list_and_the_sheet(
    rasters: Any, world: World
) -> None:
    west, south, east, north = rasters[0].online.bounds
    drawn = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {south}))"
    over = zone("UR", geom=box(west, south, east, north))
    asked = {
        "/carte/?couches=distance&commune=92048": {"commune": "92048"},
        f"/carte/?couches=distance&within={drawn}": {"within": drawn},
        f"/carte/rasters/?couches=distance&objet={ZONES}/{over.pk}": {"feature": f"{ZONES}:{over.pk}"},
    }
    links = {path: urlencode(part) for path, part in asked.items()}
    missing = [path for path, link in links.items() if f"/coverage?{link}" not in page(path)]
    assert missing == []
    around = page(f"/carte/?couches=distance&near={(west + east) / 2},{(south + north) / 2}&radius=80")
    (link,) = re.findall(r'href="(/api/collections/distance/coverage\?within=POLYGON[^"]+)"', around)
    assert get(unescape(link)).status == 200


def test_a_surface_is_offered_to_no_one_who_may_not_download_nor_where_no_cell_is(rasters: Any) -> None:
    place = "commune=92048"
    told = {
        person: "/coverage?" in page(f"/carte/?couches=interne&{place}", person)
        for person in (PLANNER, GARDENER)
    }
    assert told == {PLANNER: True, GARDENER: False}
    assert "/coverage?" not in page("/carte/?couches=distance&within=POLYGON((2 48,2.01 48,2.01 48.01,2 48))")


def test_a_picture_is_downloaded_by_surface_without_statistics(world: World, media: Path) -> None:
    online("photo", np.zeros((3, 40, 50), dtype="uint8") + 9, title="Photo", kind="image")
    told = page("/carte/?couches=photo&commune=92048", **{"hx-request": "true"})
    assert "/api/collections/photo/coverage?commune=92048" in told
    assert "Moyenne" not in told


def test_a_reader_chooses_a_smooth_or_an_exact_drawing_but_not_of_codes(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief")
    online("sols", np.ones((40, 50), dtype="uint8"), title="Sols", kind="classes")
    body = page("/carte/?couches=relief&couches=sols&rendu=relief:exact")
    assert body.count("data-rendering") == 1
    assert re.search(r'<option value="exact" selected>', body)
    assert "rendu=relief%3Aexact" in page("/carte/?couches=relief&rendu=relief:exact&commune=92048")


def test_a_value_is_told_with_its_unit_and_class_and_its_lack_in_words(rasters: Any) -> None:
    west, south, east, north = rasters[0].online.bounds
    middle = f"lon={(west + east) / 2}&lat={(south + north) / 2}"
    there = words(page(f"/carte/rasters/?couches=distance&{middle}")).replace("\u202f", " ")
    assert re.search(r"Ici [\d ]+ m \((Près|Loin)\)", there)
    assert "Ici aucune donnée ici" in words(page("/carte/rasters/?couches=distance&lon=2&lat=48"))


def test_a_surface_of_a_layer_tells_its_statistics(rasters: Any, world: World) -> None:
    zone = next(iter(world.zones.values()))
    told = words(page(f"/carte/rasters/?couches=distance&objet={ZONES}/{zone.pk}"))
    assert "Moyenne" in told or "aucune donnée dans cette surface" in told
    page("/carte/rasters/?couches=distance&objet=rien/1", PUBLIC, 404)


FAULTS = {
    "/carte/rasters/?lon=2&lat=48": "couches",
    "/carte/rasters/?couches=distance": "objet",
    "/carte/rasters/?couches=distance&lon=2": "lat",
    "/carte/rasters/?couches=distance&lon=deux&lat=48": "lon",
    "/carte/rasters/?couches=distance&lon=2&lat=48&autre=1": "autre",
    "/carte/?rideau=distance": "rideau",
    "/carte/?rendu=distance:flou": "rendu",
    "/carte/?rideau=distance:101": "rideau",
    "/carte/?rideau=distance:50:distance": "rideau",
}


@pytest.mark.parametrize("path", FAULTS)
def test_an_address_that_cannot_be_read_names_what_is_wrong(rasters: Any, path: str) -> None:
    assert FAULTS[path] in words(page(path, PUBLIC, 400))


def test_the_page_of_a_raster_says_what_it_is_and_where_it_is_taken(rasters: Any) -> None:
    body = page("/catalogue/distance/")
    told = words(body).replace("\xa0", " ")
    for fact in (
        "Distance au parc",
        "Données d’exemple",
        "Résolution 10 m",
        "EPSG:2154",
        "50 × 40 mailles",
        "float32",
    ):
        assert fact in told
    for address in (
        "/tiles/raster/distance/{z}/{x}/{y}.png",
        "/tiles/raster/distance.json",
        "/distance/coverage",
    ):
        assert address in body
    assert 'href="/tiles/raster/distance/' in body
    assert "Moyenne" in told


def test_who_may_not_download_is_offered_no_file(rasters: Any) -> None:
    assert "/api/collections/interne/coverage" in page("/catalogue/interne/", PLANNER)
    assert "/api/collections/interne/coverage" not in page("/catalogue/interne/", GARDENER)
