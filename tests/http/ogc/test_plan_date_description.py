"""Where ``plan-date`` is described, the days that it takes, and how each protocol refuses another one."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml import ElementTree

from layers.models import Layer
from layers.vocabulary import Visibility
from plui.models import PlanVersion
from plui.vocabulary import PlanState
from tests.people import OUTSIDER
from tests.plan_in_time import BEFORE, TOO_EARLY, plan_in_time
from tests.protocols import get
from tests.world import TREES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
ZONES = "plui-zones"
REFERENCE = {"$ref": "#/components/parameters/plan-date"}
INTERVALS = [["2021-01-01", "2024-05-31"], ["2024-06-01", None]]


@pytest.fixture(autouse=True)
def _plan() -> None:
    plan_in_time()


def openapi() -> dict[str, Any]:
    document: dict[str, Any] = get("/api/openapi.json").document
    return document


@pytest.mark.parametrize(
    "path",
    [
        f"/collections/{ZONES}",
        f"/collections/{ZONES}/items",
        f"/collections/{ZONES}/items/{{id}}",
        f"/collections/{ZONES}/aggregate",
        f"/collections/{ZONES}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        f"/export/{ZONES}.{{format}}",
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    ],
)
def test_each_read_of_a_plan_has_the_parameter_in_openapi(path: str) -> None:
    assert REFERENCE in openapi()["paths"][path]["get"]["parameters"]


def test_openapi_says_that_it_is_a_day() -> None:
    assert openapi()["components"]["parameters"]["plan-date"]["schema"] == {
        "type": "string",
        "format": "date",
    }


def test_a_layer_that_is_no_plan_has_no_such_parameter() -> None:
    assert REFERENCE not in openapi()["paths"][f"/collections/{TREES}/items"]["get"]["parameters"]


def test_writes_of_layers_have_no_such_parameter() -> None:
    operations = [
        described
        for path, methods in openapi()["paths"].items()
        for method, described in methods.items()
        if method in {"post", "put", "patch", "delete"} and path.startswith("/collections/")
    ]
    assert [each for each in operations if REFERENCE in each.get("parameters", ())] == []


def test_who_reads_no_plan_finds_no_trace_of_the_parameter() -> None:
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.INTERNAL)
    assert "plan-date" not in str(get("/api/openapi.json", OUTSIDER).document)


@pytest.mark.parametrize("day", ["", f"?plan-date={BEFORE}"])
def test_the_extent_of_a_collection_is_that_of_the_versions_published(day: str) -> None:
    document = get(f"/api/collections/{ZONES}{day}").document
    (first, last), *others = document["extent"]["temporal"]["interval"]
    assert (first[:10], last, others) == ("2021-01-01", None, [])


def test_the_extent_ends_with_the_last_version() -> None:
    PlanVersion.objects.filter(state=PlanState.ONLINE).delete()
    ((_first, last),) = get(f"/api/collections/{ZONES}").document["extent"]["temporal"]["interval"]
    assert last[:10] == "2024-05-31"


@pytest.mark.parametrize("path", [f"/api/collections/{ZONES}", f"/tiles/{ZONES}.json"])
def test_a_description_lists_the_days_that_are_known(path: str) -> None:
    assert get(path).document["planDates"] == {"parameter": "plan-date", "intervals": INTERVALS}


def test_the_list_of_collections_has_them_too() -> None:
    listed = {each["id"]: each for each in get("/api/collections").document["collections"]}
    assert listed[ZONES]["planDates"]["intervals"] == INTERVALS
    assert "planDates" not in listed[TREES]


def test_a_version_that_goes_online_changes_the_days_at_once() -> None:
    etag = get(f"/api/collections/{ZONES}").headers.get("ETag")
    PlanVersion.objects.filter(state=PlanState.STAGED).update(
        state=PlanState.FORMER, in_force_until="2026-10-01"
    )
    answer = get(f"/api/collections/{ZONES}")
    assert answer.document["planDates"]["intervals"][-1] == ["2026-09-01", "2026-09-30"]
    assert etag is None or answer.headers["ETag"] != etag


def test_the_page_of_a_collection_says_since_when_the_plan_is_in_force() -> None:
    text = get(f"/api/collections/{ZONES}?f=html").body
    assert "Plan en vigueur" in text
    assert "depuis le 1" in text


JSON_PATHS = [
    f"/api/collections/{ZONES}",
    f"/api/collections/{ZONES}/items",
    f"/api/collections/{ZONES}/queryables",
    f"/api/collections/{ZONES}/aggregate",
    f"/api/collections/{ZONES}/tiles/WebMercatorQuad/12/1408/2073",
    f"/tiles/{ZONES}.json",
    f"/tiles/{ZONES}/12/2073/1408.mvt",
    "/api/planning/applies?point=48.81,2.205",
    "/api/openapi.json",
]


@pytest.mark.parametrize("path", JSON_PATHS)
@pytest.mark.parametrize("day", [TOO_EARLY, "2024-02-30", "demain"])
def test_a_refused_day_is_a_problem_that_names_the_parameter(path: str, day: str) -> None:
    answer = get(f"{path}{'&' if '?' in path else '?'}plan-date={day}")
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.document["parameter"] == "plan-date"


@pytest.mark.parametrize("path", JSON_PATHS)
def test_a_parameter_of_almost_that_name_is_refused_by_its_name(path: str) -> None:
    answer = get(f"{path}{'&' if '?' in path else '?'}plan_date={BEFORE}")
    assert answer.status == 400
    assert "plan_date" in answer.document["detail"]


@pytest.mark.parametrize("day", [TOO_EARLY, "2024-02-30"])
def test_wfs_refuses_a_day_in_its_own_report(day: str) -> None:
    answer = get(f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames={ZONES}&plan-date={day}")
    report = ElementTree.fromstring(answer.body)
    assert answer.status == 400
    assert report.tag.endswith("ExceptionReport")
    assert report[0].get("locator") == "plan-date"


def test_the_portal_of_a_commune_lists_the_days_of_its_documents_alone() -> None:
    path = f"/api/collections/{ZONES}"
    assert get(path, host="meudon.localhost").document["planDates"]["intervals"] == INTERVALS
    assert "planDates" not in get(path, host="sevres.localhost").document
    refused = get(f"{path}/items?plan-date={BEFORE}", host="sevres.localhost")
    assert refused.status == 400
    assert refused.document["parameter"] == "plan-date"
    assert "2021" not in refused.document["detail"]
