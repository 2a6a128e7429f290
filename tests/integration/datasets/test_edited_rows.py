"""Rows of a dataset edited in place: one service for coded layers and datasets, with its checks and its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from datasets.models import Dataset
from datasets.registry import definition_of
from layers import access
from layers.errors import InvalidFeature, StaleFeature
from layers.models import events_of
from layers.parsing import FeatureQuery
from layers.parsing.feature import FeatureInput
from layers.queries.history import history
from layers.services import restoration
from layers.services.bulk import delete_features, update_features
from layers.services.features import create_feature, delete_feature, is_addable, update_feature
from layers.services.restoration import restore_moment, restore_row, restore_value, undo_change
from layers.sql.rows import for_update
from layers.visitor import Visitor, system_visitor
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES

pytestmark = pytest.mark.django_db


def _scope(slug: str = "bancs") -> access.Scope:
    return access.scope(_editor(), slug)


def _editor() -> Visitor:
    return system_visitor()


def _draft(**values: Any) -> FeatureInput:
    return FeatureInput(values=values, geometry=Point(*MIDDLES[MEUDON], srid=4326))


def _rows(slug: str = "bancs") -> dict[str, Any]:
    scope = _scope(slug)
    code = scope.definition.by_name["code"].source
    return {getattr(row, code): row for row in scope.queryset}


@pytest.fixture
def benches(world: object) -> Any:
    made = dataset()
    published(made, bench("B1"), bench("B2"))
    return made


def test_a_row_is_added_changed_and_deleted_with_its_history(benches: Any) -> None:
    written = create_feature(scope=_scope(), draft=_draft(code="B3", nom="Neuf"))
    update_feature(scope=_scope(), pk=written.pk, draft=FeatureInput(values={"nom": "Autre"}), expected=None)

    changes = history(_scope(), written.pk).changes
    assert [change.action for change in changes] == ["update", "insert"]
    assert [(c.field.name, c.before, c.after) for c in changes[0].fields] == [("nom", "Neuf", "Autre")]
    assert _rows()["B3"].commune_id == MEUDON

    delete_feature(scope=_scope(), pk=written.pk, expected=None)
    assert sorted(_rows()) == ["B1", "B2"]


@pytest.mark.parametrize(
    ("values", "name"),
    [({"code": "B1"}, "code"), ({"nom": "Sans code"}, "code"), ({"code": None}, "code")],
    ids=["repeated", "absent", "null"],
)
def test_a_refused_value_is_named_by_its_field(benches: Any, values: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidFeature) as refusal:
        create_feature(scope=_scope(), draft=_draft(**values))
    assert list(refusal.value.faults) == [name]


def test_the_next_file_finds_rows_added_in_place_and_rows_whose_key_changed(benches: Any) -> None:
    added = create_feature(scope=_scope(), draft=_draft(code="B3", nom="Neuf"))
    moved = _rows()["B2"].pk
    update_feature(scope=_scope(), pk=moved, draft=FeatureInput(values={"code": "C2"}), expected=None)

    delivery = deliver(benches, bench("B1"), bench("B3"), bench("C2"), bench("B2", "Ancien code"))

    with_rows = access.scope_of(_editor(), benches.layer, definition_of(delivery))
    code = with_rows.definition.by_name["code"].source
    ids = dict(with_rows.queryset.values_list(code, "pk"))
    assert (ids["B3"], ids["C2"]) == (added.pk, moved)
    assert ids["B2"] not in {added.pk, moved}


def test_a_dataset_whose_rows_come_by_deliveries_alone_is_read_only(benches: Any) -> None:
    Dataset.objects.update(is_edited_in_place=False)
    assert not is_addable(_scope())


def test_many_rows_are_changed_at_once_and_the_change_is_undone(benches: Any) -> None:
    bulk = update_features(scope=_scope(), values={"nom": "Tous", "places": None}, query=FeatureQuery())
    assert bulk.count == 2
    assert {row.f1 for row in _rows().values()} == {"Tous"}

    assert undo_change(scope=_scope(), change=bulk.change).changed == 2
    assert {(row.f1, row.f2) for row in _rows().values()} == {("Banc", 3)}


def test_a_change_is_not_undone_over_a_later_one(benches: Any) -> None:
    pk = _rows()["B1"].pk
    first = update_features(scope=_scope(), values={"nom": "Un"}, pks=[pk])
    update_features(scope=_scope(), values={"nom": "Deux"}, pks=[pk])
    with pytest.raises(StaleFeature):
        undo_change(scope=_scope(), change=first.change)


def test_a_change_is_not_undone_over_one_that_comes_meanwhile(
    benches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = _rows()["B1"].pk
    first = update_features(scope=_scope(), values={"nom": "Un"}, pks=[pk])

    def write_then_lock(rows: Any) -> Any:
        update_features(scope=_scope(), values={"nom": "Deux"}, pks=[pk])
        return for_update(rows)

    monkeypatch.setattr(restoration, "for_update", write_then_lock)
    with pytest.raises(StaleFeature):
        undo_change(scope=_scope(), change=first.change)


def test_the_value_of_a_unique_field_is_not_given_to_many_rows(benches: Any) -> None:
    with pytest.raises(InvalidFeature) as refusal:
        update_features(scope=_scope(), values={"code": "X"}, query=FeatureQuery())
    assert refusal.value.parameter == "code"


def test_a_value_and_a_deleted_row_are_restored_from_their_history(benches: Any) -> None:
    pk = _rows()["B1"].pk
    update_features(scope=_scope(), values={"nom": "Autre", "places": 9}, pks=[pk])
    event = history(_scope(), pk).changes[0].event
    assert event is not None
    restore_value(scope=_scope(), pk=pk, event=event, name="nom", expected=None)
    assert (_rows()["B1"].f1, _rows()["B1"].f2) == ("Banc", 9)

    deleted = delete_features(scope=_scope(), pks=[pk])
    events = events_of(_scope().definition.model)
    assert events is not None
    last = events._default_manager.filter(pgh_context=deleted.change).get()
    restore_row(scope=_scope(), pk=pk, event=last.pgh_id, expected=None)
    assert _rows()["B1"].pk == pk


def test_all_rows_are_restored_as_they_were_at_an_instant(benches: Any) -> None:
    before = {code: (row.pk, row.f1) for code, row in _rows().items()}
    at = timezone.now()
    events = events_of(_scope().definition.model)
    assert events is not None
    create_feature(scope=_scope(), draft=_draft(code="B3"))
    update_features(scope=_scope(), values={"nom": "Autre"}, pks=[before["B1"][0]])
    delete_features(scope=_scope(), pks=[before["B2"][0]])
    # One transaction is one instant to PostgreSQL, and a test is one.
    events._default_manager.update(pgh_created_at=at + dt.timedelta(seconds=1))

    restored = restore_moment(scope=_scope(), at=at)
    assert {code: (row.pk, row.f1) for code, row in _rows().items()} == before
    assert (restored.changed, restored.created, restored.deleted) == (1, 1, 1)
