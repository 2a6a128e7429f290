"""Places in the body of a request: a geometry or identifiers of parcels, with the answer of the address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from layers.models import Commune
from planning.bulk import views
from planning.bulk.services import SHEET_LISTS
from planning.models import SheetListJob
from tests import factories
from tests.parcels import SIDE_M, parcel, rectangle
from tests.plan_in_time import BEFORE, NEW, OLD, WEST, plan_in_time

pytestmark = pytest.mark.django_db
API, IDU, OTHER = "/api/planning/applies", "92048000AB0123", "92048000AB0124"


@pytest.fixture(autouse=True)
def place(catalogue: dict[str, Commune]) -> None:
    factories.zone("UA", geom=rectangle(-10, -10, SIDE_M, 200))
    parcel(IDU)
    parcel(OTHER, shape=rectangle(200, 0, 250, 50))


def post(client: Client, body: Any) -> Any:
    return client.post(API, body, content_type="application/json")


def test_a_geometry_has_the_answer_of_the_address(client: Client) -> None:
    shape = rectangle(10, 10, 20, 20).geojson
    sent = post(client, {"geometry": json.loads(shape)}).json()
    assert sent == client.get(API, {"geometry": shape}).json()


def test_each_parcel_has_the_answer_of_the_address(client: Client) -> None:
    sheets = post(client, {"parcels": [OTHER, IDU]}).json()["sheets"]
    assert sheets == [client.get(API, {"parcel": each}).json() for each in (OTHER, IDU)]


def test_a_parcel_that_is_not_there_is_listed_with_its_place_and_near_ones(client: Client) -> None:
    (fault,) = post(client, {"parcels": [IDU, "92048000AB0125"]}).json()["faults"]
    assert (fault["number"], fault["near"][0]) == (2, OTHER)


def test_more_parcels_than_are_answered_at_once_are_a_job(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_INLINE", 1)
    response = post(client, {"parcels": [IDU, OTHER]})
    job = SheetListJob.objects.get()
    assert response.status_code == 202
    assert response["Location"].endswith(f"/urbanisme/ici/liste/{job.pk}/")
    assert job.parameters["parcels"] == [IDU, OTHER]


@pytest.mark.parametrize(
    ("body", "status", "parameter"),
    [
        ("[]", 400, "body"),
        ("{", 400, "body"),
        ("[" * 20_000, 400, "body"),
        (b"\xff{}", 400, "body"),
        ({}, 400, "parcels"),
        ({"parcels": []}, 400, "parcels"),
        ({"parcels": "x"}, 400, "parcels"),
        ({"parcels": [IDU, "x"]}, 400, "parcels[1]"),
        ({"parcels": [IDU, None]}, 400, "parcels[1]"),
        ({"parcels": [IDU] * 1_001}, 400, "parcels"),
        ({"geometry": {"type": "Point", "coordinates": [2, 48]}}, 400, "geometry"),
        ({"geometry": {"type": "Polygon"}}, 400, "geometry"),
        ({"geometry": None}, 400, "geometry"),
        ({"geometry": {"type": "Point"}, "parcels": [IDU]}, 400, "geometry"),
        ({"parcel": IDU}, 400, "parcel"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_fault_of_the_body_names_its_member(client: Client, body: Any, status: int, parameter: str) -> None:
    response = post(client, body)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["parameter"]) == (status, parameter)


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    assert client.post(API, {"parcels": IDU}).status_code == 415


def test_a_body_over_its_bound_is_refused(client: Client) -> None:
    assert post(client, {"parcels": [IDU] * 10_000}).status_code == 413


def test_a_day_of_plans_holds_for_the_file_of_many_parcels(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.SHEETS_FOLDER = tmp_path
    monkeypatch.setattr(views, "MAX_INLINE", 1)
    plan_in_time()
    parcel("92048000AB0125", shape=WEST)
    sent = {"parcels": ["92048000AB0125", IDU]}
    answer = client.post(f"{API}?plan-date={BEFORE}", sent, content_type="application/json")
    assert answer.status_code == 202
    SHEET_LISTS.run(SheetListJob.objects.get().pk)
    file: Any = client.get(answer.json()["file"].removeprefix("http://testserver"))
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert OLD in text
    assert NEW not in text


@pytest.mark.parametrize(
    ("query", "culprit"),
    [
        ("parcel=", "parcel"),
        (f"parcel={IDU}&address=", "address"),
        (f"address={'a' * 201}", "address"),
        (f"point=2.2{' ' * 90}48.8", "point"),
    ],
)
def test_what_has_no_value_or_too_long_a_one_is_refused_by_its_name(
    client: Client, query: str, culprit: str
) -> None:
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == culprit
