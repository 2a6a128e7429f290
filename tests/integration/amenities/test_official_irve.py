"""Charging stations leave as the file of the national schema (IRVE static 2.3.1), which the import reads back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group

from amenities.models import ChargePoint, ChargingStation
from amenities.parsing.irve import COLUMNS, read_table
from amenities.services import import_irve
from layers.models import Layer, ProtectedField
from layers.vocabulary import LayerState, Visibility
from tests.people import ADMINISTRATOR, OUTSIDER, PUBLIC, Person
from tests.protocols import get
from tests.unit.amenities.test_irve_parsing import irve
from tests.world import grant

SLUG = "bornes-de-recharge"
FILE = f"/export/{SLUG}.officiel.csv"
# The header that every consolidated national file has, without the two columns that the consolidation adds.
HEADER = (
    "nom_amenageur,siren_amenageur,contact_amenageur,nom_operateur,contact_operateur,telephone_operateur,"
    "nom_enseigne,id_station_itinerance,id_station_local,nom_station,implantation_station,adresse_station,"
    "code_insee_commune,coordonneesXY,nbre_pdc,id_pdc_itinerance,id_pdc_local,puissance_nominale,prise_type_ef,"
    "prise_type_2,prise_type_combo_ccs,prise_type_chademo,prise_type_autre,gratuit,paiement_acte,paiement_cb,"
    "paiement_autre,tarification,condition_acces,reservation,horaires,accessibilite_pmr,restriction_gabarit,"
    "station_deux_roues,raccordement,num_pdl,date_mise_en_service,observations,date_maj,cable_t2_attache"
)
STATION = {"num_pdl": "21312879757150", "telephone_operateur": "+33 1 23 45 67 89"}
ROWS: tuple[dict[str, str], ...] = (
    STATION | {"observations": 'Sous le "porche", à\ngauche'},
    STATION
    | {
        "id_pdc_itinerance": "FRXXXE00012",
        "id_pdc_local": "P2",
        "puissance_nominale": "7.4",
        "date_maj": "2026-05-02",
    },
    {
        "id_station_itinerance": "Non concerné",
        "id_pdc_itinerance": "Non concerné",
        "gratuit": "",
        "raccordement": "",
    },
)


@pytest.fixture
def stations(catalogue: object) -> None:
    """Two stations of three points, open but for the protected number of the meter."""
    import_irve(content=irve(*ROWS))
    Layer.objects.filter(slug=SLUG).update(state=LayerState.PUBLISHED, visibility=Visibility.OPEN)


def rows(body: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(body, newline="")))


@pytest.mark.usefixtures("stations")
def test_it_has_every_column_of_the_schema_in_its_order() -> None:
    answer = get(FILE, ADMINISTRATOR)
    assert answer.status == 200, answer.body
    assert answer.body.splitlines()[0] == HEADER
    assert set(HEADER.split(",")) == set(COLUMNS)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"


@pytest.mark.usefixtures("stations")
def test_a_row_is_a_point_and_repeats_its_station() -> None:
    read = rows(get(FILE, ADMINISTRATOR).body)
    first, second = (next(row for row in read if row["id_pdc_local"] == name) for name in ("P1", "P2"))
    assert len(read) == ChargePoint.objects.count() == 3
    assert first["nom_station"] == second["nom_station"] != ""
    assert (first["coordonneesXY"], second["puissance_nominale"]) == ("[2.2352, 48.8123]", "7.4")
    assert second["date_maj"] == "2026-05-02"
    assert {row["reservation"] for row in read} <= {"true", "false"}
    assert first["telephone_operateur"] == "+33 1 23 45 67 89"


@pytest.mark.usefixtures("stations")
def test_every_row_is_valid_by_the_rules_of_the_import() -> None:
    table = read_table(get(FILE, ADMINISTRATOR).body.encode())
    assert table.problems == []
    assert table.notices == []
    assert len(table.rows) == 3


@pytest.mark.usefixtures("stations")
def test_the_import_reads_it_back_without_a_change() -> None:
    content = get(FILE, ADMINISTRATOR).body.encode()
    again = import_irve(content=content)
    assert (again.points.unchanged, again.stations.unchanged) == (3, 2)
    ChargingStation.objects.all().delete()
    restored = import_irve(content=content)
    assert (restored.rejected, restored.set_aside) == ([], [])
    assert restored.points.created == 3
    assert get(FILE, ADMINISTRATOR).body.encode() == content


@pytest.mark.usefixtures("stations")
def test_it_holds_the_points_of_the_stations_that_are_asked_for() -> None:
    filtered = rows(get(f"{FILE}?filter=id_station_itinerance <> 'Non concerné'", ADMINISTRATOR).body)
    assert [row["id_pdc_local"] for row in filtered] == ["P1", "P2"]


READERS = {"everything": (ADMINISTRATOR, True), "all but a protected field": (PUBLIC, False)}


@pytest.mark.usefixtures("stations")
@pytest.mark.parametrize("case", READERS)
def test_it_is_for_who_reads_every_column(case: str) -> None:
    person, is_offered = READERS[case]
    page = get(f"/catalogue/{SLUG}/", person).body
    links = [link["href"] for link in get(f"/api/collections/{SLUG}", person).document["links"]]
    assert get(FILE, person).status == (200 if is_offered else 403)
    assert ("Fichier officiel IRVE (CSV, schéma 2.3.1)" in page) == is_offered
    assert any(link.endswith(FILE) for link in links) == is_offered


@pytest.mark.usefixtures("stations")
def test_who_gets_the_protected_field_gets_the_file() -> None:
    reader = Person("irve", groups=("IRVE",))
    grant(reader, SLUG)
    assert get(FILE, reader).status == 403
    meter, _is_new = ProtectedField.objects.get_or_create(layer=Layer.objects.get(slug=SLUG), name="num_pdl")
    meter.groups.add(Group.objects.get(name="IRVE"))
    assert get(FILE, reader).status == 200


REFUSED = {
    "columns": (f"{FILE}?properties=nom_station", "properties"),
    "an order": (f"{FILE}?sortby=nom_station", "sortby"),
    "another system": (f"{FILE}?crs=EPSG:2154", "crs"),
    "headings in words": (f"{FILE}?entetes=libelles", "entetes"),
    "a layer without one": ("/export/arbres-remarquables.officiel.csv", "format"),
}


@pytest.mark.usefixtures("stations")
@pytest.mark.parametrize("case", REFUSED)
def test_what_its_schema_decides_is_not_asked(case: str) -> None:
    address, parameter = REFUSED[case]
    answer = get(address, ADMINISTRATOR)
    assert (answer.status, answer.document["parameter"]) == (400, parameter)


@pytest.mark.usefixtures("stations")
def test_nobody_takes_it_of_a_layer_that_they_do_not_see() -> None:
    Layer.objects.filter(slug=SLUG).update(visibility=Visibility.INTERNAL)
    assert get(FILE, OUTSIDER).status == 404
