"""A line is split in two rows: the longer part stays in its row, the other is new, in one change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, Point

from datasets.definitions import GeometryRecipe
from datasets.vocabulary import GeometryKind
from layers import access
from layers.errors import InvalidFeature, InvalidGeometry
from layers.services.restoration import undo_change
from layers.services.splitting import line_parts, split_feature, unique_columns
from layers.visitor import system_visitor
from tests.deliveries import BENCHES, bench, dataset, published

pytestmark = pytest.mark.django_db
LINE = LineString((2.20, 48.81), (2.22, 48.81), srid=4326)
MIDDLE = Point(2.205, 48.8101, srid=4326)


def scope_of(slug: str = "pistes") -> Any:
    return access.scope(system_visitor(), slug)


@pytest.fixture
def path(world: object) -> Any:
    """The only row of a dataset of lines."""
    schema = replace(BENCHES, geometry=GeometryKind.LINE)
    recipe = GeometryRecipe("wkb")
    published(dataset("pistes", schema), bench(), schema=schema, recipe=recipe, shapes=[bytes(LINE.wkb)])
    return scope_of().queryset.get()


def test_the_longer_part_stays_and_undoing_joins_both_again(path: Any) -> None:
    unique = {"code": "B2"} if unique_columns(scope_of()) else {}
    split = split_feature(scope=scope_of(), pk=path.pk, position=MIDDLE, expected=None, values=unique)
    rows = scope_of().queryset.in_bulk()
    ends = {pk: [round(x, 4) for x, _y in row.geom.coords] for pk, row in rows.items()}
    assert ends == {path.pk: [2.205, 2.22], split.added: [2.2, 2.205]}
    undo_change(scope=scope_of(), change=split.change)
    assert [row.geom.equals_exact(LINE) for row in scope_of().queryset] == [True]


def test_a_value_that_no_two_rows_share_is_required_and_nothing_is_written_without_it(path: Any) -> None:
    with pytest.raises(InvalidFeature) as refusal:
        split_feature(scope=scope_of(), pk=path.pk, position=MIDDLE, expected=None, values={})
    assert "code" in refusal.value.faults
    assert scope_of().queryset.count() == 1


@pytest.mark.parametrize("place", [(2.20, 48.81), (2.21, 48.82)], ids=["at an end", "far away"])
def test_a_place_that_is_no_place_of_the_line_is_refused(db: None, place: tuple[float, float]) -> None:
    with pytest.raises(InvalidGeometry):
        line_parts(LINE, Point(*place, srid=4326))


def test_the_parts_of_a_collection_go_with_the_side_they_are_on(db: None) -> None:
    text = "SRID=4326;MULTILINESTRING((0 0, 1 0), (2 0, 4 0), (5 0, 6 0))"
    before, after = line_parts(GEOSGeometry(text), Point(3, 0, srid=4326))
    assert [part.wkt for part in before] == ["LINESTRING (0 0, 1 0)", "LINESTRING (2 0, 3 0)"]
    assert [part.wkt for part in after] == ["LINESTRING (3 0, 4 0)", "LINESTRING (5 0, 6 0)"]
