"""Charge points from a file to the base: repeatable, all or nothing, and fast."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amenities.models import ChargePoint, ChargingStation
from amenities.services import import_irve
from layers.models import DataVersion
from tests.unit.amenities.test_irve_parsing import irve

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
POINT_2 = {"id_pdc_itinerance": "FRXXXE00012", "id_pdc_local": "P2"}
ALONE = {"id_station_itinerance": "Non concerné", "id_pdc_itinerance": "Non concerné"}


def version(model: type[ChargingStation | ChargePoint]) -> int:
    return DataVersion.objects.get(table=model._meta.db_table).version


def test_rows_become_a_station_and_its_points() -> None:
    import_irve(content=irve({}, POINT_2))
    station = ChargingStation.objects.get()
    assert (station.coordonneesXY, station.charge_points.count()) == ("[2.2352, 48.8123]", 2)


def test_importing_twice_doubles_nothing() -> None:
    import_irve(content=irve({}, POINT_2))
    report = import_irve(content=irve({}, POINT_2))
    assert report.points.unchanged == 2
    assert ChargingStation.objects.count() == 1
    assert ChargePoint.objects.count() == 2


def test_importing_twice_leaves_caches_valid() -> None:
    import_irve(content=irve({}, POINT_2))
    before = version(ChargingStation), version(ChargePoint)
    import_irve(content=irve({}, POINT_2))
    assert (version(ChargingStation), version(ChargePoint)) == before


def test_what_changed_is_updated() -> None:
    import_irve(content=irve({}, POINT_2))
    report = import_irve(content=irve({"puissance_nominale": "50"}, POINT_2))
    assert (report.points.updated, report.points.unchanged) == (1, 1)
    assert ChargePoint.objects.get(id_pdc_local="P1").puissance_nominale == 50


def test_a_station_that_moved_is_the_same_station() -> None:
    import_irve(content=irve({}))
    import_irve(content=irve({"coordonneesXY": "[2.25, 48.82]"}))
    assert ChargingStation.objects.get().geom.coords == (2.25, 48.82)


def test_a_point_that_changed_station_follows() -> None:
    import_irve(content=irve({}))
    import_irve(content=irve({"id_station_itinerance": "FRXXXP0002"}))
    assert ChargePoint.objects.get().station.id_station_itinerance == "FRXXXP0002"


def test_what_a_file_does_not_name_stays() -> None:
    import_irve(content=irve({}, POINT_2))
    import_irve(content=irve(POINT_2))
    assert ChargePoint.objects.count() == 2


def test_an_absent_optional_column_erases_nothing() -> None:
    import_irve(content=irve({"num_pdl": "21312879757150"}))
    import_irve(content=irve({"nom_station": "Mairie annexe"}, without=("num_pdl",)))
    assert ChargingStation.objects.get().num_pdl == "21312879757150"


def test_outside_roaming_the_local_id_and_the_place_identify() -> None:
    import_irve(content=irve(ALONE))
    report = import_irve(content=irve({**ALONE, "puissance_nominale": "7.4"}))
    assert (report.stations.unchanged, report.points.updated) == (1, 1)


def test_outside_roaming_two_places_are_two_stations() -> None:
    import_irve(content=irve(ALONE, {**ALONE, "coordonneesXY": "[2.24, 48.81]"}))
    assert ChargingStation.objects.count() == 2


def test_good_rows_are_kept_beside_bad_ones() -> None:
    report = import_irve(content=irve({}, {**POINT_2, "date_maj": "hier"}))
    assert (report.points.created, len(report.rejected)) == (1, 1)


def test_a_dry_run_reports_and_writes_nothing() -> None:
    report = import_irve(content=irve({}), is_dry_run=True)
    assert (report.points.created, ChargePoint.objects.exists()) == (1, False)


def test_the_command_prints_each_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "bornes.csv"
    file.write_bytes(irve({}, {**POINT_2, "date_maj": "hier"}))
    output = io.StringIO()
    call_command("import_irve", str(file), stdout=output)
    assert "ligne 3, date_maj « hier » : date attendue" in output.getvalue()


@pytest.mark.parametrize("content", [b"", irve({"date_maj": "hier"}), irve({}, encoding="utf-16")])
def test_the_command_fails_when_nothing_can_be_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bornes.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_irve", str(file), stdout=io.StringIO())


def test_the_command_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être ouvert"):
        call_command("import_irve", str(tmp_path / "absent.csv"))


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real extract of the national base is not beside the checkout"
)
def test_a_real_file_of_a_thousand_points_is_read_whole_by_few_statements() -> None:
    content = (SHARED / "irve_bbox_ouest_paris_qualicharge.csv").read_bytes()
    with CaptureQueriesContext(connection) as statements:
        report = import_irve(content=content)
    assert report.rejected == []
    assert report.points.created == 1011
    assert report.stations.created == 190
    assert len(statements) <= 12
