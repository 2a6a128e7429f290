"""Any sequence of edits, deliveries, undone changes and restored rows gives the state of a model in Python."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from datasets.edits.parsing import EDITS, FILE, EditChoices
from datasets.edits.services import choose_edits
from datasets.models import Dataset
from datasets.publication.services import publish
from layers import access
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.services.bulk import delete_features, update_features
from layers.services.features import create_feature
from layers.services.restoration import restore_row, undo_change
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, deliver, published
from tests.examples import examples
from tests.factories import MEUDON, MIDDLES

pytestmark = pytest.mark.usefixtures("communes")

CODES = ("B1", "B2", "B3")
_NAMES = st.sampled_from(["a", "b", "c"])
_CODE = st.sampled_from(CODES)
_STEPS = st.one_of(
    st.tuples(st.just("write"), _CODE, _NAMES),
    st.tuples(st.just("delete"), _CODE),
    st.tuples(st.just("undo")),
    st.tuples(st.just("restore"), _CODE, st.integers(0, 3)),
    st.tuples(
        st.just("file"),
        st.dictionaries(_CODE, _NAMES, min_size=1),
        st.sampled_from([EDITS, FILE]),
    ),
)


class Model:
    """Names by code, and what each row was before its first edit since the last file, None for one that was not there.

    ``changes`` are the last ones, with what they touched as it was; ``events`` what the history holds of each row.
    """

    def __init__(self, rows: dict[str, str]) -> None:
        self.rows, self.base = dict(rows), dict[str, str | None]()
        self.changes: list[tuple[UUID, str, str | None]] = []
        self.events: dict[str, list[str]] = {}

    def put(self, code: str, name: str | None) -> None:
        """Write or delete a row in place."""
        before = self.rows.get(code)
        if before == name:
            return
        self.base.setdefault(code, before)
        self.events.setdefault(code, []).append(before if before is not None else str(name))
        if name is None:
            del self.rows[code]
        else:
            self.rows[code] = name

    def replace(self, file: dict[str, str], side: str) -> None:
        """Put a file online over the edits."""
        edited, base = self.rows, self.base
        self.rows, self.base, self.changes, self.events = dict(file), {}, [], {}
        for code, was in base.items():
            now, new = edited.get(code), file.get(code)
            has_base = None not in {was, now, new}
            if now != was and (side == EDITS or (has_base and new == was)):
                self.put(code, now)


class Portal:
    """The same steps, by the services."""

    def __init__(self, to: Dataset) -> None:
        self.dataset = to

    @property
    def scope(self) -> access.Scope:
        """The rows as they are now."""
        return access.scope(system_visitor(), self.dataset.layer.slug)

    @property
    def rows(self) -> dict[str, str]:
        """Names by code."""
        return dict(self.scope.queryset.values_list("f0", "f1"))

    def write(self, code: str, name: str) -> UUID | None:
        """Add or change a row."""
        row = self.scope.queryset.filter(f0=code).first()
        if row is None:
            draft = FeatureInput({"code": code, "nom": name}, Point(*MIDDLES[MEUDON], srid=4326))
            return create_feature(scope=self.scope, draft=draft).change
        return update_features(scope=self.scope, values={"nom": name}, pks=[row.pk]).change

    def delete(self, code: str) -> UUID:
        """Delete a row."""
        row = self.scope.queryset.get(f0=code)
        return delete_features(scope=self.scope, pks=[row.pk]).change

    def restore(self, code: str, index: int) -> None:
        """Write a row as an event of its history holds it."""
        kind: Any = events_of(self.scope.definition.model)
        event = kind._default_manager.filter(f0=code).order_by("pgh_id")[index]
        restore_row(scope=self.scope, pk=event.pgh_obj_id, event=event.pgh_id, expected=None)

    def replace(self, file: dict[str, str], side: str) -> None:
        """Deliver a file and put it online."""
        delivery = deliver(self.dataset, *(bench(code, name) for code, name in file.items()))
        choices = EditChoices(changed=side, added=side, removed=side, deleted=side)
        choose_edits(delivery=delivery, visitor=system_visitor(), choices=choices)
        publish(delivery=delivery, visitor=system_visitor())


def _step(model: Model, portal: Portal, step: tuple[Any, ...]) -> None:
    """Do a step in both, where it means something."""
    name, *values = step
    if name == "file":
        portal.replace(*values)
        model.replace(*values)
    elif name == "undo" and model.changes:
        change, code, before = model.changes.pop()
        undo_change(scope=portal.scope, change=change)
        model.put(code, before)
    elif name == "restore" and values[1] < len(model.events.get(values[0], ())):
        portal.restore(*values)
        model.put(values[0], model.events[values[0]][values[1]])
        model.changes = []
    elif name in {"write", "delete"}:
        code, now = values[0], values[1] if name == "write" else None
        before = model.rows.get(code)
        if before != now:
            change = portal.write(*values) if name == "write" else portal.delete(code)
            assert change is not None
            model.put(code, now)
            model.changes.append((change, code, before))


@given(steps=st.lists(_STEPS, min_size=4, max_size=6))
@examples(20)
def test_any_sequence_gives_the_state_of_the_model(steps: list[tuple[Any, ...]]) -> None:
    start = {"B1": "a", "B2": "b"}
    with transaction.atomic():
        made = dataset()
        published(made, *(bench(code, name) for code, name in start.items()))
        model, portal = Model(start), Portal(made)
        for step in steps:
            _step(model, portal, step)
            assert portal.rows == model.rows, step
        transaction.set_rollback(True)
