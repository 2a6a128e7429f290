"""The first page of management: what waits, by whom it is taken care of, and what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gisportal.health import health
from gisportal.journal.models import JournalEntry
from gisportal.journal.presenters import detail_text, subject_text
from gisportal.journal.queries import names_of
from gisportal.journal.vocabulary import Event
from interface.requests import parameters_of
from interface.waiting import WaitingGroup, WaitingRow
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView
from management.health.presenters import health_lines
from management.lists.layers import LayerRow, layer_rows, with_counts
from management.models import KEY_MAX
from management.overview.assignments import Assignee, assign, assignees, release
from management.overview.waiting import waiting_rows

LISTED_LAYERS = 12
_MOST_IN_GROUP = 4
_WEEK = dt.timedelta(days=7)
_MOST_DEEDS = 50
# What the team does, in the journal; what the portal does by itself, and visits, are left out.
_DEEDS = (
    Event.VERSION,
    Event.REPORT,
    Event.REUSE,
    Event.REQUEST,
    Event.LAYER,
    Event.GRANT,
    Event.PROTECTED_FIELD,
    Event.MEMBERSHIP,
    Event.GROUP,
    Event.STYLE,
    Event.DASHBOARD,
    Event.ADMINISTRATION,
)


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """A row that waits, with who takes care of it."""

    row: WaitingRow
    assignee: Assignee | None
    is_own: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows of a group: those that are visible, and the others, one gesture away."""

    group: WaitingGroup
    first_rows: list[AssignedRow]
    other_rows: list[AssignedRow]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done: what, by whom."""

    title: str
    detail: str
    author: str

    @property
    def letter(self) -> str:
        """The first letter of who did it."""
        return self.author[:1].upper()


class OverviewView(ManagementView):
    """What waits for the team."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page, of the whole team or of what the visitor takes care of (``?pour=moi``)."""
        visitor = visitor_of(request)
        audience = single_values(parameters_of(request), allowed=("pour",)).get("pour", "")
        if audience not in ("", "moi"):
            raise InvalidParameter(_("pour ne prend que la valeur « moi »."), parameter="pour")
        layers = layer_rows(visitor)
        state = health() if visitor.is_administrator else None
        rows = waiting_rows(visitor, layers, state)
        by_subject = assignees(row.subject for row in rows)
        own_rows = [row for row in rows if _is_own(visitor, by_subject.get(row.subject))]
        late = [row for row in layers if row.freshness.late_days]
        ordered = sorted(layers, key=_urgency)
        context = {
            "groups": _groups(visitor, own_rows if audience else rows, by_subject),
            "count": len(own_rows if audience else rows),
            "team_count": len(rows),
            "own_count": len(own_rows),
            "is_own": bool(audience),
            "today": localtime(visitor.instant),
            "layers": with_counts(ordered[:LISTED_LAYERS]),
            "layer_count": len(layers),
            "late_count": len(late),
            "deeds": _deeds(visitor),
            "health": health_lines(state, at=visitor.instant) if state else [],
            "is_well": state is None or state.is_ready,
        }
        return render(request, "management/overview/page.html", self.frame() | context)


class AssignmentView(ManagementView):
    """``/gestion/prendre/``: take care of a row, or release it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write who takes care of a row that waits, and return to the page."""
        visitor, subject = visitor_of(request), request.POST.get("sujet", "")
        state = health() if visitor.is_administrator else None
        subjects = {row.subject for row in waiting_rows(visitor, layer_rows(visitor), state)}
        if subject not in subjects or len(subject) > KEY_MAX:
            raise InvalidParameter(_("Cela n’attend plus : la page a changé."), parameter="sujet")
        if request.POST.get("rendre"):
            release(visitor, subject)
        elif (other := assign(visitor, subject)) is not None and other.user_id != visitor.user_id:
            messages.info(request, _("%s s’en occupe déjà.") % other.name)
        address = reverse("management:overview")
        return redirect(f"{address}?pour=moi" if request.POST.get("pour") == "moi" else address)


def _urgency(row: LayerRow) -> tuple[bool, bool, float, str]:
    """Sort late layers first, then those of which a delivery waits, then the others by their age."""
    return (not row.freshness.late_days, not row.state[0], -row.freshness.ratio, row.layer.title)


def _is_own(visitor: Visitor, assignee: Assignee | None) -> bool:
    return assignee is not None and assignee.user_id == visitor.user_id


def _groups(visitor: Visitor, rows: list[WaitingRow], by_subject: dict[str, Assignee]) -> list[RowGroup]:
    assigned = [
        AssignedRow(
            row,
            by_subject.get(row.subject),
            _is_own(visitor, by_subject.get(row.subject)),
            is_first=index == 0,
        )
        for index, row in enumerate(rows)
    ]
    groups = []
    for group in WaitingGroup:
        own = [each for each in assigned if each.row.group is group]
        if own:
            groups.append(RowGroup(group, own[:_MOST_IN_GROUP], own[_MOST_IN_GROUP:]))
    return groups


def _deeds(visitor: Visitor) -> list[Deed]:
    """Return what was done in the last seven days, the last first; for a manager of groups, what they did."""
    entries: Any = JournalEntry.objects.filter(
        event__in=_DEEDS, at__gte=visitor.instant - _WEEK, actor_id__isnull=False
    )
    if not visitor.is_administrator:
        entries = entries.filter(actor_id=visitor.user_id)
    listed = list(entries.order_by("-at", "-pk")[:_MOST_DEEDS])
    names = names_of(listed)
    deeds = [
        Deed(
            _("%(event)s : %(subject)s")
            % {
                "event": entry.get_event_display(),
                "subject": subject_text(entry.subject, names),
            },
            detail_text(entry.detail, names),
            entry.actor_name,
        )
        for entry in listed
    ]
    return list(dict.fromkeys(deeds))
