"""Remind who approves rows, once a day, of those that wait for longer than the days of their layer: one message each.

Rows that no other account approves are for the administrators. A reminder is a row written with its message: a worker
that runs twice sends none twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import User
from interface.mail import Message
from interface.wording import number
from layers.models import Grant
from layers.visitor import Visitor, open_account
from moderation.models import QueueReminder
from moderation.queries import Overdue, overdue

_FORGOTTEN = dt.timedelta(days=30)


def remind_moderators(*, at: dt.datetime) -> int:
    """Remind who approves rows of those that wait for too long at an instant; return how many were written to."""
    QueueReminder.objects.filter(day__lt=timezone.localdate(at - _FORGOTTEN)).delete()
    accounts = User.objects.filter(open_account(at))
    grants = Grant.objects.filter(can_approve=True).order_by()
    holders = Q(groups__in=grants.values("group")) | Q(pk__in=grants.values("person"))
    covered: defaultdict[int, set[int]] = defaultdict(set)
    sent = 0
    for visitor in _visitors(accounts.filter(holders, is_superuser=False), at):
        layers = list(overdue(visitor))
        for each in layers:
            covered[each.scope.layer.pk] |= each.rows
        sent += _remind(visitor, layers)
    for visitor in _visitors(accounts.filter(is_superuser=True), at):
        remaining = [
            Overdue(each.scope, each.rows - covered[each.scope.layer.pk], each.days)
            for each in overdue(visitor)
        ]
        sent += _remind(visitor, [each for each in remaining if each.rows])
    return sent


def _visitors(accounts: QuerySet[User], at: dt.datetime) -> Sequence[Visitor]:
    chosen = User.objects.filter(pk__in=accounts.values("pk"))  # a person of two groups is one account
    return list(visitors_of_accounts(chosen, instant=at, portal=""))


def _remind(visitor: Visitor, layers: Sequence[Overdue]) -> bool:
    """Write to a person about what waits for them, unless they were written to today."""
    if not layers:
        return False
    account = User.objects.get(pk=visitor.user_id or 0)
    day = timezone.localdate(visitor.instant)
    with transaction.atomic():
        if not QueueReminder.objects.get_or_create(person=account, day=day)[1]:
            return False
        with translation.override(account.message_language):
            enqueue_message(_message(layers), user=account)
    return True


def _message(layers: Sequence[Overdue]) -> Message:
    count = sum(len(each.rows) for each in layers)
    title = ngettext(
        "%s objet attend votre décision depuis trop longtemps",
        "%s objets attendent votre décision depuis trop longtemps",
        count,
    )
    return Message(title % number(count), tuple(_line(each) for each in layers), _link(layers))


def _line(each: Overdue) -> str:
    words = ngettext(
        "« %(title)s » : %(number)s objet, depuis plus de %(days)s jours.",
        "« %(title)s » : %(number)s objets, depuis plus de %(days)s jours.",
        len(each.rows),
    )
    return words % {"title": each.scope.layer.title, "number": number(len(each.rows)), "days": each.days}


def _link(layers: Sequence[Overdue]) -> tuple[str, str]:
    is_alone = len(layers) == 1
    path = (
        reverse("moderation:queue", args=[layers[0].scope.slug]) if is_alone else reverse("moderation:layers")
    )
    return _("Modérer"), f"{settings.PORTAL_ADDRESS}{path}"
