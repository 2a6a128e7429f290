"""Many edits of one row at the same moment: each that is accepted is in the row and in its history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from datasets.models import Dataset
from layers import access
from layers.errors import StaleFeature
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.queries import version_text
from layers.services.features import update_feature
from layers.sql.rows import RowVersion
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, published
from tests.examples import is_thorough
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
_WRITERS = 4


def _edits() -> int:
    """Return how many edits each writer makes: a hundred together in a thorough run."""
    return 25 if is_thorough() else 5


def _count_up(slug: str) -> int:
    """Add one to the places of the only bench, again and again; return how often another was faster."""
    refused = done = 0
    try:
        while done < _edits():
            scope = access.scope(system_visitor(), slug)
            row = scope.queryset.annotate(row_version=RowVersion()).get()
            draft, expected = FeatureInput(values={"places": row.f2 + 1}), {version_text(row.row_version)}
            try:
                update_feature(scope=scope, pk=row.pk, draft=draft, expected=frozenset(expected))
                done += 1
            except StaleFeature:
                refused += 1
    finally:
        connection.close()
    return refused


def test_concurrent_edits_of_a_row_lose_none(world: World) -> None:
    made: Dataset = dataset()
    published(made, bench("B1", places="0"))
    slug = made.layer.slug

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(_count_up, [slug] * _WRITERS))

    scope = access.scope(system_visitor(), slug)
    events = events_of(scope.definition.model)
    assert events is not None
    assert scope.queryset.get().f2 == _WRITERS * _edits()
    assert sorted(events._default_manager.values_list("f2", flat=True)) == list(range(_WRITERS * _edits()))
