"""Remind people, and who gave the access, that something ends: 14 and 3 days before, once each.

A reminder is a row written with its messages, in one transaction: a worker that runs twice, or after days away, sends
none twice. Of two reminders that are due at once, the nearer is sent alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from gisportal.accounts.access_summary.endings import Ending, endings_of
from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import User
from interface.mail import Message
from interface.wording import day
from layers import access
from layers.visitor import Visitor, open_account
from layers.vocabulary import GrantState
from management.models import EndReminder
from management.rights.presenters import person_name

DAYS = (14, 3)
_FORGOTTEN = dt.timedelta(days=30)


def send_reminders(*, at: dt.datetime) -> int:
    """Send the reminders that are due at an instant and were not sent; return for how many ends of persons."""
    EndReminder.objects.filter(ends_at__lt=at - _FORGOTTEN).delete()
    horizon = at + dt.timedelta(days=max(DAYS) + 1)
    accounts = _accounts_with_ends(at, horizon)
    by_id = {account.pk: account for account in accounts}
    visitors = visitors_of_accounts(User.objects.filter(pk__in=by_id), instant=at, portal="")
    return sum(
        _remind(by_id[visitor.user_id or 0], visitor, ending)
        for visitor in visitors
        for ending in endings_of(by_id[visitor.user_id or 0], visitor, within=horizon - at)
    )


def _accounts_with_ends(at: dt.datetime, horizon: dt.datetime) -> list[User]:
    """Return the open accounts of which something ends between two instants, by themselves or by a group."""
    readers = access.accounts_with_ends(at=at, before=horizon)
    readers |= dashboard_access.accounts_with_ends(at=at, before=horizon)
    named = Q(ends_at__gt=at, ends_at__lte=horizon) | Q(pk__in=readers)
    return list(User.objects.filter(named, open_account(at), is_superuser=False))


def _remind(account: User, visitor: Visitor, ending: Ending) -> bool:
    due = [days for days in DAYS if ending.days <= days]
    if not due:
        return False
    with transaction.atomic():
        written = [
            EndReminder.objects.get_or_create(person=account, ends_at=ending.at, days=days)[1] for days in due
        ]
        if not written[-1]:  # the nearest of those that are due
            return False
        with translation.override(account.message_language):
            enqueue_message(_own_message(ending), user=account)
        for manager in _managers(account, visitor, ending):
            with translation.override(manager.message_language):
                enqueue_message(_manager_message(account, ending), user=manager)
    return True


def _managers(account: User, visitor: Visitor, ending: Ending) -> Iterator[User]:
    """Yield the open accounts that gave what ends, of an account or where they are gone the administrators."""
    authors = access.authors_of_end(visitor, at=ending.at)
    authors |= dashboard_access.authors_of_end(visitor, at=ending.at)
    opened = User.objects.filter(open_account(visitor.instant)).exclude(pk=account.pk)
    managers = opened.filter(pk__in=authors)
    if ending.is_of_account or not managers.exists():
        managers = opened.filter(is_superuser=True)
    yield from managers.order_by("pk")


def _own_message(ending: Ending) -> Message:
    title = _("Votre compte finit %s") if ending.is_of_account else _("Votre accès finit %s")
    return Message(
        title % ending.countdown,
        (
            *_what_ends(ending),
            _("Pour continuer, répondez à qui vous a donné cet accès, ou demandez-le de nouveau."),
        ),
        (_("Voir mon accès"), f"{settings.PORTAL_ADDRESS}{reverse('accounts:access')}"),
    )


def _manager_message(account: User, ending: Ending) -> Message:
    words = {"person": person_name(account), "when": ending.countdown}
    address = f"{reverse('management:rights')}?etat={GrantState.ENDING}"
    if ending.is_of_account:
        address = reverse("management:person", args=[account.pk])
    return Message(
        _("%(person)s : l’accès finit %(when)s") % words,
        _what_ends(ending),
        (_("Prolonger ou laisser finir"), f"{settings.PORTAL_ADDRESS}{address}"),
    )


def _what_ends(ending: Ending) -> tuple[str, ...]:
    midnight = _("Fin : %s, minuit, heure de Paris.") % day(ending.last_day)
    hour = _("Fin : %s, heure de Paris.") % timezone.localtime(ending.at).strftime("%d/%m/%Y %H:%M")
    lists = (
        (_("Couches qui disparaissent : %s."), ending.layers),
        (_("Couches dont des lignes ou des champs disparaissent : %s."), ending.reduced),
        (_("Tableaux de bord qui se ferment : %s."), ending.dashboards),
    )
    lines = [words % ", ".join(titles) for words, titles in lists if titles]
    return (midnight if ending.is_midnight else hour, *lines)
