"""Parcels inside the right of pre-emption: of a parcel, an outline, a commune; files and access."""

from __future__ import annotations

import pytest
from django.test import Client

from layers.models import Commune, Layer
from planning.models import ToolLayer
from planning.preemption import queries
from planning.vocabulary import ToolRole
from tests import factories
from tests.factories import MEUDON, SEVRES
from tests.parcels import parcel, rectangle

pytestmark = pytest.mark.django_db
PAGE, FILE = "/urbanisme/preemption/", "/urbanisme/preemption/parcelles."
INSIDE, PART, SLIVER, OUTSIDE = (f"92048000AB000{number}" for number in (1, 2, 3, 4))


@pytest.fixture
def perimeter(catalogue: dict[str, Commune]) -> None:
    """A perimeter in a layer of prescriptions, and parcels inside, in part, by 2 mm, and outside."""
    ToolLayer.objects.filter(role=ToolRole.PREEMPTION).update(
        layer="plui-prescriptions-surf", rows="typepsc = '02'"
    )
    factories.prescription_surf("Périmètre du centre", rectangle(0, 0, 100, 100), typepsc="02")
    factories.prescription_surf("Autre règle", rectangle(0, 0, 300, 300))
    parcel(INSIDE, shape=rectangle(0, 0, 50, 50))
    parcel(PART, shape=rectangle(90, 0, 110, 50))
    parcel(SLIVER, shape=rectangle(99.998, 60, 150, 80))
    parcel(OUTSIDE, shape=rectangle(150, 0, 200, 50))


def listed(client: Client, **query: str) -> list[str]:
    response = client.get(f"{FILE}csv", query)
    lines = response.getvalue().decode().strip().splitlines()[1:]
    return [line.split(";")[0] for line in lines]


def test_parcels_of_a_commune_are_those_with_a_share_inside(client: Client, perimeter: None) -> None:
    assert listed(client, commune=MEUDON) == [INSIDE, PART]


def test_a_commune_without_any_has_an_empty_list(client: Client, perimeter: None) -> None:
    assert listed(client, commune=SEVRES) == []


@pytest.mark.parametrize(("idu", "words"), [(INSIDE, "dans le périmètre."), (OUTSIDE, "hors du périmètre.")])
def test_a_parcel_is_said_to_be_inside_or_not(client: Client, perimeter: None, idu: str, words: str) -> None:
    assert words in client.get(PAGE, {"parcelle": idu}).content.decode()


def test_an_outline_lists_its_parcels_alone(client: Client, perimeter: None) -> None:
    assert listed(client, contour=rectangle(10, 10, 20, 20).wkt) == [INSIDE]


def test_two_perimeters_over_each_other_count_once(client: Client, perimeter: None) -> None:
    factories.prescription_surf("Périmètre renforcé", rectangle(0, 0, 60, 60), typepsc="02")
    text = client.get(PAGE, {"parcelle": INSIDE}).content.decode()
    assert "100\N{NO-BREAK SPACE}%" in text and "Périmètre du centre, Périmètre renforcé" in text


def test_pages_follow_each_other(client: Client, perimeter: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_PARCELS", 1)
    first = client.get(PAGE, {"commune": MEUDON})
    second = client.get(PAGE + first.context["next"])
    assert [first.context["rows"][0].title, second.context["rows"][0].title] == [
        "Parcelle AB 1",
        "Parcelle AB 2",
    ]
    assert not second.context["next"]


def test_without_a_layer_of_the_role_nothing_is_said_of_a_parcel(client: Client, perimeter: None) -> None:
    ToolLayer.objects.all().delete()
    response = client.get(PAGE, {"parcelle": INSIDE})
    assert (response.status_code, "périmètre." in response.content.decode()) == (404, False)


@pytest.mark.parametrize("hidden", ["parcelles", "plui-prescriptions-surf"])
def test_a_hidden_layer_gives_no_list(client: Client, perimeter: None, hidden: str) -> None:
    Layer.objects.filter(slug=hidden).update(visibility="internal")
    assert client.get(f"{FILE}csv", {"commune": MEUDON}).status_code in {401, 404}


@pytest.mark.parametrize(
    "query", [{"apres": "x"}, {"parcelle": "zz"}, {"commune": "00000"}, {"autre": "1"}], ids=str
)
def test_bad_input_is_refused(client: Client, perimeter: None, query: dict[str, str]) -> None:
    assert client.get(PAGE, query).status_code == 400


def test_an_unknown_parcel_is_not_found(client: Client, perimeter: None) -> None:
    assert client.get(PAGE, {"parcelle": "92048000ZZ9999"}).status_code == 404


def test_the_json_has_the_parcels_with_their_share_inside(client: Client, perimeter: None) -> None:
    document = client.get("/api/planning/preemption?parcel=92048000AB0001").json()
    assert [each["parcel"] for each in document["parcels"]] == ["92048000AB0001"]
    assert 0 < document["parcels"][0]["share"] <= 1


def test_the_fault_of_the_json_names_its_own_parameter(client: Client, perimeter: None) -> None:
    response = client.get("/api/planning/preemption?after=a")
    assert response.status_code == 400
    assert response.json()["parameter"] == "after"
