"""What reviewers write on a submission: remarks, answers, checks accepted; each in a transaction.

A remark without ``sent_at`` is its author's only: it leaves with their decision (``publication.services``). An answer
leaves at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _

from layers.errors import Forbidden, InvalidParameter, UnknownFeature, UnknownLayerVersion
from layers.visitor import Visitor
from publication import services
from publication.errors import AlreadyDecided, NotSubmittable
from publication.models import REASON_MAX, REMARK_MAX, CheckAcceptance, Remark, Submission
from publication.subjects import Subject, subject_of
from publication.vocabulary import OPEN_STATES, SubmissionState

# Sent with ``acceptance`` and ``visitor``, in the transaction.
check_accepted = Signal()


@dataclass(frozen=True, slots=True)
class AcceptedCheck:
    """A check to accept: its ``code``, its ``title`` in words, and the ``reason`` of who accepts it."""

    code: str
    title: str
    reason: str


def may_read(subject: Subject, visitor: Visitor) -> bool:
    """Whether a visitor reads the submissions of a version: who may bring it to approval, or decide of it."""
    return subject.may_submit(visitor) or subject.may_approve(visitor)


def latest_submission(submissions: QuerySet[Submission]) -> Submission | None:
    """Return the open one of the submissions of a version, else the last one."""
    rows = list(submissions.order_by("-submitted_at", "-pk"))
    return next((row for row in rows if row.state in OPEN_STATES), rows[0] if rows else None)


def state_token(submission: Submission | None) -> str:
    """Return a text that changes with every decision on a version whose latest submission is ``submission``."""
    if submission is None:
        return "0"
    start = int(submission.starts_at.timestamp()) if submission.starts_at else 0
    return f"{submission.pk}-{submission.state}-{start}"


def readable_submission(visitor: Visitor, pk: int) -> tuple[Submission, Subject]:
    """Return a submission that a visitor reads, and what it is about.

    Raises:
        UnknownFeature: there is none, its version is gone, or it is not theirs to read.
    """
    related = Submission.objects.select_related("layer", "dashboard", "submitted_by", "decided_by")
    submission = related.filter(pk=pk).first()
    if submission is not None:
        try:
            subject = subject_of(submission)
        except UnknownLayerVersion:
            subject = None
        if subject is not None and may_read(subject, visitor):
            return submission, subject
    raise UnknownFeature(_("Cette publication n’existe pas."), parameter="submission")


@transaction.atomic
def submission_for_review(*, subject: Subject, visitor: Visitor) -> Submission:
    """Return the open submission of a version; where nobody submitted it, one in the name of its author.

    Raises:
        Forbidden: the visitor may not decide of this version.
        NotSubmittable: the version cannot go online.
    """
    submission = services.open_submission(subject)
    if submission is not None:
        return submission
    check_decides(subject=subject, visitor=visitor)
    if obstacle := subject.obstacle():
        raise NotSubmittable(obstacle)
    submission = Submission(
        kind=subject.kind,
        layer=subject.layer,
        dashboard=subject.dashboard,
        version=subject.version,
        content_hash=subject.content_hash(),
        submitted_by_id=subject.author_id,
        submitted_at=visitor.instant,
    )
    try:
        with transaction.atomic():
            submission.save()
    except IntegrityError:  # somebody did the same meanwhile
        return Submission.objects.get(
            kind=subject.kind, layer=subject.layer, dashboard=subject.dashboard, version=subject.version,
            state__in=OPEN_STATES,
        )  # fmt: skip
    services.record_step(submission, visitor, SubmissionState.SUBMITTED)
    return submission


def check_decides(*, subject: Subject, visitor: Visitor) -> None:
    """Refuse who may not decide of a version as it is now.

    Raises:
        Forbidden: they have no right, or the version is theirs and another person decides.
    """
    submission = services.open_submission(subject)
    if submission is not None and services.may_decide(submission, subject, visitor):
        return
    if submission is None and services.may_publish(subject, visitor):
        return
    raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % subject.title)


def remarks_of(submission: Submission | None, visitor: Visitor) -> QuerySet[Remark]:
    """Select the remarks and answers of a submission that a visitor reads: those sent, and their own."""
    if submission is None:
        return Remark.objects.none()
    is_readable = Q(sent_at__isnull=False)
    if visitor.user_id is not None:
        is_readable |= Q(author_id=visitor.user_id)
    remarks = submission.remarks.filter(is_readable)
    return remarks.select_related("author").order_by("created_at", "pk")


@transaction.atomic
def add_remark(
    *, submission: Submission, subject: Subject, visitor: Visitor, text: str, row_key: str = ""
) -> Remark:
    """Write a remark on a row, or on the whole when ``row_key`` is empty; it leaves with the decision.

    Raises:
        Forbidden: the visitor may not decide of the submission.
        AlreadyDecided: somebody decided meanwhile.
        InvalidParameter: the text is empty or too long.
    """
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if not services.may_decide(locked, subject, visitor):
        raise Forbidden(_("Seul qui décide écrit des remarques sur « %s ».") % subject.title)
    if locked.state not in OPEN_STATES:
        raise _decided(subject, locked)
    return Remark.objects.create(
        submission=locked, row_key=row_key, text=_text(text), author_id=visitor.user_id
    )


@transaction.atomic
def answer_remark(*, remark: Remark, subject: Subject, visitor: Visitor, text: str) -> Remark:
    """Answer a remark that was sent; everybody of the submission reads it at once.

    Raises:
        Forbidden: the visitor neither submits nor decides of such versions.
        UnknownFeature: the remark is not sent, or is an answer itself.
        InvalidParameter: the text is empty or too long.
    """
    if not may_read(subject, visitor):
        raise Forbidden(_("Vous ne pouvez pas répondre sur « %s ».") % subject.title)
    if remark.sent_at is None or remark.answer_to_id is not None:
        raise UnknownFeature(_("Cette remarque n’attend pas de réponse."), parameter="remark")
    return Remark.objects.create(
        submission=remark.submission,
        answer_to=remark,
        row_key=remark.row_key,
        text=_text(text),
        author_id=visitor.user_id,
        sent_at=visitor.instant,
    )


@transaction.atomic
def remove_remark(*, submission: Submission, visitor: Visitor, pk: int) -> Remark:
    """Remove a remark of the visitor's own that has not left; return it.

    Raises:
        UnknownFeature: there is none.
    """
    own = submission.remarks.select_for_update().filter(pk=pk, author_id=visitor.user_id, sent_at=None)
    remark = own.first() if visitor.user_id is not None else None
    if remark is None:
        raise UnknownFeature(_("Cette remarque n’existe plus, ou elle est partie."), parameter="remark")
    remark.delete()
    return remark


def remark_of(submission: Submission, visitor: Visitor, pk: int) -> Remark:
    """Return a remark that the visitor reads.

    Raises:
        UnknownFeature: there is none.
    """
    remark = remarks_of(submission, visitor).filter(pk=pk).select_related("submission").first()
    if remark is None:
        raise UnknownFeature(_("Cette remarque n’existe pas."), parameter="remark")
    return remark


@transaction.atomic
def decide(
    *,
    subject: Subject,
    visitor: Visitor,
    action: str,
    token: str,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    reason: str = "",
    note: str = "",
    checks: Iterable[AcceptedCheck] = (),
) -> Submission:
    """Do what ``action`` (``publication.review.forms.ACTIONS``) says of a version, all or nothing.

    ``token`` is the ``state_token`` of what the visitor read; ``checks`` are accepted in the same transaction when the
    version is approved.

    Raises:
        Forbidden, AlreadyDecided, ContentChanged, InvalidInstant, NotSubmittable, InvalidParameter: see
            ``publication.services`` and ``accept_checks``.
    """
    latest = latest_submission(services.submissions_of(subject).select_for_update(of=("self",)))
    if state_token(latest) != token:
        raise _decided(subject, latest)
    if action == "submit":
        return services.submit(subject=subject, visitor=visitor, note=note)
    if action in {"cancel", "move"}:
        if latest is None:
            raise _decided(subject, latest)
        if action == "cancel":
            return services.cancel(submission=latest, visitor=visitor, reason=reason)
        return services.move(submission=latest, visitor=visitor, starts_at=starts_at, ends_at=ends_at)
    submission = submission_for_review(subject=subject, visitor=visitor)
    if action == "resume":
        return submission
    if action == "send-back":
        return services.send_back(submission=submission, visitor=visitor, reason=reason)
    accept_checks(submission=submission, subject=subject, visitor=visitor, checks=checks)
    return services.approve(
        submission=submission, visitor=visitor, starts_at=starts_at, ends_at=ends_at, reason=reason
    )


def _decided(subject: Subject, submission: Submission | None) -> AlreadyDecided:
    """Return the refusal of who acts on a state that is not the present one."""
    if submission is None:
        return AlreadyDecided(_("« %s » n’attend plus de décision.") % subject.title)
    return AlreadyDecided(
        _("« %(title)s » a changé d’état pendant votre lecture : %(state)s.")
        % {"title": subject.title, "state": submission.get_state_display().lower()}
    )


@transaction.atomic
def accept_checks(
    *, submission: Submission, subject: Subject, visitor: Visitor, checks: Iterable[AcceptedCheck]
) -> None:
    """Write that who decides accepts checks that do not pass; one accepted before keeps its first reason.

    Raises:
        Forbidden: the visitor may not decide of the submission.
        AlreadyDecided: somebody decided meanwhile.
        InvalidParameter: a reason is missing or too long, naming the check.
    """
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if not services.may_decide(locked, subject, visitor):
        raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % subject.title)
    if locked.state not in OPEN_STATES:
        raise _decided(subject, locked)
    for check in checks:
        reason = check.reason.strip()
        if not reason:
            raise InvalidParameter(
                _("« %s » : dites pourquoi vous l’acceptez.") % check.title, parameter=f"reason-{check.code}"
            )
        if len(reason) > REASON_MAX:
            raise InvalidParameter(
                _("« %(title)s » : %(limit)d caractères au plus.")
                % {"title": check.title, "limit": REASON_MAX},
                parameter=f"reason-{check.code}",
            )
        values = {
            "title": check.title[:300],
            "reason": reason,
            "accepted_by_id": visitor.user_id,
            "accepted_at": visitor.instant,
        }
        acceptance, is_new = CheckAcceptance.objects.get_or_create(
            submission=locked, code=check.code, defaults=values
        )
        if is_new:
            check_accepted.send(sender=CheckAcceptance, acceptance=acceptance, visitor=visitor)


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidParameter(_("Écrivez votre remarque."), parameter="text")
    if len(text) > REMARK_MAX:
        raise InvalidParameter(_("Une remarque a %d caractères au plus.") % REMARK_MAX, parameter="text")
    return text
