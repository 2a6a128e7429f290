"""Grants written at the same moment by two people, or while what they name is deleted: one clear answer each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import RequestFactory

from layers.errors import Forbidden, InvalidParameter, LayersError
from layers.models import Grant, Layer
from layers.visitor import Visitor
from management.rights.services import end_grant, remove_grant, save_grant
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER
from tests.waiting import somebody_waits, until
from tests.world import PLAYGROUNDS, World

Result = TypeVar("Result")
pytestmark = pytest.mark.django_db(transaction=True)


def while_another_waits(first: Callable[[], object], second: Callable[[], Result]) -> Result:
    """Do ``first``, and commit it once ``second`` waits for it on another connection; return what that gives."""

    def on_another_connection() -> Result:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(on_another_connection)
            until(lambda: somebody_waits() or waiting.done())
        return waiting.result(timeout=30)


def refusal(write: Callable[[], object]) -> LayersError | None:
    """Return why a write is refused, None where it is done."""
    try:
        write()
    except (Forbidden, InvalidParameter) as error:
        return error
    return None


def group_of_outsider() -> Group:
    OUTSIDER.account()
    return Group.objects.get(name=OUTSIDER.groups[0])


def proposed(group: Group) -> Grant:
    return Grant(layer=Layer.objects.get(slug=PLAYGROUNDS), group=group)


@pytest.mark.parametrize("write", [end_grant, save_grant], ids=["ended", "changed"])
def test_a_grant_that_another_manager_removes_is_not_written_again(
    world: World, write: Callable[[Visitor, Grant], None]
) -> None:
    visitor, grant = ADMINISTRATOR.visitor(), Grant.objects.get(group__name=PLANNER.groups[0])
    same = Grant.objects.get(pk=grant.pk)
    error = while_another_waits(
        lambda: remove_grant(visitor, grant), lambda: refusal(lambda: write(visitor, same))
    )
    assert isinstance(error, Forbidden)
    assert not Grant.objects.filter(pk=same.pk).exists()


def test_a_grant_to_a_group_that_is_being_deleted_is_refused(world: World) -> None:
    group, visitor = group_of_outsider(), ADMINISTRATOR.visitor()
    grant = proposed(group)
    deleted = Group.objects.get(pk=group.pk)
    error = while_another_waits(deleted.delete, lambda: refusal(lambda: save_grant(visitor, grant)))
    assert isinstance(error, InvalidParameter)
    assert error.parameter == "recipient"
    assert not Grant.objects.filter(group_id=group.pk).exists()


def test_a_group_is_deleted_with_the_grant_that_is_being_written_to_it(world: World) -> None:
    group, visitor = group_of_outsider(), ADMINISTRATOR.visitor()
    request = RequestFactory().post("/")
    deletion = admin.site._registry[Group]
    while_another_waits(
        lambda: save_grant(visitor, proposed(group)),
        lambda: deletion.delete_model(request, Group.objects.get(name=OUTSIDER.groups[0])),
    )
    assert not Group.objects.filter(name=OUTSIDER.groups[0]).exists()
    assert not Grant.objects.filter(group__isnull=True, person__isnull=True).exists()
