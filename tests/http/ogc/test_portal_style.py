"""The style of the whole portal as one ``style.json``: the layers of who asks, in their order, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layers.models import Layer
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import DRAFT, MATRICULE, PLAYGROUNDS, TREES, ZONES, World

_STYLE = "/api/styles/portail"


def style(person: Person = PUBLIC) -> dict[str, Any]:
    """Return the document that somebody gets."""
    found: dict[str, Any] = get(f"{_STYLE}?f=mapbox", person).document
    return found


def path(address: str) -> str:
    """Return an address of the portal without its host."""
    return address.removeprefix("http://localhost")


def test_the_landing_page_leads_to_the_style(world: World) -> None:
    links = {link["rel"]: link["href"] for link in get("/api/").document["links"]}
    listed = get(path(links["http://www.opengis.net/def/rel/ogc/1.0/styles"])).document
    (sheet,) = listed["styles"][0]["links"]
    answer = get(path(sheet["href"]))
    assert answer.headers["Content-Type"] == "application/vnd.mapbox.style+json"


def test_each_sees_the_layers_that_they_see(world: World) -> None:
    seen = {str(person): set(style(person)["sources"]) for person in (PUBLIC, PLANNER)}
    assert seen[str(PLANNER)] - seen[str(PUBLIC)] == {PLAYGROUNDS}
    assert {TREES, ZONES} <= seen[str(PUBLIC)]
    assert DRAFT not in seen[str(PLANNER)]


def test_layers_are_drawn_by_shape_then_rank_and_names_above_all(world: World) -> None:
    Layer.objects.filter(slug=ZONES).update(style={"rank": 5, "labels": {"field": "libelle"}})
    layers = style()["layers"]
    names = ["text-field" in layer.get("layout", {}) for layer in layers]
    assert names == sorted(names)
    drawn = [layer["source"] for layer, is_name in zip(layers, names, strict=True) if not is_name]
    surfaces = list(
        dict.fromkeys(name for name in drawn if name in {ZONES, "communes", "plui-prescriptions-surf"})
    )
    assert surfaces[-1] == ZONES
    assert drawn.index(ZONES) < drawn.index(TREES)
    assert len({layer["id"] for layer in layers}) == len(layers)


def test_what_the_style_names_answers(world: World) -> None:
    document = style()
    index = get(path(document["sprite"]) + "@2x.json").document
    pictures = {
        layer["layout"]["icon-image"]
        for layer in document["layers"]
        if isinstance(layer.get("layout", {}).get("icon-image"), str)
    }
    assert pictures <= set(index)
    assert {get(path(source["url"])).status for source in document["sources"].values()} == {200}


@pytest.mark.parametrize("person", [PUBLIC, PLANNER, TOWN_AGENT], ids=str)
def test_no_class_of_a_protected_field_is_told(world: World, person: Person) -> None:
    category = {"value": MATRICULE, "title": "Un matricule", "token": "t-waste"}
    Layer.objects.filter(slug=TREES).update(style={"field": "matricule", "categories": [category]})
    assert MATRICULE not in json.dumps(style(person))


def test_no_class_of_hidden_rows_is_told(world: World) -> None:
    category = {"value": "Exploitant-Secret", "title": "Ailleurs", "token": "t-waste"}
    Layer.objects.filter(slug=PLAYGROUNDS).update(style={"field": "exploitant", "categories": [category]})
    told = {str(person): "Exploitant-Secret" in json.dumps(style(person)) for person in (PLANNER, TOWN_AGENT)}
    assert told == {str(PLANNER): True, str(TOWN_AGENT): False}


def test_another_name_is_unknown(world: World) -> None:
    statuses = [get(address).status for address in ("/api/styles/autre", f"{_STYLE}/sprite.gif")]
    assert statuses == [404, 404]


def test_the_style_is_fresh_until_it_changes(world: World) -> None:
    tag = get(_STYLE).headers["ETag"]
    assert get(_STYLE, **{"if-none-match": tag}).status == 304
    Layer.objects.filter(slug=TREES).update(style={"token": "#123456"})
    assert get(_STYLE, **{"if-none-match": tag}).status == 200
