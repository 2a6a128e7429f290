"""The OpenAPI document: valid, true to its parameters, and never answered by a status or a type it does not tell."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.deliveries import bench, counts, dataset, published
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def document(person: Person = PUBLIC) -> dict[str, Any]:
    found: dict[str, Any] = get("/api/openapi.json", person).document
    return found


@pytest.mark.parametrize("person", [PUBLIC, PLANNER, ADMINISTRATOR], ids=str)
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


def test_a_table_has_no_parameter_of_places(world: World) -> None:
    counts()
    given = document()["paths"]["/collections/population/items"]["get"]["parameters"]
    names = {found.get("name") or found["$ref"].rsplit("/", 1)[1] for found in given}
    assert names & {"bbox", "bbox-crs", "crs", "filter-crs", "near", "radius", "within", "touching"} == set()


def test_every_way_to_sign_in_is_told(world: World) -> None:
    told = document()["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in told.items()} == {
        "basic": "http",
        "bearer": "http",
        "token": "apiKey",
    }


@pytest.fixture
def described(world: World) -> Iterator[schemathesis.BaseSchema]:
    """The document as schemathesis reads it, cut to what is not the same again for another layer.

    The connection of the test is kept from one request to the next, as Django's own test client does.
    """
    published(dataset(), bench())
    counts()
    kept = (TREES, "bancs", "population")
    raw = document()
    raw["paths"] = {
        path: found
        for path, found in raw["paths"].items()
        if not path.startswith(("/collections/", "/export/")) or path.split("/")[2] in kept
    }
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = WSGIHandler()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_one_that_the_document_tells(described: Any) -> None:
    for result in described.get_all_operations():
        _ask(result.ok())


def _ask(operation: Any) -> None:
    """Ask a resource what the document says may be asked, and a few things it says may not."""

    @seed(20_261_124)
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=_REFUSED)))
    def ask(case: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            case.call_and_validate(checks=CHECKS, headers=_HEADERS)

    ask()


# Compressed bodies would be read as they are.
_HEADERS = {"Host": "localhost", "Accept-Encoding": "identity"}
_REFUSED = schemathesis.GenerationMode.NEGATIVE
