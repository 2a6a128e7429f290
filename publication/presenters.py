"""The history of what goes online, in words, for the pages of who feeds a layer or makes a dashboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.models import Layer
from publication.models import Submission, SubmissionEvent
from publication.vocabulary import KINDS_WITH_OWN_VERSIONS, OPEN_STATES, SubjectKind, SubmissionState

HISTORY_MAX = 100
# What was done so long after its instant was late.
LATE = dt.timedelta(minutes=10)
_ICONS = {
    SubmissionState.SUBMITTED: "inbox",
    SubmissionState.APPROVED: "clock",
    SubmissionState.ONLINE: "circle-check",
    SubmissionState.SENT_BACK: "undo-2",
    SubmissionState.CANCELLED: "x",
    SubmissionState.REPLACED: "history",
    SubmissionState.WITHDRAWN: "archive",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A step as the history says it; ``late`` are the whole minutes after the instant planned, 0 in time."""

    at: dt.datetime
    what: str
    state: str
    icon: str
    actor: str
    planned_at: dt.datetime | None
    late: int
    reason: str


def history_of(*, layer: Layer | None = None, dashboard: int | None = None) -> list[HistoryLine]:
    """Return the last steps of everything of a layer or of a dashboard, the newest first, in one statement."""
    events = SubmissionEvent.objects.select_related("submission", "actor").order_by("-at", "-pk")
    rows = events.filter(submission__layer=layer, submission__dashboard=dashboard)
    return [_line(event) for event in rows[:HISTORY_MAX]]


def steps_of(submission: Submission) -> list[HistoryLine]:
    """Return the steps of one submission, the newest first."""
    events = submission.events.select_related("submission", "actor").order_by("-at", "-pk")
    return [_line(event) for event in events]


def _line(event: SubmissionEvent) -> HistoryLine:
    submission, planned = event.submission, event.planned_at
    is_done = event.state in {SubmissionState.ONLINE, SubmissionState.WITHDRAWN}
    delay = event.at - planned if is_done and planned is not None else dt.timedelta()
    actor = event.actor
    return HistoryLine(
        at=event.at,
        what=version_words(submission),
        state=event.get_state_display(),
        icon=_ICONS[SubmissionState(event.state)],
        actor=(actor.get_full_name() or actor.get_username()) if actor else _("le portail"),
        planned_at=planned,
        late=int(delay.total_seconds() // 60) if delay > LATE else 0,
        reason=event.reason,
    )


def version_words(submission: Submission) -> str:
    """Return what a submission is about, without its title: « livraison 3 », « couche »."""
    kind = str(SubjectKind(submission.kind).label)
    words = {"kind": kind, "number": submission.version}
    has_number = submission.version and submission.kind not in KINDS_WITH_OWN_VERSIONS
    return _("%(kind)s %(number)d") % words if has_number else kind


def planned_submissions(layer: Layer) -> Sequence[Submission]:
    """Return the submissions of a layer that wait for a decision or an instant, and those online that have an end."""
    rows = Submission.objects.filter(layer=layer).select_related("layer", "submitted_by")
    waiting = rows.filter(state__in=OPEN_STATES)
    ending = rows.filter(state=SubmissionState.ONLINE, ends_at__isnull=False)
    return list((waiting | ending).order_by("starts_at", "pk"))
