"""What the database refuses, whoever writes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import DataError, IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from amenities.models import ChargePoint, Playground
from heritage.models import RemarkableTree
from layers.models import Commune, Grant, Layer, ProtectedField
from plui.models import ZoneUrba
from tests import factories
from tests.people import PLANNER
from tests.world import PLAYGROUNDS, grant, protect

BOW_TIE = "POLYGON((2.20 48.80, 2.21 48.81, 2.21 48.80, 2.20 48.81, 2.20 48.80))"
REFUSED = (IntegrityError, DataError, InternalError)


def test_a_self_crossing_surface_is_refused(communes: dict[str, Commune]) -> None:
    with pytest.raises(IntegrityError, match="zoneurba_geom_valid"):
        factories.zone(geom=GEOSGeometry(BOW_TIE, srid=4326))


def test_a_self_crossing_surface_is_refused_to_plain_sql_too(communes: dict[str, Commune]) -> None:
    factories.zone()
    with pytest.raises(IntegrityError, match="zoneurba_geom_valid"):
        run(f"UPDATE {ZoneUrba._meta.db_table} SET geom = 'SRID=4326;{BOW_TIE}'")


@pytest.mark.parametrize(
    "literal",
    [
        "SRID=2154;POINT(645000 6855000)",
        "SRID=4326;POINT Z(2.21 48.81 3)",
        "SRID=4326;LINESTRING(2.20 48.80, 2.21 48.81)",
        "SRID=4326;POLYGON((2.20 48.80, 2.21 48.80, 2.21 48.81, 2.20 48.80))",
    ],
    ids=["lambert", "with-height", "line", "surface"],
)
def test_a_geometry_of_another_kind_is_refused(communes: dict[str, Commune], literal: str) -> None:
    factories.tree()
    with pytest.raises(REFUSED):
        run(f"UPDATE {RemarkableTree._meta.db_table} SET geom = '{literal}'")


def test_a_feature_has_a_geometry(communes: dict[str, Commune]) -> None:
    factories.tree()
    with pytest.raises(IntegrityError):
        run(f"UPDATE {RemarkableTree._meta.db_table} SET geom = NULL")


def test_the_mercator_copy_is_written_by_nobody(communes: dict[str, Commune]) -> None:
    factories.tree()
    with pytest.raises(Exception, match="geom_3857"):
        run(f"UPDATE {RemarkableTree._meta.db_table} SET geom_3857 = geom")


WRONG = {
    "state": (Layer, {"state": "publiee"}, "layer_state_known"),
    "visibility": (Layer, {"visibility": "secret"}, "layer_visibility_known"),
    "statistics": (Layer, {"visibility": "statistics", "smallest_count": 1}, "layer_statistics_suppressed"),
    "smallest_count": (Layer, {"smallest_count": 1_001}, "layer_smallest_count_bounded"),
    "ages": (Playground, {"age_min": 12, "age_max": 3}, "playground_ages_ordered"),
    "surface": (Playground, {"surface_m2": -1}, "playground_surface_positive"),
    "playground-state": (Playground, {"etat": "casse"}, "playground_state_known"),
    "criterion": (RemarkableTree, {"critere": ["beau"]}, "tree_critere_known"),
    "height": (RemarkableTree, {"hauteur": 500}, "tree_measures_plausible"),
    "zone": (ZoneUrba, {"typezone": "XX"}, "zoneurba_typezone_known"),
    "power": (ChargePoint, {"puissance_nominale": -1}, "chargepoint_power_positive"),
    "insee": (Commune, {"code": "9204"}, "commune_code_format"),
}


@pytest.mark.parametrize(("model", "values", "constraint"), WRONG.values(), ids=WRONG)
def test_the_database_refuses_what_is_wrong(
    catalogue: dict[str, Commune], model: type, values: dict[str, object], constraint: str
) -> None:
    factories.playground()
    factories.tree()
    factories.zone()
    factories.charge_point(factories.station())
    first = model.objects.order_by("pk").first()  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=first.pk).update(**values)  # type: ignore[attr-defined]


def test_a_grant_ends_after_it_begins(catalogue: dict[str, Commune]) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError, match="grant_period_ordered"):
        grant(PLANNER, PLAYGROUNDS, valid_from=now, valid_until=now - dt.timedelta(days=1))


def test_a_field_is_protected_once(catalogue: dict[str, Commune]) -> None:
    protect(PLAYGROUNDS, "exploitant", PLANNER)
    with pytest.raises(IntegrityError, match="protected_field_once"):
        ProtectedField.objects.create(layer=Layer.objects.get(slug=PLAYGROUNDS), name="exploitant")


def test_grants_leave_with_their_group(catalogue: dict[str, Commune]) -> None:
    given = grant(PLANNER, PLAYGROUNDS)
    given.group.delete()
    assert not Grant.objects.filter(pk=given.pk).exists()


@pytest.mark.parametrize(
    "model", [RemarkableTree, Playground, ZoneUrba, Commune], ids=lambda model: model.__name__
)
@pytest.mark.parametrize("column", ["geom", "geom_3857"])
def test_every_geometry_has_its_named_index(db: None, model: type, column: str) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        found = [name for name, definition in cursor.fetchall() if f"USING gist ({column})" in definition]
    assert found == [f"{model.__name__.lower()}_{column}"]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
