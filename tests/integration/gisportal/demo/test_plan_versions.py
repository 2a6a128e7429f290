"""The sample plan in several versions: each tiles the territory, and says by DATVALID what its procedure changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import shapely
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from gisportal.demo.informations import load_informations
from gisportal.demo.plan_versions import PROCEDURES, add_pieces, load_versions
from gisportal.demo.plui import load_document, load_zones, tile
from gisportal.demo.sample_rows import load_communes
from gisportal.demo.zone_changes import STARTING_DATE
from plui.models import PlanVersion, WrittenPiece, ZoneUrba, ZoneVersion
from plui.vocabulary import PlanState

pytestmark = pytest.mark.django_db
_NOISE = 1e-12  # square degrees, some 0.01 m²


@pytest.fixture(scope="module")
def versions(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[PlanVersion]]:
    """Load the zones and their versions once for this file, in a transaction; every test rolls back to it."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        transaction.atomic(),
    ):
        territory = load_communes()
        load_document(territory.shapes)
        load_zones(territory)
        load_informations(territory, tile(territory.shapes))
        load_versions()
        connection.check_constraints()  # once: each test would check those of every row again
        yield list(PlanVersion.objects.order_by("datappro"))
        transaction.set_rollback(True)


def _shapes(version: PlanVersion) -> list[shapely.Geometry]:
    rows = ZoneVersion.objects.filter(version=version)
    return [shapely.from_wkb(bytes(geom.wkb)) for geom in rows.values_list("geom", flat=True)]


def test_each_procedure_has_a_version(versions: list[PlanVersion]) -> None:
    assert [version.nomproc for version in versions] == [procedure.nomproc for procedure in PROCEDURES]


def test_one_version_is_in_force_on_each_day(versions: list[PlanVersion]) -> None:
    days = {"E": dt.date(2022, 10, 13), "M1": dt.date(2022, 10, 14), "M2": dt.date(2030, 1, 1)}
    in_force = {
        name: [version.nomproc for version in PlanVersion.objects.in_force_on(day)]
        for name, day in days.items()
    }
    assert in_force == {name: [name] for name in days}


def test_no_version_is_in_force_before_the_first(versions: list[PlanVersion]) -> None:
    assert not PlanVersion.objects.in_force_on(dt.date(2019, 6, 27)).exists()


def test_the_zones_of_each_version_tile_the_same_ground(versions: list[PlanVersion]) -> None:
    ground = shapely.union_all(_shapes(versions[-2]))
    for version in versions:
        shapes = _shapes(version)
        assert shapely.area(shapes).sum() == pytest.approx(ground.area, abs=_NOISE * 100), version.title
        assert shapely.union_all(shapes).symmetric_difference(ground).area < _NOISE * 100, version.title


def test_the_version_online_has_the_rows_online(versions: list[PlanVersion]) -> None:
    online = next(version for version in versions if version.state == PlanState.ONLINE)
    twins = dict(ZoneVersion.objects.filter(version=online).values_list("feature_id", "libelle"))
    assert twins == dict(ZoneUrba.objects.values_list("pk", "libelle"))


@pytest.mark.parametrize("rank", [0, 1])
def test_a_zone_that_a_procedure_did_not_change_bears_an_older_date(
    versions: list[PlanVersion], rank: int
) -> None:
    before, after = versions[rank : rank + 2]
    zones = {
        version.pk: {
            row.feature_id: (row.libelle, row.geom.wkt) for row in ZoneVersion.objects.filter(version=version)
        }
        for version in (before, after)
    }
    changed = {pk for pk, zone in zones[after.pk].items() if zones[before.pk].get(pk) != zone}
    dated = ZoneVersion.objects.filter(version=after, datvalid=after.datappro)
    assert changed
    assert changed == set(dated.values_list("feature_id", flat=True))


def test_a_procedure_splits_a_zone(versions: list[PlanVersion]) -> None:
    assert ZoneVersion.objects.filter(version=versions[0]).count() < ZoneUrba.objects.count()


def test_most_zones_date_from_the_first_plan(versions: list[PlanVersion]) -> None:
    assert ZoneUrba.objects.filter(datvalid=STARTING_DATE).count() > ZoneUrba.objects.count() / 2


def test_each_version_has_its_written_pieces(versions: list[PlanVersion]) -> None:
    for version in versions:
        assert version.pieces.count() == (5 if version.state == PlanState.FORMER else 6)
    for piece in WrittenPiece.objects.all():
        with piece.file.open() as file:
            assert file.read(5) == b"%PDF-", piece.path


def test_the_page_that_a_zone_names_is_in_the_regulation(versions: list[PlanVersion]) -> None:
    name, _sign, page = ZoneUrba.objects.filter(libelle="Nf")[0].nomfic.partition("#page=")
    assert 1 < int(page) <= WrittenPiece.objects.get(name=name).pages


def test_the_judgment_is_a_piece_of_the_version_online_and_of_the_project(
    versions: list[PlanVersion],
) -> None:
    pieces = WrittenPiece.objects.filter(name__contains="jugement")
    assert sorted(piece.version.state for piece in pieces) == ["online", "staged"]
    etats = {version.nomproc: version.document["etat"] for version in versions}
    assert etats == {"E": "01", "M1": "01", "M2": "08", "RA1": "08"}


def test_a_demonstration_of_before_gets_the_pieces_that_it_lacks(versions: list[PlanVersion]) -> None:
    before = set(WrittenPiece.objects.values_list("path", flat=True))
    with transaction.atomic():
        WrittenPiece.objects.filter(name__contains="jugement").delete()
        add_pieces()
        assert set(WrittenPiece.objects.values_list("path", flat=True)) == before
        transaction.set_rollback(True)


def test_versions_are_written_once(versions: list[PlanVersion]) -> None:
    load_versions()
    assert PlanVersion.objects.count() == len(PROCEDURES)
