"""Indicators are a layer without geometry: every protocol reads it, every portal shows it, and it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from layers.models import Layer
from plans.models import Indicator, Measure
from tests.factories import BOULOGNE, MEUDON
from tests.people import ADMINISTRATOR
from tests.plans import ACTIONS, INDICATORS, indicator_of

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year


@pytest.fixture
def indicator(catalogue: Any) -> Indicator:
    Layer.objects.filter(slug__in=[INDICATORS, ACTIONS]).update(visibility="open")
    found = indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 2: 81.0, NOW - 1: 78.0})
    Measure.objects.bulk_create(
        Measure(indicator=found, annee=NOW - 1, valeur=value, commune_id=code)
        for code, value in {MEUDON: 30.0, BOULOGNE: 48.0}.items()
    )
    return found


def test_items_pages_and_files_are_there(client: Client, indicator: Indicator) -> None:
    found = client.get(f"/api/collections/{INDICATORS}/items", {"etat": "en_retard", "plan": "climat"}).json()
    assert [feature["properties"]["axe"] for feature in found["features"]] == ["1. Réduire"]
    assert client.get(f"/catalogue/{INDICATORS}/").status_code == 200
    sheet = client.get(f"/catalogue/{INDICATORS}/{indicator.pk}/").content.decode()
    assert "En retard" in sheet
    assert "Trajectoire" in sheet
    for suffix in ("csv", "xlsx", "geojson"):
        assert b"".join(client.get(f"/export/{INDICATORS}.{suffix}").streaming_content)  # type: ignore[attr-defined]
    wfs = client.get(
        "/wfs", {"service": "WFS", "version": "2.0.0", "request": "GetFeature", "typenames": INDICATORS}
    )
    assert wfs.status_code == 200


def test_measures_are_grouped_by_the_town_that_they_are_about(client: Client, indicator: Indicator) -> None:
    asked = {
        "relation": "mesures",
        "group_by": "commune",
        "measures": "sum:valeur",
        "relation-filter": "commune IS NOT NULL",
    }
    found = client.get(f"/api/collections/{INDICATORS}/aggregate", asked).json()
    assert {row["commune"]: row["sum:valeur"] for row in found["rows"]} == {MEUDON: 30.0, BOULOGNE: 48.0}
    labels = next(column["labels"] for column in found["columns"] if column["name"] == "commune")
    assert labels[MEUDON] == "Meudon"


def test_the_portal_of_a_town_has_the_whole_plan(client: Client, indicator: Indicator) -> None:
    town = client.get(f"/api/collections/{INDICATORS}/items", headers={"host": "meudon.localhost"}).json()
    assert town["numberMatched"] == 1
    refused = client.get(f"/api/collections/{INDICATORS}/items", {"commune": MEUDON})
    assert refused.status_code == 400
    assert refused.json()["parameter"] == "commune"


def test_an_indicator_is_written_and_what_is_computed_is_told(client: Client, indicator: Indicator) -> None:
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/collections/{INDICATORS}/items/{indicator.pk}"
    body = json.dumps({"properties": {"pilote": "Direction du climat", "etat": "atteint"}})
    answer = client.patch(
        address, body, content_type="application/merge-patch+json", headers={"If-Match": "*"}
    )
    indicator.refresh_from_db()
    assert answer.status_code == 200, answer.content
    assert (indicator.pilote, indicator.etat) == ("Direction du climat", "en_retard")
