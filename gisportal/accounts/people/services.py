"""What is written about groups: who manages them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from gisportal.accounts.models import GroupManager, User


@transaction.atomic
def set_managers(*, group: Group, users: Iterable[User]) -> None:
    """Make these accounts the managers of a group, one by one: each that comes or goes is an entry of the journal."""
    chosen = {user.pk for user in users}
    present = {
        manager.user_id: manager for manager in GroupManager.objects.filter(group=group).select_for_update()
    }
    for pk, manager in present.items():
        if pk not in chosen:
            manager.delete()
    for pk in sorted(chosen - set(present)):
        GroupManager.objects.create(group=group, user_id=pk)
