"""A file over rows edited in place: nothing is lost that nobody chose to lose, and what stays stays again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point

from datasets.edits.parsing import EDITS, FILE, EditChoices
from datasets.edits.queries import edits_over
from datasets.edits.services import choose_edits
from datasets.errors import NotPublishable
from datasets.models import Dataset
from datasets.publication.services import publish
from layers import access
from layers.parsing.feature import FeatureInput
from layers.queries.history import history, origins
from layers.services.bulk import delete_features, update_features
from layers.services.features import create_feature
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES

pytestmark = pytest.mark.usefixtures("communes")


def _scope() -> access.Scope:
    return access.scope(system_visitor(), "bancs")


def _names() -> dict[str, str]:
    """Return the names of the benches online, by code."""
    return {row.f0: row.f1 for row in _scope().queryset}


def _edit(code: str, **values: Any) -> None:
    pk = _scope().queryset.get(f0=code).pk
    update_features(scope=_scope(), values=values, pks=[pk])


def _add(code: str, nom: str) -> None:
    place = Point(*MIDDLES[MEUDON], srid=4326)
    create_feature(scope=_scope(), draft=FeatureInput(values={"code": code, "nom": nom}, geometry=place))


@pytest.fixture
def benches() -> Dataset:
    made = dataset()
    published(made, bench("B1"), bench("B2"), bench("B3"), bench("B4"))
    return made


def _conflicts(benches: Dataset) -> Any:
    """Edit rows in every way, and deliver a file that says otherwise."""
    _edit("B1", nom="Modifié")
    _edit("B2", nom="Modifié", places=8)
    delete_features(scope=_scope(), pks=[_scope().queryset.get(f0="B3").pk])
    _edit("B4", nom="Modifié")
    _add("B5", "Ajouté")
    return deliver(benches, bench("B1"), bench("B2", "Fichier"), bench("B3"))


def test_an_edit_that_the_file_leaves_alone_stays_without_a_question(benches: Dataset) -> None:
    _edit("B1", nom="Modifié")
    published(benches, bench("B1", places="9"), bench("B2"), bench("B3"), bench("B4"))
    row = _scope().queryset.get(f0="B1")
    assert (row.f1, row.f2) == ("Modifié", 9)


def test_edits_stay_again_over_the_file_after_the_next(benches: Dataset) -> None:
    _edit("B1", nom="Modifié")
    for _time in range(2):
        published(benches, bench("B1"), bench("B2"), bench("B3"), bench("B4"))
    assert _names()["B1"] == "Modifié"


def test_a_file_that_says_otherwise_waits_for_a_choice(benches: Dataset) -> None:
    delivery = _conflicts(benches)
    with pytest.raises(NotPublishable):
        publish(delivery=delivery, visitor=system_visitor())
    counts = edits_over(delivery)
    assert counts is not None
    assert (counts.edited, counts.silent, counts.fields) == (5, 2, {"nom": 1})
    assert counts.open_questions == ["changed", "added", "removed", "deleted"]


@pytest.mark.parametrize(
    ("side", "names"),
    [
        (EDITS, {"B1": "Modifié", "B2": "Modifié", "B4": "Modifié", "B5": "Ajouté"}),
        (FILE, {"B1": "Modifié", "B2": "Fichier", "B3": "Banc"}),
    ],
)
def test_the_choice_is_applied_when_the_file_goes_online(
    benches: Dataset, side: str, names: dict[str, str]
) -> None:
    delivery = _conflicts(benches)
    choices = EditChoices(changed=side, added=side, removed=side, deleted=side)
    choose_edits(delivery=delivery, visitor=system_visitor(), choices=choices)
    publish(delivery=delivery, visitor=system_visitor())
    assert _names() == names
    assert _scope().queryset.get(f0="B2").f2 == 8


def test_one_field_may_take_the_other_side(benches: Dataset) -> None:
    _edit("B1", nom="Modifié", places=8)
    delivery = deliver(benches, bench("B1", "Fichier", places="9"), bench("B2"), bench("B3"), bench("B4"))
    choices = EditChoices(changed=FILE, fields={"nom": EDITS})
    choose_edits(delivery=delivery, visitor=system_visitor(), choices=choices)
    publish(delivery=delivery, visitor=system_visitor())
    row = _scope().queryset.get(f0="B1")
    assert (row.f1, row.f2) == ("Modifié", 9)


def test_the_history_of_a_row_goes_on_in_the_version_before(benches: Dataset) -> None:
    _edit("B1", nom="Modifié")
    published(benches, bench("B1", "Modifié"), bench("B2"), bench("B3"), bench("B4"))
    changes = history(_scope(), _scope().queryset.get(f0="B1").pk).changes
    assert [(change.event, change.fields[0].after) for change in changes] == [(None, "Modifié")]


def test_rows_edited_in_place_have_their_author_as_origin(benches: Dataset) -> None:
    _edit("B1", nom="Modifié")
    edited = _scope().queryset.get(f0="B1").pk
    every = list(_scope().queryset.values_list("pk", flat=True))
    assert {pk: event.action for pk, event in origins(_scope(), every).items()} == {edited: "update"}
