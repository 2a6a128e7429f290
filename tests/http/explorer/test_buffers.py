"""The outlines around objects that a question names, and the links from its answers to the nearest."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from pyproj import Geod

from explorer.buffers import queries
from layers.errors import TooSlow
from plui import catalogue
from tests import factories
from tests.factories import MEUDON, MIDDLES
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import ask, get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

ZONES_STYLE = catalogue.ZONES.style

pytestmark = pytest.mark.django_db


def drawn(query: str, person: Person = PUBLIC, slug: str = TREES) -> list[dict[str, Any]]:
    answer = get(f"/carte/alentours/{slug}/?couches={slug}&{query}", person, by_basic=False)
    features: list[dict[str, Any]] = answer.document["features"]
    return features


def kinds(features: list[dict[str, Any]]) -> list[str]:
    return [feature["properties"]["kind"] for feature in features]


def test_outline_is_that_of_all_that_is_so_near(world: World) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    (outline,) = drawn(f"{ZONES}.touching={TREES}/{world.trees['Cedre-Meudon'].pk}@300", slug=ZONES)[:1]
    ring = shapely.geometry.shape(outline["geometry"]).exterior.coords
    geod = Geod(ellps="WGS84")
    metres = [geod.inv(longitude, latitude, x, y)[2] for x, y in ring]
    assert min(metres) == pytest.approx(300, rel=0.005)
    assert max(metres) == pytest.approx(300, rel=0.005)


def test_link_goes_from_the_answer_to_the_nearest_object(world: World) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    tree = factories.tree("Voisin", at=(longitude + 0.001, latitude))
    found = drawn(f"{TREES}.touching={TREES}/{world.trees['Cedre-Meudon'].pk}@100")
    links = {
        f["properties"]["id"]: f["geometry"]["coordinates"]
        for f in found
        if f["properties"]["kind"] == "link"
    }
    labels = [
        f["properties"]["text"]
        for f in found
        if f["properties"].get("id") == tree.pk and "text" in f["properties"]
    ]
    assert links[tree.pk][0] == pytest.approx([longitude + 0.001, latitude])
    assert links[tree.pk][1] == pytest.approx([longitude, latitude])
    names = [f["properties"]["name"] for f in found if f["properties"]["kind"] == "label"]
    assert labels == ["73\u00a0m"]
    assert "Voisin" in names


def test_what_is_touched_is_marked_in_the_colour_of_its_class(world: World) -> None:
    marked = drawn(f"{TREES}.touching={ZONES}*")
    assert set(kinds(marked)) == {"matched"}
    assert marked[0]["properties"]["layer"] == ZONES
    assert marked[0]["properties"]["token"] in {category.token for category in ZONES_STYLE.categories}


def test_what_is_far_has_an_outline_and_no_link(world: World) -> None:
    assert kinds(drawn(f"{TREES}.disjoint={ZONES}@50*")) == ["outline"]


def test_hidden_objects_have_no_outline(world: World) -> None:
    query = f"{TREES}.touching={PLAYGROUNDS}@300"
    of_agent, of_planner = (drawn(query, person)[0]["geometry"] for person in (TOWN_AGENT, PLANNER))
    boulogne = shapely.Point(MIDDLES[factories.BOULOGNE])
    assert not shapely.geometry.shape(of_agent).contains(boulogne)
    assert shapely.geometry.shape(of_planner).contains(boulogne)
    assert get(f"/carte/alentours/{TREES}/?couches={TREES}&{query}").status == 404


def test_outline_is_near_the_communes_asked(world: World) -> None:
    (outline, *_links) = drawn(f"{TREES}.touching={PLAYGROUNDS}@300&commune={MEUDON}", PLANNER)
    assert not shapely.geometry.shape(outline["geometry"]).contains(
        shapely.Point(MIDDLES[factories.BOULOGNE])
    )


def notes(query: str, slug: str) -> dict[str, str]:
    """Return what is said of what is not drawn."""
    told: dict[str, str] = get(
        f"/carte/alentours/{slug}/?couches={slug}&{query}", PUBLIC, by_basic=False
    ).document["notes"]
    return told


def test_what_is_not_drawn_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"{ZONES}.touching={TREES}@5000"
    assert set(kinds(drawn(query, slug=ZONES))) == {"outline", "matched", "link", "label"}
    monkeypatch.setattr(queries, "MAX_OBJECTS", 1)
    monkeypatch.setattr(queries, "MAX_MATCHED", 1)
    assert drawn(query, slug=ZONES) == []
    said = notes(query, ZONES)
    assert "plus de" in said[f"{TREES}@5000"]
    assert "réponses" in said[TREES]


def test_an_outline_that_takes_too_long_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_asked: object) -> None:
        raise TooSlow("trop long")

    monkeypatch.setattr(queries, "_union", stopped)
    said = notes(f"{ZONES}.touching={TREES}@5000", ZONES)
    assert "trop long" in said[f"{TREES}@5000"]


def test_links_end_where_answers_are_many_and_marks_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_LINKS", 1)
    assert set(kinds(drawn(f"{ZONES}.touching={TREES}@5000", slug=ZONES))) == {"outline", "matched"}


def test_outline_from_afar_is_within_half_a_pixel_of_the_exact_one(world: World) -> None:
    query = f"{ZONES}.touching={TREES}/{world.trees['Cedre-Meudon'].pk}@300"
    exact, coarse = (
        shapely.geometry.shape(drawn(query + view, slug=ZONES)[0]["geometry"])
        for view in ("", "&bbox=2.1,48.7,2.4,48.9")
    )
    pixel = 0.2 / 1_000
    assert len(coarse.exterior.coords) < len(exact.exterior.coords) / 2
    assert coarse.hausdorff_distance(exact) < pixel


def test_legend_words_the_outline(world: World) -> None:
    body = ask("/carte/", {"couches": TREES, f"{TREES}.touching": f"{ZONES}@300*"}).body
    assert "300 m autour d’une zone du PLUi" in body.replace("\u00a0", " ")
    assert "Zone du PLUi d’une réponse" in body


def test_a_table_is_refused_by_name(world: World) -> None:
    answer = get(f"/carte/alentours/{TREES}/?{TREES}.touching=plans-indicateurs@300", by_basic=False)
    assert answer.status == 400
    assert "plans-indicateurs" in answer.body


def test_what_cannot_be_read_is_named_where_nothing_is_drawn(world: World) -> None:
    answer = get(f"/carte/alentours/{TREES}/?commune=99999", by_basic=False)
    assert answer.status == 400
    assert "commune" in answer.body
