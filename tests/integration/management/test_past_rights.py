"""Rights at a past date are rebuilt from the journal, for a block alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboards.models import Dashboard
from gisportal.accounts.models import User
from gisportal.journal.models import JournalEntry
from layers import access
from layers.models import Grant, Layer, ProtectedField
from management.rights.past_rights import past_words, rights_at
from tests.dashboards import dashboard
from tests.grants import random_grants
from tests.people import EVERYBODY, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT
from tests.world import PLAYGROUNDS, TREES, World, grant

Answer = dict[tuple[str, str], tuple[int, frozenset[str]]]


def answers(instant: dt.datetime) -> Answer:
    read: Answer = {}
    for person in EVERYBODY:
        if person.is_anonymous:
            continue
        account = User.objects.get(username=person.name)
        visitor = (
            person.visitor(instant=instant) if account.is_active else EVERYBODY[0].visitor(instant=instant)
        )
        for slug, scope in access.scopes_by_slug(visitor, [PLAYGROUNDS, TREES]).items():
            read[person.name, slug] = (scope.queryset.count(), scope.readable_names)
    return read


def change_rights() -> None:
    """Change everything that is a right."""
    town, *_more = Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).order_by("pk")
    for one in Grant.objects.filter(group__name=PLANNER.groups[0]):
        one.delete()
    random_grants(7)
    town.rows = "nom = 'Jeux-Pont'"
    town.save()
    OUTSIDER.account().groups.add(Group.objects.get(name=GARDENER.groups[0]))
    Group.objects.get(name=GARDENER.groups[0]).user_set.remove(GARDENER.account())
    entry = ProtectedField.objects.get(layer__slug=TREES, name="matricule")
    entry.groups.clear()
    entry.groups.add(Group.objects.get(name=OUTSIDER.groups[0]))
    entry.delete()
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="nom")
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    layer.visibility = "open"
    layer.save()


def test_rights_of_an_instant_are_those_before_every_change_since(world: World) -> None:
    for person in EVERYBODY:
        if not person.is_anonymous:
            person.account()
    instant = JournalEntry.objects.latest("at").at
    before = answers(instant)
    change_rights()
    after = answers(timezone.now())
    assert after != before
    with rights_at(instant) as past:
        assert answers(instant) == before
    assert past.gaps == ()
    assert answers(timezone.now()) == after


def test_what_the_journal_does_not_say_is_said(world: World) -> None:
    first = JournalEntry.objects.earliest("at").at
    with rights_at(first - dt.timedelta(days=1)) as past:
        assert past.is_before_journal
    assert any("ne commence que le" in words for words in past_words(past))
    instant = timezone.now()
    JournalEntry.objects.create(
        event="dashboard", subject="dashboard internes", detail={"added": ["x"], "added_ids": [1]}
    )
    with rights_at(instant) as past:
        assert len(past.gaps) == 1
    assert any("ne permet pas de rétablir" in words for words in past_words(past))


def _readers(board: Dashboard) -> set[str]:
    return {str(each.recipient) for each in board.grants.undated()}


def test_entries_of_the_former_lists_of_readers_are_undone_on_grants(world: World) -> None:
    board, instant = dashboard("internes", persons=[OUTSIDER]), timezone.now()
    (group,) = (Group.objects.get(name=name) for name in GARDENER.groups)
    for relation, detail in (
        ("persons", {"added": [OUTSIDER.name], "added_ids": [OUTSIDER.account().pk]}),
        ("groups", {"removed": [group.name], "removed_ids": [group.pk]}),
    ):
        JournalEntry.objects.create(
            event="dashboard", subject="dashboard internes", detail={**detail, "relation": relation}
        )
    with rights_at(instant) as past:
        assert _readers(board) == {group.name}
    assert past.gaps == ()
    assert _readers(board) == {OUTSIDER.name}


def test_readers_of_a_dashboard_and_closed_accounts_come_back(world: World) -> None:
    board, account = dashboard("internes", groups=GARDENER.groups, persons=[OUTSIDER]), OUTSIDER.account()
    instant = JournalEntry.objects.latest("at").at
    account.is_active = False
    account.save()
    board.grants.all().delete()
    with rights_at(instant):
        assert _readers(board) == {*GARDENER.groups, OUTSIDER.name}
        assert User.objects.get(pk=account.pk).is_active
    assert not board.grants.exists()
    assert not User.objects.get(pk=account.pk).is_active


def test_entries_of_one_right_to_edit_give_back_both(world: World) -> None:
    one = grant(OUTSIDER, PLAYGROUNDS)
    instant = timezone.now()
    detail = {"id": one.pk, "before": {"can_edit": True}, "after": {"can_edit": False}}
    JournalEntry.objects.create(event="grant", subject=f"layer {PLAYGROUNDS}", detail=detail)
    with rights_at(instant):
        one.refresh_from_db()
        assert (one.can_add, one.can_change) == (True, True)


@pytest.mark.parametrize(
    ("before", "rights"),
    [({"can_change": True}, (True, True)), ({"can_change": True, "can_delete": False}, (True, False))],
    ids=["one right", "two rights"],
)
def test_an_entry_without_deletion_is_of_when_who_changed_deleted(
    world: World, before: dict[str, bool], rights: tuple[bool, bool]
) -> None:
    one = grant(OUTSIDER, PLAYGROUNDS)
    instant = timezone.now()
    detail = {"id": one.pk, "before": before, "after": dict.fromkeys(before, False)}
    JournalEntry.objects.create(event="grant", subject=f"layer {PLAYGROUNDS}", detail=detail)
    with rights_at(instant):
        one.refresh_from_db()
        assert (one.can_change, one.can_delete) == rights


def test_a_changed_right_to_change_is_recorded_with_that_to_delete(world: World) -> None:
    one = grant(OUTSIDER, PLAYGROUNDS)
    one.can_change = True
    one.save()
    assert JournalEntry.objects.latest("pk").detail["after"] == {"can_change": True, "can_delete": False}
