"""Grants of persons and on themes: each opens what it says, to whom it says, everywhere that rights are cached."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards import access as dashboard_access
from dashboards.models import DashboardGrant
from gisportal.accounts.access import manageable_accounts
from layers import access
from layers.access.grants import grants_in_force
from layers.models import Grant, Layer, Theme
from layers.visitor import Visitor
from tests.dashboards import dashboard
from tests.factories import MEUDON
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import DRAFT, IN_MEUDON, PLAYGROUNDS, TREES, World, grant

COLLEAGUE = Person("collègue", groups=OUTSIDER.groups)
HOUR = dt.timedelta(hours=1)


def grant_person(person: Person, slug: str = PLAYGROUNDS, **values: Any) -> Grant:
    return Grant.objects.create(person=person.account(), layer=Layer.objects.get(slug=slug), **values)


def grant_theme(person: Person, slug: str = PLAYGROUNDS, **values: Any) -> Grant:
    theme = Theme.objects.get(layers__slug=slug)
    return Grant.objects.create(group=Group.objects.get(name=person.groups[0]), theme=theme, **values)


def rows(visitor: Visitor, slug: str = PLAYGROUNDS) -> set[str]:
    scope = access.scopes_by_slug(visitor, [slug]).get(slug)
    return set(scope.queryset.values_list("nom", flat=True)) if scope else set()


def cached_answers(visitor: Visitor) -> dict[str, object]:
    """Return what each cache of rights answers about the layer: none may be keyed by groups alone."""
    return {
        "scopes of all layers": PLAYGROUNDS in {each.slug for each in access.visible(visitor)},
        "search": PLAYGROUNDS in {each.slug for each in access.searchable(visitor).layers},
        "versions": PLAYGROUNDS in {each.slug for each in access.versioned(visitor).layers},
    }


def test_a_grant_of_a_person_is_not_their_colleagues(world: World) -> None:
    grant_person(OUTSIDER)
    answers = {str(each): cached_answers(each.visitor()) for each in (COLLEAGUE, OUTSIDER, PUBLIC)}
    assert {name: set(answer.values()) for name, answer in answers.items()} == {
        "collègue": {False},
        "passant": {True},
        "public": {False},
    }


def test_rights_of_groups_and_of_the_person_add_up(world: World) -> None:
    grant_person(TOWN_AGENT, rows="nom = 'Jeux-Pont'")
    assert rows(TOWN_AGENT.visitor()) == IN_MEUDON | {"Jeux-Pont"}


def test_a_grant_of_a_person_ends_at_its_instant(world: World) -> None:
    end = timezone.now() + HOUR
    grant_person(OUTSIDER, valid_until=end)
    answers = [set(cached_answers(OUTSIDER.visitor(instant=at)).values()) for at in (end - HOUR / 2, end)]
    assert answers == [{True}, {False}]


def test_a_grant_on_a_theme_opens_layers_to_come(world: World) -> None:
    OUTSIDER.account()
    grant_theme(OUTSIDER, TREES, rows="")
    before = rows(OUTSIDER.visitor())
    Layer.objects.filter(slug=PLAYGROUNDS).update(theme=Theme.objects.get(layers__slug=TREES))
    assert before == set()
    assert rows(OUTSIDER.visitor()) == {"Jeux-Val", "Jeux-Bruyeres", "Jeux-Pont"}


def test_a_filter_of_a_theme_opens_nothing_of_a_layer_that_it_does_not_fit(world: World) -> None:
    grant_theme(PLANNER, rows="champ_absent = 1", can_add=True, can_change=True, can_delete=True)
    scope = access.scope(PLANNER.visitor(), PLAYGROUNDS)
    assert not scope.can_change


def test_a_grant_opens_protected_fields_to_its_recipient_alone(world: World) -> None:
    grant_person(OUTSIDER, TREES, fields=["matricule"])
    names = {
        str(each): {"matricule", "etat_sanitaire"} & access.scope(each.visitor(), TREES).readable_names
        for each in (OUTSIDER, COLLEAGUE)
    }
    assert names == {"passant": {"matricule"}, "collègue": set()}
    trees = next(each for each in access.searchable(OUTSIDER.visitor()).layers if each.slug == TREES)
    assert trees.reads("matricule")


def test_what_a_grant_opens_is_not_public(world: World) -> None:
    grant_person(GARDENER, TREES, fields=["matricule", "etat_sanitaire"])
    assert not access.scope(GARDENER.visitor(), TREES).is_public


def test_grants_of_groups_persons_and_themes_are_one_statement(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    grant_person(PLANNER)
    grant_theme(PLANNER)
    visitor, layers = PLANNER.visitor(), list(Layer.objects.all())
    with django_assert_num_queries(1):
        grants = grants_in_force(visitor, layers)
    assert len(grants[Layer.objects.get(slug=PLAYGROUNDS).pk]) == 3


def test_a_theme_gives_the_right_to_feed_its_layers(world: World) -> None:
    OUTSIDER.account()
    grant_theme(OUTSIDER, can_add=True, can_change=True, can_delete=True)
    assert PLAYGROUNDS in set(access.fed_layers(OUTSIDER.visitor()).values_list("slug", flat=True))


def test_the_layers_that_somebody_feeds_are_read_each_time(world: World) -> None:
    OUTSIDER.account()
    grant_theme(OUTSIDER, can_add=True, can_change=True, can_delete=True)
    visitor = OUTSIDER.visitor()
    assert access.fed_layers(visitor)
    Grant.objects.all().delete()
    assert not access.fed_layers(visitor)


def test_a_drafted_layer_stays_hidden_from_a_theme(world: World) -> None:
    OUTSIDER.account()
    grant_theme(OUTSIDER, DRAFT)
    assert DRAFT not in {each.slug for each in access.visible(OUTSIDER.visitor())}


def test_nobody_manages_an_account_that_has_a_grant_beyond_theirs(world: World) -> None:
    before = manageable_accounts(TOWN_AGENT.visitor()).filter(pk=COLLEAGUE.account().pk).exists()
    grant_person(COLLEAGUE)
    assert (before, manageable_accounts(TOWN_AGENT.visitor()).filter(pk=COLLEAGUE.account().pk).exists()) == (
        True,
        False,
    )


def test_a_grant_within_the_rows_of_its_giver_is_theirs_to_give(world: World) -> None:
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    own = access.delegation(TOWN_AGENT.visitor(), [layer])
    texts = [f"commune = '{MEUDON}' AND nom = 'Jeux-Val'", "nom = 'Jeux-Val'", ""]
    assert [own.covers(Grant(layer=layer, rows=text)) for text in texts] == [True, False, False]


def test_a_field_is_given_by_who_reads_it(world: World) -> None:
    layer = Layer.objects.get(slug=TREES)
    proposed = Grant(layer=layer, fields=["matricule"])
    assert access.delegation(GARDENER.visitor(), [layer]).covers(proposed)
    assert not access.delegation(PLANNER.visitor(), [layer]).covers(proposed)


def test_a_dashboard_is_read_until_its_grant_ends(world: World) -> None:
    board, end = dashboard("internes"), timezone.now() + HOUR
    DashboardGrant.objects.create(dashboard=board, person=OUTSIDER.account(), valid_until=end)
    visitors = [
        OUTSIDER.visitor(instant=end - HOUR / 2),
        OUTSIDER.visitor(instant=end),
        COLLEAGUE.visitor(instant=end - HOUR / 2),
    ]
    readable = [dashboard_access.visible(visitor).filter(pk=board.pk).exists() for visitor in visitors]
    assert readable == [True, False, False]


WRONG: dict[str, dict[str, Any]] = {
    "grant_one_recipient": {"group_id": None},
    "grant_one_subject": {"layer_id": None},
    "grant_fields_of_layer": {"layer_id": None, "theme_id": -1, "fields": ["matricule"]},
}


@pytest.mark.parametrize("constraint", WRONG)
def test_the_database_refuses_a_grant_without_one_recipient_and_one_subject(
    world: World, constraint: str
) -> None:
    one = grant(PLANNER, TREES)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Grant.objects.filter(pk=one.pk).update(**WRONG[constraint])
