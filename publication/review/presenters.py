"""A submission in words: what the reader may do of it, what became of it, what was written on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from interface.wording import HARD_SPACE, date_words
from layers.visitor import Visitor
from publication import services
from publication.forms import plan_values
from publication.models import CheckAcceptance, Remark, Submission
from publication.presenters import HistoryLine, steps_of
from publication.review.forms import DecisionForm, proposed_start
from publication.review.services import latest_submission, remarks_of, state_token
from publication.subjects import Subject
from publication.vocabulary import OPEN_STATES, SubmissionState

BADGES = {
    SubmissionState.SUBMITTED: ("warn", "hourglass"),
    SubmissionState.APPROVED: ("open", "calendar-clock"),
    SubmissionState.ONLINE: ("open", "radio"),
    SubmissionState.SENT_BACK: ("bad", "undo-2"),
    SubmissionState.CANCELLED: ("", "circle-slash"),
    SubmissionState.REPLACED: ("", "history"),
    SubmissionState.WITHDRAWN: ("bad", "eye-off"),
}
"""The tone and the icon of the badge of each state."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark and its answers; ``is_unsent`` for one that only its author reads yet. ``row_name`` names its row."""

    remark: Remark
    answers: tuple[Remark, ...]
    is_own: bool
    row_name: str = ""

    @property
    def is_unsent(self) -> bool:
        """Whether it leaves with the decision only."""
        return self.remark.sent_at is None


@dataclass(frozen=True, slots=True)
class DecisionPanel:
    """What a reader may do of a version, and the words of the buttons.

    ``submission`` is the open one, else the last, None for a version that was never submitted. ``unsent`` counts the
    reader's remarks that leave with the decision.
    """

    submission: Submission | None
    is_open: bool
    can_decide: bool
    can_resume: bool
    can_move: bool
    can_submit: bool
    can_cancel: bool
    is_own: bool
    obstacle: str
    unsent: int
    form: DecisionForm
    proposed: str
    history: tuple[HistoryLine, ...] = ()
    acceptances: tuple[CheckAcceptance, ...] = ()

    @property
    def is_planned(self) -> bool:
        """Whether it was approved and waits for its instant."""
        return self.submission is not None and self.submission.state == SubmissionState.APPROVED

    @property
    def badge(self) -> tuple[str, str]:
        """The tone and the icon of its state."""
        return BADGES[SubmissionState(self.submission.state)] if self.submission else ("", "pencil")

    @property
    def is_closed(self) -> bool:
        """Whether somebody decided, and nothing is to be done."""
        return self.submission is not None and not self.is_open

    @property
    def has_date_faults(self) -> bool:
        """Whether a date has to be corrected."""
        return any(name.startswith(("starts", "ends")) for name in self.form.errors)

    @property
    def token(self) -> str:
        """What changes with every step: a page that has another one is out of date."""
        return state_token(self.submission)


def submission_of(subject: Subject) -> Submission | None:
    """Return the open submission of a version, else its last one, with who acted."""
    people = services.submissions_of(subject).select_related("submitted_by", "decided_by")
    return latest_submission(people)


def decision_panel(
    subject: Subject,
    visitor: Visitor,
    *,
    submission: Submission | None,
    threads: Iterable[Thread],
    form: DecisionForm | None = None,
) -> DecisionPanel:
    """Return what a visitor may do of a version whose latest submission is ``submission``."""
    is_open = submission is not None and submission.state in OPEN_STATES
    obstacle = "" if is_open else subject.obstacle()
    open_one = submission if is_open else None
    if open_one is not None:
        may_decide = services.may_decide(open_one, subject, visitor)
    else:
        may_decide = not obstacle and services.may_publish(subject, visitor)
    is_closed = submission is not None and not is_open
    is_own = services.is_own(subject, visitor, open_one)
    is_submitted = open_one is None or open_one.state == SubmissionState.SUBMITTED
    start = proposed_start(visitor.instant)
    return DecisionPanel(
        submission=submission,
        is_open=is_open,
        can_decide=may_decide and is_submitted and not is_closed,
        can_resume=may_decide and is_closed,
        can_move=may_decide and not is_submitted,
        can_submit=not (is_open or obstacle or may_decide) and subject.may_submit(visitor),
        can_cancel=is_open and (is_own or may_decide),
        is_own=is_own,
        obstacle=obstacle,
        unsent=sum(1 for thread in threads if thread.is_unsent),
        form=form or DecisionForm(now=visitor.instant, initial=_initial(open_one, start)),
        proposed=short_instant(start),
        history=tuple(steps_of(submission)) if submission else (),
        acceptances=tuple(submission.acceptances.select_related("accepted_by")) if submission else (),
    )


def _initial(submission: Submission | None, start: dt.datetime) -> dict[str, Any]:
    """Return the dates that the form proposes: those of the plan, else the next Monday."""
    planned = submission.starts_at if submission is not None else None
    ends_at = submission.ends_at if submission is not None else None
    return plan_values(starts_at=planned or start, ends_at=ends_at)


def threads_of(
    submission: Submission | None, visitor: Visitor, row_names: Mapping[str, str] | None = None
) -> list[Thread]:
    """Return the remarks of a submission that a visitor reads, each with its answers, the first written first."""
    remarks = list(remarks_of(submission, visitor))
    answers: dict[int, list[Remark]] = {}
    for remark in remarks:
        if remark.answer_to_id is not None:
            answers.setdefault(remark.answer_to_id, []).append(remark)
    return [
        Thread(
            remark,
            tuple(answers.get(remark.pk, ())),
            is_own=visitor.user_id is not None and remark.author_id == visitor.user_id,
            row_name=(row_names or {}).get(remark.row_key, ""),
        )
        for remark in remarks
        if remark.answer_to_id is None
    ]


def short_instant(instant: dt.datetime) -> str:
    """Write an instant in a button: « lundi 7 décembre à 8 h »."""
    local = timezone.localtime(instant)
    words = {"day": date_words(local, "l j F"), "time": formats.time_format(local, _("G \\h"))}
    if local.minute:
        words["time"] = formats.time_format(local, "H:i")
    return (_("%(day)s à %(time)s") % words).replace(" ", HARD_SPACE)
