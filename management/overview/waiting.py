"""What waits for the team: the registry of providers, and the rows that management gives itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.publication.purpose import waiting_purposes
from dashboards.publication.waiting import waiting_dashboards
from datasets.deliveries.waiting import waiting_deliveries
from explorer.reports.presenters import report_rows
from gisportal.accounts.models import User
from gisportal.health import Health
from interface.waiting import WaitingGroup, WaitingProvider, WaitingRow
from interface.wording import day, days_away, last_day
from layers import access
from layers.models import Grant
from layers.visitor import Visitor, open_account
from layers.vocabulary import GrantState, LayerState
from management.harvests.presenters import failing_harvests
from management.health.presenters import failing_upkeep
from management.lists.jobs import failed_jobs
from management.lists.layers import ENDING_DAYS, LayerRow
from management.requests.presenters import waiting_requests
from management.reuses.presenters import reuse_rows
from management.rights.presenters import person_name, recipient_words
from management.rights.queries import layer_grants
from moderation.waiting import rows_to_moderate
from publication.waiting import late_submissions, waiting_submissions
from webforms.answers.waiting import answer_rows

_FAILED_DAYS = 7


def late_rows(rows: Iterable[LayerRow]) -> Iterator[WaitingRow]:
    """Yield the late ones of layers."""
    late = [row for row in rows if row.freshness.late_days and row.layer.state == LayerState.PUBLISHED]
    for row in sorted(late, key=lambda each: -each.freshness.ratio):
        changed = row.freshness.changed
        words = {"rhythm": row.freshness.rhythm, "day": day(changed)}
        yield WaitingRow(
            subject=f"layer {row.layer.slug}",
            group=WaitingGroup.REPAIR,
            icon="triangle-alert",
            title=_("%(title)s : %(late)s") % {"title": row.layer.title, "late": row.freshness.words},
            detail=_("attendue %(rhythm)s · dernier changement le %(day)s") % words,
            action=_("Voir"),
            address=row.address,
            layer=row.layer.slug,
            since=changed,
            tone="bad",
        )


def failing_jobs(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the jobs that failed in the last week, for administrators."""
    if not visitor.is_administrator:
        return
    for job in failed_jobs(since=visitor.instant - dt.timedelta(days=_FAILED_DAYS)):
        yield WaitingRow(
            subject=f"job {job.key}",
            group=WaitingGroup.REPAIR,
            icon="triangle-alert",
            title=_("%(title)s : traitement échoué") % {"title": job.title},
            detail=_("%(kind)s · %(day)s") % {"kind": job.family_title, "day": day(job.requested)},
            action=_("Voir"),
            address=f"{reverse('management:jobs')}?etat=failed",
            since=job.finished or job.requested,
            tone="bad",
        )


def failing_probes(state: Health) -> Iterator[WaitingRow]:
    """Yield the probes that do not answer as they should."""
    faults = {
        "worker": (state.worker == "silent", "bad", _("Les traitements sont arrêtés")),
        "queue": (state.queue == "late", "warn", _("Des traitements attendent depuis longtemps")),
        "disk": (state.disk != "ok", "bad" if state.disk == "full" else "warn", _("Le disque se remplit")),
    }
    for name, (is_faulty, tone, title) in faults.items():
        if is_faulty:
            yield WaitingRow(
                subject=f"health {name}",
                group=WaitingGroup.REPAIR,
                icon="hard-drive" if name == "disk" else "triangle-alert",
                title=title,
                detail=_("d’après la dernière mesure, il y a un instant"),
                action=_("Voir"),
                address=reverse("management:health"),
                tone=tone,
            )


def ending_rights(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the groups and persons of which grants end within thirty days, the first to end first; one statement."""
    until = visitor.instant + dt.timedelta(days=ENDING_DAYS)
    grants = access.ending_grants(layer_grants(visitor), after=visitor.instant, before=until)
    ordered = sorted(grants, key=_recipient_key)
    rows = [_ending(visitor, list(own)) for _recipient, own in groupby(ordered, _recipient_key)]
    yield from sorted(rows, key=lambda row: row.since or visitor.instant)


def ending_accounts(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the accounts that end within thirty days, the first to end first; for administrators."""
    if not visitor.is_administrator:
        return
    until = visitor.instant + dt.timedelta(days=ENDING_DAYS)
    ending = User.objects.filter(open_account(visitor.instant), ends_at__lte=until).order_by("ends_at", "pk")
    for account in ending:
        ends = account.ends_at or until
        words = {"person": person_name(account), "when": days_away(_days_left(ends, visitor))}
        yield WaitingRow(
            subject=f"account {account.pk} end",
            group=WaitingGroup.FORESEE,
            icon="clock",
            title=_("%(person)s : le compte finit %(when)s") % words,
            detail=account.organisation,
            action=_("Choisir"),
            address=reverse("management:person", args=[account.pk]),
            since=ends,
        )


def _days_left(ends: dt.datetime, visitor: Visitor) -> int:
    """Return in how many days the last day of an access is, as its person reads it."""
    return (last_day(ends) - localdate(visitor.instant)).days


def _recipient_key(grant: Grant) -> tuple[str, int]:
    return ("group", grant.group_id) if grant.group_id is not None else ("account", grant.person_id or 0)


def _ending(visitor: Visitor, grants: list[Grant]) -> WaitingRow:
    first = min(grants, key=lambda grant: grant.valid_until or visitor.instant)
    ends = first.valid_until or visitor.instant
    count, (kind, pk) = len(grants), _recipient_key(first)
    recipient, when = recipient_words(first, {})[0], days_away(_days_left(ends, visitor))
    words = {"group": recipient, "number": count, "when": when}
    return WaitingRow(
        subject=f"{kind} {pk}",
        group=WaitingGroup.FORESEE,
        icon="clock",
        title=ngettext(
            "%(group)s : %(number)d accès finit %(when)s",
            "%(group)s : %(number)d accès finissent, le premier %(when)s",
            count,
        )
        % words,
        detail=", ".join(sorted({str(grant.subject) for grant in grants})),
        action=_("Choisir"),
        address=f"{reverse('management:rights')}?etat={GrantState.ENDING}",
        since=ends,
        tone="",
    )


PROVIDERS: tuple[WaitingProvider, ...] = (
    waiting_submissions,
    rows_to_moderate,
    waiting_dashboards,
    waiting_deliveries,
    report_rows,
    waiting_requests,
    reuse_rows,
    answer_rows,
    late_submissions,
    failing_jobs,
    failing_upkeep,
    failing_harvests,
    ending_accounts,
    ending_rights,
    waiting_purposes,
)
"""What may wait: an application that has rows of its own adds its function here."""


def waiting_rows(visitor: Visitor, layers: Iterable[LayerRow], state: Health | None) -> list[WaitingRow]:
    """Return what waits, by group, of ``layers`` and of the providers; what is about other layers is left out.

    ``state`` is that of the portal, None for who does not administer it.
    """
    listed = list(layers)
    rows = [row for provider in PROVIDERS for row in provider(visitor)]
    rows += late_rows(listed)
    if state is not None:
        rows += failing_probes(state)
    slugs = {row.layer.slug for row in listed}
    own_rows = [row for row in rows if visitor.is_administrator or not row.layer or row.layer in slugs]
    return sorted(own_rows, key=lambda row: list(WaitingGroup).index(row.group))
