"""Why a person reads is what the access layer answers: rows, fields and dashboards, by the union of the ways."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.utils import timezone

from dashboards import access as dashboard_access
from dashboards.models import DashboardGrant
from gisportal.accounts.models import User
from layers import access
from layers.access import Scope
from layers.models import Grant, Layer
from layers.visitor import Visitor
from management.reasons.presenters import layer_refusals
from management.reasons.queries import layer_answer, memberships_of
from tests.dashboards import dashboard
from tests.examples import is_thorough
from tests.grants import random_grants
from tests.people import ADMINISTRATOR, EVERYBODY, NEWCOMER, OUTSIDER, PARTNER, TOWN_AGENT
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, ZONES, World

LAYERS = (PLAYGROUNDS, TREES, ZONES, DRAFT, ARCHIVED)


def assert_reasons_are_what_is_read(reader: Visitor, slug: str) -> None:
    reasons = access.layer_reasons(reader, Layer.objects.get(slug=slug))
    scope = access.scopes_by_slug(reader, [slug]).get(slug)
    assert (reasons.scope is None) == (scope is None)
    assert {each.part.name for each in reasons.parts if each.is_read} == (
        scope.readable_names if scope else set()
    )
    if scope is None or reader.is_administrator:
        return
    opened = {
        part.part.name for part in reasons.parts if all(p.own_groups or p.grants for p in part.protections)
    }
    assert opened == scope.readable_names
    rows = Q(pk__in=[])
    for each in reasons.grants:
        if each.is_effective and each.rows is not None:
            rows |= each.rows or Q(pk__isnull=False)
    every = set(access.every_row(scope.definition).values_list("pk", flat=True))
    by_paths = every if scope.is_open else set(
        access.every_row(scope.definition).filter(rows).values_list("pk", flat=True)
    )  # fmt: skip
    assert set(scope.queryset.values_list("pk", flat=True)) == by_paths


@pytest.mark.parametrize("seed", range(40 if is_thorough() else 2))
def test_the_ways_add_up_to_what_each_account_reads(world: World, seed: int) -> None:
    random_grants(seed)
    now = timezone.now()
    for person in EVERYBODY:
        for slug in LAYERS:
            assert_reasons_are_what_is_read(person.visitor(instant=now), slug)


@pytest.mark.parametrize(
    ("person", "words"),
    [(PARTNER, "terminé depuis"), (NEWCOMER, "ne commence que"), (OUTSIDER, "Aucun accès à cette couche")],
    ids=str,
)
def test_what_keeps_a_person_from_reading_is_worded(world: World, person: object, words: str) -> None:
    account = User.objects.get(username=str(person))
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    viewer, reader = ADMINISTRATOR.visitor(), person.visitor()  # type: ignore[attr-defined]  # a Person
    memberships = memberships_of(account, at=reader.instant)
    answer = layer_answer(
        viewer, access.layer_reasons(reader, layer), memberships=memberships, at=reader.instant
    )
    refusals = layer_refusals(answer, account, list(memberships.values()), is_on_commune=False)
    assert words in " ".join(refusals)


def test_a_membership_is_dated_by_the_journal(world: World) -> None:
    account = TOWN_AGENT.account()
    assert all(each.since is not None for each in memberships_of(account, at=timezone.now()).values())


def test_a_row_is_read_by_the_grants_that_open_it(world: World) -> None:
    layer, reader = Layer.objects.get(slug=PLAYGROUNDS), TOWN_AGENT.visitor()
    reasons = access.layer_reasons(reader, layer)
    answers = {
        name: layer_answer(
            ADMINISTRATOR.visitor(),
            reasons,
            row=world.playgrounds[name].pk,
            memberships={},
            at=reader.instant,
        )
        for name in ("Jeux-Val", "Jeux-Pont")
    }
    rows = {name: each.row is not None and each.row.is_read for name, each in answers.items()}
    assert rows == {"Jeux-Val": True, "Jeux-Pont": False}
    assert [path.has_row for path in answers["Jeux-Val"].paths] == [True]


def test_reasons_of_a_dashboard_are_those_of_its_audience(world: World) -> None:
    board = dashboard("internes", groups=("Urbanisme",))
    DashboardGrant.objects.create(dashboard=board, person=OUTSIDER.account())
    DashboardGrant.objects.create(dashboard=board, person=PARTNER.account(), valid_until=timezone.now())
    for person in EVERYBODY:
        reader = person.visitor()
        reasons = dashboard_access.dashboard_reasons(reader, board)
        in_force = [grant for grant in reasons.grants if grant.valid_until is None]
        is_open = reasons.is_public or in_force or reasons.is_maker
        assert reasons.is_read == bool(is_open)
        assert reasons.is_read == dashboard_access.published(reader).filter(pk=board.pk).exists()


def test_a_filter_that_no_longer_fits_opens_nothing(world: World) -> None:
    Grant.objects.create(
        person=OUTSIDER.account(), layer=Layer.objects.get(slug=PLAYGROUNDS), rows="absent = 1"
    )
    reasons = access.layer_reasons(OUTSIDER.visitor(), Layer.objects.get(slug=PLAYGROUNDS))
    assert [each.is_effective for each in reasons.grants] == [False]
    assert not isinstance(reasons.scope, Scope)
