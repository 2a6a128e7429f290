"""When the data of a layer last changed: whoever wrote, whatever it was, a deletion that leaves no row included."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from amenities.models import Inspection
from datasets.publication.services import publish
from heritage.models import RemarkableTree
from layers import access, queries
from layers.models import DataVersion
from layers.visitor import Visitor, system_visitor
from tests import factories
from tests.deliveries import bench, dataset, deliver, published

TREES, PLAYGROUNDS, BENCHES = "arbres-remarquables", "aires-de-jeux", "bancs"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
LAST_WRITE = importlib.import_module("layers.migrations.0003_last_write")


def changed(slug: str, *, is_administrator: bool = True) -> dt.datetime | None:
    """Return when the layer last changed, as an administrator or as the public."""
    visitor = Visitor(instant=timezone.now(), is_administrator=is_administrator)
    return queries.last_change(access.scope(visitor, slug))


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def forget(instant: dt.datetime | None = LONG_AGO) -> None:
    """Write that no table changed since."""
    DataVersion.objects.update(changed_at=instant)


TABLE = RemarkableTree._meta.db_table
WRITES: dict[str, Callable[[], object]] = {
    "insert": lambda: factories.tree("Aulne"),
    "update": lambda: RemarkableTree.objects.update(genre="Cedrus"),
    "delete": lambda: RemarkableTree.objects.all().delete(),
    "sql": lambda: run(f"DELETE FROM {TABLE}"),
    "truncate": lambda: run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLE} CASCADE"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_moves_the_last_change(catalogue: object, write: Callable[[], object]) -> None:
    factories.tree()
    forget()
    before = timezone.now()
    write()
    assert (changed(TREES) or LONG_AGO) >= before


def test_a_read_leaves_the_last_change(catalogue: object) -> None:
    factories.tree()
    forget()
    list(RemarkableTree.objects.all())
    assert changed(TREES) == LONG_AGO


def test_a_write_to_the_boundaries_leaves_the_last_change(catalogue: object) -> None:
    factories.tree()
    forget()
    run("UPDATE layers_commune SET nom = nom")
    assert changed(TREES) == LONG_AGO


def test_a_layer_never_written_to_has_no_last_change(catalogue: object) -> None:
    DataVersion.objects.all().delete()
    assert changed(TREES) is None


def test_a_write_before_the_instant_was_kept_is_told_by_its_rows(catalogue: object) -> None:
    tree = factories.tree()
    forget(None)
    assert changed(TREES) == tree.updated_at


@pytest.mark.parametrize(("is_reader", "is_told"), [(True, True), (False, False)])
def test_a_related_record_is_told_to_its_readers_alone(
    catalogue: object, is_reader: bool, is_told: bool
) -> None:
    playground = factories.playground()
    forget()
    Inspection.objects.create(
        playground=playground, type="annuel", date=dt.date(2026, 1, 1), resultat="conforme"
    )
    assert (changed(PLAYGROUNDS, is_administrator=is_reader) != LONG_AGO) == is_told


@pytest.mark.usefixtures("communes")
def test_rows_change_the_day_they_are_put_online() -> None:
    delivery = deliver(dataset(), bench())
    run(f"UPDATE datasets.{delivery.table} SET updated_at = '2020-01-01'")
    forget()
    before = timezone.now()
    publish(delivery=delivery, visitor=system_visitor())
    assert (changed(BENCHES) or LONG_AGO) >= before


@pytest.mark.usefixtures("communes")
def test_a_write_to_rows_online_is_told() -> None:
    delivery = published(dataset(), bench())
    forget()
    before = timezone.now()
    run(f"DELETE FROM datasets.{delivery.table}")
    assert (changed(BENCHES) or LONG_AGO) >= before


def test_what_rows_tell_is_kept_when_the_instant_begins_to_be(catalogue: object) -> None:
    tree = factories.tree()
    forget(None)
    run(LAST_WRITE.KNOWN_BEFORE)
    assert DataVersion.objects.get(table=TABLE).changed_at == tree.updated_at


def test_clocks_never_go_back(catalogue: object) -> None:
    factories.tree()
    ahead = timezone.now() + dt.timedelta(hours=1)
    forget(ahead)
    factories.tree()
    assert changed(TREES) == ahead
