"""Records that were deleted with their feature come back with it, whichever way it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from layers import access
from layers.models import events_of
from layers.queries.history import history
from layers.services.features import delete_feature
from layers.services.restoration import restore_row, undo_change
from layers.visitor import system_visitor
from plans.models import Indicator, Measure
from tests.plans import INDICATORS, indicator_of

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year


@pytest.fixture
def indicator(catalogue: Any) -> Indicator:
    """An indicator with two milestones and one measure."""
    return indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 2: 81.0}, code="a1")


def _scope() -> access.Scope:
    return access.scope(system_visitor(), INDICATORS)


def _measures() -> list[tuple[int, int, float]]:
    return list(Measure.objects.values_list("pk", "annee", "valeur"))


def test_an_undone_deletion_brings_the_records_back_and_the_history_counts_them(indicator: Indicator) -> None:
    before, milestones = _measures(), indicator.milestones.count()
    deletion = delete_feature(scope=_scope(), pk=indicator.pk, expected=None)
    assert _measures() == []

    restored = undo_change(scope=_scope(), change=deletion)
    assert _measures() == before
    assert restored.records == len(before) + milestones
    back, gone = history(_scope(), indicator.pk).changes[:2]
    assert (back.is_return, gone.action) == (True, "delete")
    assert sum(count for _title, count in back.records) == restored.records
    assert gone.records == back.records


def test_a_deleted_row_comes_back_with_its_own_records_alone(indicator: Indicator) -> None:
    other = indicator_of({NOW - 6: 1.0}, {NOW - 3: 2.0}, code="a2")
    deletion = delete_feature(scope=_scope(), pk=indicator.pk, expected=None)
    delete_feature(scope=_scope(), pk=other.pk, expected=None)
    kind: Any = events_of(Indicator)
    event = kind.objects.get(pgh_obj_id=indicator.pk, pgh_context=deletion)
    restore_row(scope=_scope(), pk=indicator.pk, event=event.pgh_id, expected=None)
    assert list(Measure.objects.values_list("indicator", flat=True)) == [indicator.pk]
