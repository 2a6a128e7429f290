"""Receiving a declared reuse, in measure, and forgetting what is not needed any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from layers.models import Layer
from layers.visitor import Visitor
from reuses.models import Reuse
from reuses.vocabulary import CLOSED_STATES, ReuseState

WINDOW_S = 3_600
MAX_ANONYMOUS, MAX_SIGNED_IN = 6, 20
# How long a refused or withdrawn reuse stays, and an address waits for an answer, at most.
CLOSED_DAYS = ADDRESS_DAYS = 183
# When a message that the server of e-mail did not take is given up: it was tried for about a day.
MAIL_DAYS = 2


def may_declare(visitor: Visitor) -> bool:
    """Count an attempt and return whether it is within the hourly limit of the account or network."""
    most = MAX_SIGNED_IN if visitor.user_id else MAX_ANONYMOUS
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    return bool(is_within_limit(visitor.client_key, policy="reuses", quota=most, seconds=WINDOW_S))


@transaction.atomic
def declare_reuse(
    visitor: Visitor,
    *,
    layers: Iterable[Layer],
    title: str,
    address: str,
    description: str,
    organisation: str,
    email: str = "",
) -> Reuse:
    """Store a reuse of layers that the visitor sees. The same words again, as by a button pressed twice, are one."""
    reuse, is_new = Reuse.objects.get_or_create(
        title=title,
        address=address,
        organisation=organisation,
        description=description,
        email=email,
        author_id=visitor.user_id,
        state=ReuseState.WAITING,
    )
    if is_new:
        reuse.layers.set(layers)
    return reuse


def forget_reuses(*, now: dt.datetime) -> int:
    """Delete what was refused or withdrawn long ago, and addresses that no answer needs; return how many rows."""
    closed = Reuse.objects.filter(state__in=CLOSED_STATES)
    with transaction.atomic():
        _all, deleted = closed.filter(decided_at__lt=now - dt.timedelta(days=CLOSED_DAYS)).delete()
        unsent = closed.exclude(email="").filter(decided_at__lt=now - dt.timedelta(days=MAIL_DAYS))
        undecided = Reuse.objects.filter(state=ReuseState.WAITING).exclude(email="")
        old = undecided.filter(created_at__lt=now - dt.timedelta(days=ADDRESS_DAYS))
        return deleted.get("reuses.Reuse", 0) + unsent.update(email="") + old.update(email="")
