"""``/api/planning/`` in the OpenAPI document: every address, examples that their schemas accept, and true answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from planning import api_urls
from planning.models import ConsultedService, ReservedPlot, ToolLayer
from planning.tools import api_urls as tool_urls
from planning.vocabulary import PlotState, ToolRole
from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.conformance.described import ask, described
from tests.examples import count
from tests.factories import IDURBA
from tests.parcels import SIDE_M, address, easement, parcel, rectangle
from tests.plan_in_time import plan_in_time
from tests.protocols import get
from tests.world import World

IDU = "92048000AB0123"


@pytest.fixture
def town(world: World) -> None:
    """A parcel with an address, in two versions of a plan, a perimeter that consults a service, a reserved plot."""
    plan_in_time()
    factories.zone("UA", geom=rectangle(-10, -10, SIDE_M, 200))
    factories.prescription_surf("Futur square", rectangle(0, 0, 40, 40), typepsc="05", txt="12")
    ReservedPlot.objects.create(
        idurba=IDURBA, number="12", beneficiary="Ville de Meudon", state=PlotState.OPEN
    )
    ToolLayer.objects.filter(role=ToolRole.PREEMPTION).update(layer="plui-zones", rows="")
    parcel(IDU)
    parcel("92048000AB0124", shape=rectangle(200, 0, 250, 50))
    address(12)
    easement("AC1-1-1", rectangle(0, 0, 20, 20), PerimeterMethod.DIGITALISATION)
    ConsultedService.objects.create(service="ABF", layer="servitudes", order=1)


def document() -> dict[str, Any]:
    answer: dict[str, Any] = get("/api/openapi.json").document
    return answer


def planning(raw: dict[str, Any]) -> dict[str, Any]:
    return {path: item for path, item in raw["paths"].items() if path.startswith("/planning/")}


def test_every_address_of_the_planning_api_is_described(world: World) -> None:
    routes = {str(route.pattern) for module in (api_urls, tool_urls) for route in module.urlpatterns}
    assert {path.removeprefix("/planning/") for path in planning(document())} == routes


def examples(raw: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield each example of a body or an answer: where it is, its schema and its value."""
    for path, item in planning(raw).items():
        for method, operation in item.items():
            bodies = {"body": operation["requestBody"]} if "requestBody" in operation else {}
            answers = {code: each for code, each in operation["responses"].items() if "content" in each}
            for name, each in (bodies | answers).items():
                for content in each["content"].values():
                    for key, example in content["examples"].items():
                        yield f"{method} {path} {name} {key}", content["schema"], example["value"]


def test_every_example_is_one_that_its_schema_accepts(world: World, subtests: pytest.Subtests) -> None:
    raw = document()
    listed = list(examples(raw))
    for place, schema, value in listed:
        with subtests.test(place):
            validator = OAS30Validator(schema | {"components": raw["components"]})
            assert [error.message for error in validator.iter_errors(value)] == []
    assert len(listed) >= 12


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("applies", f"parcel={IDU}"),
        ("applies", f"parcel={IDU}&plan-date=2024-03-01"),
        ("applies", "address=12 rue de la République, Meudon"),
        ("procedures", ""),
        ("procedures", "point=2.209,48.809"),
        ("statistics", "by=commune-libelle"),
        ("overlaps", "layer=parcelles"),
        ("overlaps", "layer=parcelles&slivers=true&filter=idu%20LIKE%20'92%25'"),
        ("reserved-plots", ""),
        ("preemption", "commune=92048"),
        ("consultations", f"parcel={IDU}"),
        ("consultations", "address=rue inconnue"),
    ],
)
def test_an_answer_has_the_members_of_its_schema(town: None, path: str, query: str) -> None:
    raw = document()
    answer = get(f"/api/planning/{path}?{query}")
    assert answer.status == 200, answer.body
    schema = planning(raw)[f"/planning/{path}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    validator = OAS30Validator(schema | {"components": raw["components"]})
    assert [error.message for error in validator.iter_errors(answer.document)] == []


def test_requests_made_from_the_document_have_answers_of_the_document(town: None) -> None:
    raw = document()
    raw["paths"] = planning(raw)
    with described(raw) as schema:
        for result in schema.get_all_operations():
            ask(result.ok(), times=count(20, at_least=8))
