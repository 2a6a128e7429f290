"""Who reads a layer is what the access layer answers each account one by one, in a fixed number of statements."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gisportal.accounts.models import GroupManager
from layers import access
from layers.errors import UnknownLayer
from layers.models import Grant, Theme
from layers.visitor import Visitor
from management.rights.queries import layer_readers
from tests.examples import is_thorough
from tests.grants import random_grants
from tests.people import ADMINISTRATOR, EVERYBODY, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

Answer = tuple[int, frozenset[str], bool, bool, bool, int]


def one_by_one(visitors: list[Visitor], slug: str) -> dict[str, Answer]:
    answers = {}
    for visitor in visitors:
        try:
            scope = access.scope(visitor, slug)
        except UnknownLayer:
            continue
        count = scope.queryset.count()
        answers[visitor.username] = (
            count,
            scope.readable_names,
            scope.can_download,
            scope.can_add,
            scope.can_change,
            access.editable(scope).count(),
        )
    return answers


@pytest.mark.parametrize("seed", range(40 if is_thorough() else 3))
def test_who_reads_a_layer_is_what_each_account_reads(world: World, seed: int) -> None:
    Grant.objects.filter(valid_from=None, valid_until__isnull=False).delete()
    random_grants(seed)
    manager = ADMINISTRATOR.visitor()
    visitors = [person.visitor(instant=manager.instant) for person in EVERYBODY if not person.is_anonymous]
    for slug in (PLAYGROUNDS, TREES):
        computed = {
            each.account.get_username(): (
                each.count,
                each.scope.readable_names,
                each.scope.can_download,
                each.scope.can_add,
                each.scope.can_change,
                each.changes,
            )
            for each in layer_readers(manager, slug).readers
        }
        assert computed == one_by_one(visitors, slug)


def test_statements_do_not_grow_with_accounts(world: World) -> None:
    manager = ADMINISTRATOR.visitor()
    counts = []
    for index in range(2):
        for number in range(20):
            person = Person(f"agent-{index}-{number}", groups=TOWN_AGENT.groups)
            grant(person, PLAYGROUNDS, rows=f"nom = 'Jeux-{index}'")
            person.account()
        with CaptureQueriesContext(connection) as captured:
            readers = layer_readers(manager, PLAYGROUNDS)
        counts.append(len(captured))
    assert len(readers.readers) > 40
    assert counts[0] == counts[1]


def test_a_manager_counts_members_of_their_groups_among_their_own_rows(world: World) -> None:
    PLANNER.account()
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=Group.objects.get(name=PLANNER.groups[0]))
    OUTSIDER.account()
    readers = layer_readers(TOWN_AGENT.visitor(), PLAYGROUNDS)
    assert {each.account.get_username(): each.count for each in readers.readers} == {"urbaniste": 2}
    assert readers.every == 2


def test_a_theme_is_a_way_to_read_a_layer(world: World) -> None:
    OUTSIDER.account()
    theme = Theme.objects.get(layers__slug=PLAYGROUNDS)
    Grant.objects.create(group=Group.objects.get(name=OUTSIDER.groups[0]), theme=theme)
    readers = layer_readers(ADMINISTRATOR.visitor(), PLAYGROUNDS).readers
    assert next(each.by for each in readers if each.account.get_username() == "passant") == ("Communication",)
