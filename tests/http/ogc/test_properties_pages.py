"""The pages of queryables, sortables and schemas: every example they give is answered, and nothing hidden is told."""

from __future__ import annotations

import html
import re

import pytest

from tests.people import GARDENER, PUBLIC, Person
from tests.protocols import ask, get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

NAMES = ("queryables", "sortables", "schema", "schemas/feature")


def questions(slug: str, name: str) -> list[str]:
    """Return the addresses of the examples of a page."""
    body = ask(f"/api/collections/{slug}/{name}", {"f": "html"}).body
    return [html.unescape(found) for found in re.findall(r'class="question"\s+href="([^"]+)"', body)]


@pytest.mark.parametrize("slug", [TREES, ZONES, "communes"])
@pytest.mark.parametrize("name", ["queryables", "sortables"])
def test_every_example_is_answered(world: World, slug: str, name: str) -> None:
    asked = questions(slug, name)
    assert (len(asked) > 3, {path: get(path).status for path in asked}) == (True, dict.fromkeys(asked, 200))


@pytest.mark.parametrize(("person", "is_told"), [(PUBLIC, False), (GARDENER, True)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_the_page_tells_the_properties_of_its_reader(
    world: World, name: str, person: Person, is_told: bool
) -> None:
    body = get(f"/api/collections/{TREES}/{name}?f=html", person).body
    assert ("matricule" in body, "etat_sanitaire" in body) == (is_told, is_told)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_says_where_its_page_is(world: World, name: str) -> None:
    link = get(f"/api/collections/{TREES}/{name}").headers["Link"]
    assert (
        f'<http://localhost/api/collections/{TREES}/{name}?f=html>; rel="alternate"; type="text/html"' in link
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_a_row_for_each_property_of_the_schema(world: World, name: str) -> None:
    path = f"/api/collections/{TREES}/{name}"
    schema, body = get(path).document["properties"], get(f"{path}?f=html").body
    if name == "schemas/feature":
        schema = dict.fromkeys((*schema["properties"]["properties"], "id", "geom"))
    assert set(re.findall(r"<td><code>(\w+)</code></td>\s*<td><code>\w", body)) == set(schema)


def test_the_page_of_the_schema_says_what_may_be_missing_and_what_is_computed(world: World) -> None:
    body = get(f"/api/collections/{TREES}/schema?f=html").body
    notes = dict(
        re.findall(r"<td><code>(id|hauteur|nom_vernaculaire|commune)</code></td>(.*?)</tr>", body, re.DOTALL)
    )
    told = {name: ("eut manquer" in text, "alculé par le portail" in text) for name, text in notes.items()}
    assert told == {
        "id": (False, True), "hauteur": (True, False), "nom_vernaculaire": (False, False), "commune": (True, True),
    }  # fmt: skip


def test_schema_of_a_match_describes_what_items_answers(world: World) -> None:
    asked = {"touching": f"{ZONES}@300", "matched": "true"}
    answer = ask(f"/api/collections/{TREES}/items", {**asked, "f": "jsonfg"}).document
    schema = get(f"/api{answer['featureSchema'].partition('/api')[2]}").document
    added = [name for name in schema["properties"] if name.startswith("plui_zones_")]
    assert set(answer["features"][0]["properties"]) <= set(schema["properties"])
    names = ("voisin", "distance", "incertitude", "limite", "voisin_id")
    assert added == [f"plui_zones_{name}" for name in names]
    assert schema["properties"]["plui_zones_distance"]["x-ogc-unit"] == "m"
    assert schema["$id"] == answer["featureSchema"]


def test_schema_of_a_match_with_a_hidden_layer_asks_who_reads(world: World) -> None:
    assert get(f"/api/collections/{TREES}/schema?matched=true&touching={PLAYGROUNDS}@300").status == 401
