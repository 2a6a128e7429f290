"""The OpenAPI document: valid, true to its parameters, and never answered by a status or a type it does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.conformance.described import ask, described
from tests.deliveries import bench, counts, dataset, published
from tests.examples import count
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.rasters import online, slope
from tests.world import PLAYGROUNDS, TREES, ZONES, World, grant


def document(person: Person = PUBLIC) -> dict[str, Any]:
    found: dict[str, Any] = get("/api/openapi.json", person).document
    return found


@pytest.mark.parametrize("person", [PUBLIC, ADMINISTRATOR], ids=str)
def test_the_document_is_valid(world: World, person: Person) -> None:
    published(dataset(), bench())
    counts()
    validate(document(person))


def test_the_document_tells_the_layers_of_the_visitor(world: World) -> None:
    told = {
        person.name: f"/collections/{PLAYGROUNDS}/items" in document(person)["paths"]
        for person in (PUBLIC, OUTSIDER, PLANNER)
    }
    assert told == {PUBLIC.name: False, OUTSIDER.name: False, PLANNER.name: True}


@pytest.mark.parametrize(("person", "is_told"), [(PUBLIC, False), (GARDENER, True)], ids=str)
def test_the_document_tells_the_fields_of_the_visitor(world: World, person: Person, is_told: bool) -> None:
    assert ("matricule" in str(document(person)["paths"])) is is_told


def test_the_document_tells_the_files_of_a_layer(world: World) -> None:
    path = document()["paths"][f"/export/{TREES}.{{format}}"]
    formats = path["get"]["parameters"][0]["schema"]["enum"]
    assert ({"csv", "gpkg", "fgb"} - set(formats), path["servers"]) == (set(), [{"url": "/"}])


def test_the_document_tells_the_notice_of_a_file(world: World) -> None:
    operation = document()["paths"][f"/export/{TREES}.notice.txt"]["get"]
    names = {one.get("name") for one in operation["parameters"]}
    assert "text/plain" in operation["responses"]["200"]["content"]
    assert "preparer" not in names


@pytest.mark.parametrize(("person", "is_told"), [(PUBLIC, False), (PLANNER, True)], ids=str)
def test_the_document_tells_the_rasters_of_the_visitor(
    world: World, media: Path, person: Person, is_told: bool
) -> None:
    online("sols", slope(), is_open=False)
    grant(PLANNER, "sols", can_download=False)
    told = {path for path in document(person)["paths"] if "/sols" in path}
    ends = {"/value", "/statistics", "/legend", ".json", "/map/tiles"}
    assert {end for end in ends if any(path.endswith(f"sols{end}") for path in told)} == (
        ends if is_told else set()
    )
    assert "/collections/sols/coverage" not in told


@pytest.mark.parametrize("slug", [TREES, "communes", "population"], ids=["dated", "without date", "table"])
def test_every_collection_has_the_parameters_of_the_standard(world: World, slug: str) -> None:
    """OGC 17-069r4, fc-bbox-definition and fc-time-definition; 18-058r1, fc-crs-definition."""
    counts()
    assert {"bbox", "bbox-crs", "crs", "datetime", "limit"} <= names_of_items(slug)


def test_a_table_has_no_other_parameter_of_places(world: World) -> None:
    counts()
    names = {"near", "radius", "within", "touching", "disjoint", "matched"}
    assert (names & names_of_items("population"), names - names_of_items(TREES)) == (set(), set())


def names_of_items(slug: str) -> set[str]:
    given = document()["paths"][f"/collections/{slug}/items"]["get"]["parameters"]
    return {one.get("name") or one["$ref"].rsplit("/", 1)[1] for one in given}


@pytest.mark.parametrize("person", [PUBLIC, ADMINISTRATOR], ids=str)
def test_every_parameter_has_bounds(world: World, person: Person) -> None:
    counts()
    told = document(person)
    operations = [
        found for path in told["paths"].values() for found in path.values() if isinstance(found, dict)
    ]
    given = [*told["components"]["parameters"].values()]
    given += [one for operation in operations for one in operation.get("parameters", ()) if "$ref" not in one]
    assert {one["name"] for one in given if not is_bounded(one["schema"])} == set()


def is_bounded(schema: dict[str, Any]) -> bool:
    """Whether a schema says what it accepts at most; a date is bounded by its format."""
    if "enum" in schema or schema["type"] == "boolean" or schema.get("format") in {"date", "date-time"}:
        return True
    if schema["type"] == "array":
        return "maxItems" in schema and is_bounded(schema["items"])
    if schema["type"] == "string":
        return "maxLength" in schema or str(schema.get("pattern", "")).endswith("$")
    return {"minimum", "maximum"} <= set(schema)


@pytest.mark.parametrize("name", ["limit", "bbox", "datetime"])
def test_the_parameters_of_the_standard_are_written_as_it_writes_them(world: World, name: str) -> None:
    told = document()["components"]["parameters"][name]
    assert {part: told[part] for part in ("in", "required", "style", "explode")} == {
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
    }


@pytest.mark.parametrize("slug", [TREES, ZONES])
def test_the_groups_of_communes_are_told_of_every_located_layer(world: World, slug: str) -> None:
    given = document()["paths"][f"/collections/{slug}/aggregate"]["get"]["parameters"]
    pattern = next(one for one in given if one.get("name") == "group_by")["schema"]["items"]["pattern"]
    assert (re.match(pattern, "commune") is None, re.match(pattern, "inconnu")) == (False, None)


def test_the_parameter_that_prepares_a_file_is_told(world: World) -> None:
    operation = document()["paths"][f"/export/{TREES}.{{format}}"]["get"]
    names = {one.get("name") for one in operation["parameters"]}
    assert "preparer" in names
    assert "303" in operation["responses"]


def test_every_way_to_sign_in_is_told(world: World) -> None:
    told = document()["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in told.items()} == {
        "basic": "http",
        "bearer": "http",
        "token": "apiKey",
    }


@pytest.fixture
def asked(world: World, media: Path) -> Iterator[Any]:
    """The document as schemathesis reads it, cut to what is not the same again for another layer."""
    published(dataset(), bench())
    counts()
    online("relief", slope())
    kept = (TREES, "bancs", "population", "relief")
    raw = document()
    raw["paths"] = {
        path: found
        for path, found in raw["paths"].items()
        if not path.startswith(("/collections/", "/export/", "/tiles/raster/"))
        or path.removeprefix("/tiles").split("/")[2].split(".")[0] in kept
    }
    with described(raw) as schema:
        yield schema


def test_every_answer_is_one_that_the_document_tells(asked: Any) -> None:
    for result in asked.get_all_operations():
        ask(result.ok(), times=count(12, at_least=2))
