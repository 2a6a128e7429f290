"""The history of features: who changed what, what was there before, and who is told."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from heritage.models import RemarkableTree
from layers import access, queries
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.queries import Change
from layers.services.features import update_feature
from tests.people import ADMINISTRATOR, GARDENER, PUBLIC, Person
from tests.selections import visitor
from tests.world import TREES, World, grant


def changes(person: Person, pk: int) -> list[Change]:
    return list(queries.history(access.scope(visitor(person), TREES), pk).changes)


@pytest.fixture
def cedar(world: World) -> RemarkableTree:
    """A tree that GARDENER may change."""
    grant(GARDENER, TREES, can_add=True, can_change=True, can_delete=True)
    return world.trees["Cedre-Meudon"]


def edit(person: Person, pk: int, **values: object) -> None:
    scope = access.scope(visitor(person), TREES)
    update_feature(scope=scope, pk=pk, draft=FeatureInput(values=values), expected=None)


def test_a_change_is_told_with_its_author_before_and_after(cedar: RemarkableTree) -> None:
    edit(GARDENER, cedar.pk, genre="Cedrus")
    latest = changes(GARDENER, cedar.pk)[0]
    told = [(change.field.name, change.before, change.after) for change in latest.fields]
    assert latest.action == "update"
    assert latest.author == GARDENER.name
    assert told == [("genre", "", "Cedrus")]


def test_each_change_is_told_between_its_neighbours(cedar: RemarkableTree) -> None:
    for genre in ("Un", "Deux"):
        edit(GARDENER, cedar.pk, genre=genre)
    told = [(part.before, part.after) for change in changes(GARDENER, cedar.pk) for part in change.fields]
    assert told == [("Un", "Deux"), ("", "Un")]


def test_plain_sql_is_kept_too(cedar: RemarkableTree) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE heritage_remarkabletree SET genre = 'Cedrus'")
    latest = changes(GARDENER, cedar.pk)[0]
    assert latest.action == "update"
    assert latest.author == ""
    assert latest.fields[0].after == "Cedrus"


def test_a_deleted_feature_is_kept_whole(cedar: RemarkableTree) -> None:
    pk = cedar.pk
    RemarkableTree.objects.filter(pk=pk).delete()
    events = events_of(RemarkableTree)
    assert events is not None
    kept = events._default_manager.get(pgh_obj_id=pk, pgh_label="delete")
    assert (kept.nom_vernaculaire, kept.geom.coords) == ("Cedre-Meudon", cedar.geom.coords)


def test_a_change_that_changes_nothing_is_not_kept(cedar: RemarkableTree) -> None:
    before = len(changes(GARDENER, cedar.pk))
    edit(GARDENER, cedar.pk)
    assert len(changes(GARDENER, cedar.pk)) == before


def test_who_may_not_edit_is_told_nothing(cedar: RemarkableTree) -> None:
    assert changes(PUBLIC, cedar.pk) == []


def test_a_change_of_hidden_fields_alone_is_not_told(cedar: RemarkableTree) -> None:
    other = Person("autre-editeur", groups=("Autre",))
    grant(other, TREES, can_add=True, can_change=True, can_delete=True)
    edit(ADMINISTRATOR, cedar.pk, matricule="NOUVEAU")
    told = [change.action for change in changes(other, cedar.pk)]
    assert (told, changes(ADMINISTRATOR, cedar.pk)[0].fields[0].after) == (["insert"], "NOUVEAU")


@pytest.mark.parametrize(("edits", "is_cut"), [(1, False), (2, True)])
def test_a_history_that_is_cut_says_so(
    cedar: RemarkableTree, monkeypatch: pytest.MonkeyPatch, edits: int, is_cut: bool
) -> None:
    monkeypatch.setattr(import_module("layers.queries.history"), "MAX_CHANGES", 2)  # the creation is one
    for number in range(edits):
        edit(GARDENER, cedar.pk, genre=f"Genre-{number}")
    told = queries.history(access.scope(visitor(GARDENER), TREES), cedar.pk)
    assert (told.is_cut, len(told.changes)) == (is_cut, 2)
