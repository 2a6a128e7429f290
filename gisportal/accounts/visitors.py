"""Who an account is at this moment, when no request tells: for work done later on its behalf."""

from __future__ import annotations

from django.utils import timezone

from gisportal.accounts.models import User
from layers.visitor import Credential, Visitor


def visitor_of_account(user_id: int | None, portal: str) -> Visitor:
    """Return the account with the groups it has now; a closed account is nobody, and so is None.

    ``portal`` is the INSEE code of the commune whose portal was asked, empty for the whole territory.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id is not None else None
    if user is None:
        return Visitor(instant=timezone.now(), portal=portal)
    return Visitor(
        instant=timezone.now(),
        user_id=user.pk,
        username=user.get_username(),
        groups=frozenset(user.groups.values_list("pk", flat=True)),
        is_administrator=user.is_superuser,
        portal=portal,
        credential=Credential.SESSION,
        may_write=False,
    )
