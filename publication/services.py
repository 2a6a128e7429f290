"""Bring a version to approval, decide, plan, take back, withdraw: one transaction each, one step of history each.

Who decides locks the row of the submission first: of two decisions at once, the second is refused and reads the first.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.errors import Forbidden, LayersError, UnknownLayerVersion
from layers.visitor import Visitor
from publication.errors import AlreadyDecided, ContentChanged, InvalidInstant, NotSubmittable
from publication.models import REASON_MAX, PublicationPolicy, Remark, Submission, SubmissionEvent
from publication.subjects import Subject, subject_of
from publication.vocabulary import KINDS_WITH_OWN_VERSIONS, LAYER_KINDS, OPEN_STATES, SubmissionState

_OWN = gettext_lazy("« %s » vient de vous : une autre personne l’approuve.")

# Sent with ``submission``, ``event`` and ``visitor``, in the transaction.
submission_changed = Signal()


def policy_of(subject: Subject) -> PublicationPolicy:
    """Return the rules of publication of a subject: its own, those of its layer, else the defaults, unsaved."""
    if subject.policy is not None:
        return subject.policy
    policy = PublicationPolicy.objects.filter(layer=subject.layer).first() if subject.layer else None
    return policy or PublicationPolicy(layer=subject.layer)


@transaction.atomic
def submit(*, subject: Subject, visitor: Visitor, note: str = "") -> Submission:
    """Bring a version to approval.

    Raises:
        Forbidden: the person may not.
        NotSubmittable: the version cannot go online, or waits already.
    """
    if not subject.may_submit(visitor):
        raise Forbidden(_("Vous n’avez pas le droit de soumettre « %s ».") % subject.title)
    if obstacle := subject.obstacle():
        raise NotSubmittable(obstacle)
    return _submitted(subject, visitor, note)


def _submitted(subject: Subject, visitor: Visitor, note: str, *, is_direct: bool = False) -> Submission:
    submission = _new_submission(subject, visitor, note)
    try:
        with transaction.atomic():
            submission.save()
    except IntegrityError:
        raise NotSubmittable(_("« %s » attend déjà une décision.") % subject.title) from None
    record_step(submission, visitor, SubmissionState.SUBMITTED, reason=note, is_sent=not is_direct)
    return submission


def _new_submission(subject: Subject, visitor: Visitor, note: str = "") -> Submission:
    return Submission(
        kind=subject.kind,
        layer=subject.layer,
        dashboard=subject.dashboard,
        version=subject.version,
        content_hash=subject.content_hash(),
        submitted_by_id=visitor.user_id,
        submitted_at=visitor.instant,
        note=note,
    )


@transaction.atomic
def publish_directly(*, subject: Subject, visitor: Visitor, note: str = "") -> Submission:
    """Put a version online without review: it is submitted and decided at once, or its open submission is approved.

    Raises:
        Forbidden: the person may not decide, or made the version and the rules ask for somebody else.
        LayersError: the application of the subject refuses, in its own words; nothing is changed.
    """
    rows = submissions_of(subject).select_for_update(of=("self",)).filter(state__in=OPEN_STATES)
    submission = rows.first()
    if subject.may_approve(visitor) and _lacks_another_person(subject, visitor, submission):
        raise Forbidden(_OWN % subject.title)
    submission = submission or _submitted(subject, visitor, note, is_direct=True)
    submission.content_hash = subject.content_hash()
    submission.decided_by_id, submission.decided_at = visitor.user_id, visitor.instant
    put_online(submission, subject, visitor, reason=note)
    return submission


def publish_or_submit(*, subject: Subject, visitor: Visitor, note: str = "") -> Submission:
    """Put a version online where the visitor may without anybody else, or bring it to approval.

    Raises:
        Forbidden, NotSubmittable: as ``publish_directly`` and ``submit``.
    """
    write = publish_directly if may_publish(subject, visitor) else submit
    return write(subject=subject, visitor=visitor, note=note)


@transaction.atomic
def withdraw_directly(*, subject: Subject, visitor: Visitor, reason: str = "") -> Submission:
    """Take what is online off everywhere, whether or not a submission put it there.

    Raises:
        Forbidden: the person has no right to decide of it.
    """
    if not subject.may_approve(visitor):
        raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % subject.title)
    rows = submissions_of(subject).select_for_update(of=("self",))
    submission = rows.filter(state=SubmissionState.ONLINE).first() or _new_submission(subject, visitor)
    subject.withdraw(visitor)
    _close(submission, visitor, reason=reason)
    _take_back_planned(submission, visitor)
    return submission


@transaction.atomic
def plan_end(*, subject: Subject, visitor: Visitor, ends_at: dt.datetime | None) -> Submission:
    """Set when what is online is withdrawn, or that it stays (None), whether or not a submission put it there.

    Raises:
        Forbidden: the person has no right to decide of it.
        InvalidInstant: the end is past.
    """
    if not subject.may_approve(visitor):
        raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % subject.title)
    check_instants(visitor.instant, None, ends_at)
    rows = submissions_of(subject).select_for_update(of=("self",))
    submission = rows.filter(state=SubmissionState.ONLINE).first() or _new_submission(subject, visitor)
    submission.state, submission.ends_at = SubmissionState.ONLINE, ends_at
    submission.save()
    record_step(submission, visitor, SubmissionState.ONLINE, planned_at=ends_at)
    return submission


def is_own(subject: Subject, visitor: Visitor, submission: Submission | None = None) -> bool:
    """Whether a visitor made a version or submitted it; never the portal itself, which has no account."""
    submitter = submission.submitted_by_id if submission is not None else None
    return visitor.user_id is not None and visitor.user_id in {submitter, subject.author_id}


def may_decide(submission: Submission, subject: Subject, visitor: Visitor) -> bool:
    """Whether a visitor may approve a submission: they have the right, and it is not theirs or the rules let them.

    The portal itself (a command, a job) may: who runs it answers for it.
    """
    return subject.may_approve(visitor) and not _lacks_another_person(subject, visitor, submission)


def may_publish(subject: Subject, visitor: Visitor) -> bool:
    """Whether a visitor may put a version online at once, without anybody else."""
    return subject.may_approve(visitor) and not _lacks_another_person(subject, visitor)


def _lacks_another_person(subject: Subject, visitor: Visitor, submission: Submission | None = None) -> bool:
    return is_own(subject, visitor, submission) and not policy_of(subject).producers_approve


def open_submission(subject: Subject) -> Submission | None:
    """Return the submission of a version that waits for a decision or its instant, if there is one."""
    return submissions_of(subject).filter(state__in=OPEN_STATES).first()


def submissions_of(subject: Subject) -> QuerySet[Submission]:
    """Select every submission of a version, the last first."""
    return Submission.objects.filter(
        kind=subject.kind, layer=subject.layer, dashboard=subject.dashboard, version=subject.version
    )


@transaction.atomic
def approve(
    *,
    submission: Submission,
    visitor: Visitor,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    reason: str = "",
) -> Submission:
    """Approve a submission: its version goes online now, or at ``starts_at`` (timezone-aware).

    Raises:
        Forbidden: the person may not decide, or submitted it.
        AlreadyDecided: somebody decided meanwhile.
        ContentChanged: what is there is not what was reviewed.
        InvalidInstant: the start is past, or the end is not after it.
    """
    submission, subject = _locked(submission, visitor, SubmissionState.SUBMITTED)
    if subject.content_hash() != submission.content_hash:
        raise ContentChanged(
            _("« %s » a changé depuis sa soumission : elle doit être soumise de nouveau.") % subject.title
        )
    if obstacle := subject.obstacle():
        raise NotSubmittable(obstacle)
    check_instants(visitor.instant, starts_at, ends_at)
    submission.decided_by_id, submission.decided_at = visitor.user_id, visitor.instant
    submission.reason, submission.starts_at, submission.ends_at = reason, starts_at, ends_at
    if starts_at is None:
        put_online(submission, subject, visitor, reason=reason)
    else:
        submission.state = SubmissionState.APPROVED
        submission.save()
        record_step(submission, visitor, SubmissionState.APPROVED, planned_at=starts_at, reason=reason)
    _send_remarks(submission, visitor)
    return submission


@transaction.atomic
def move(
    *,
    submission: Submission,
    visitor: Visitor,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> Submission:
    """Change the instants of what is approved or online; the identifier of nothing changes.

    Raises:
        Forbidden: the person may not decide.
        AlreadyDecided: it is neither approved nor online any more.
        InvalidInstant: the start is past, or the end is not after it.
    """
    submission, _subject = _locked(
        submission, visitor, SubmissionState.APPROVED, SubmissionState.ONLINE, is_right_enough=True
    )
    is_waiting = submission.state == SubmissionState.APPROVED
    check_instants(visitor.instant, starts_at if is_waiting else None, ends_at)
    if is_waiting:
        submission.starts_at = starts_at or submission.starts_at
        _check_order(submission.starts_at, ends_at)
    submission.ends_at = ends_at
    submission.save()
    record_step(
        submission,
        visitor,
        SubmissionState(submission.state),
        planned_at=submission.starts_at if is_waiting else ends_at,
    )
    return submission


@transaction.atomic
def send_back(*, submission: Submission, visitor: Visitor, reason: str) -> Submission:
    """Send a submission back to its producer, with the remarks written on it; a reason or a remark is required.

    Raises:
        Forbidden: the person may not decide.
        AlreadyDecided: somebody decided meanwhile.
        NotSubmittable: neither a reason nor a remark says why.
    """
    submission, _subject = _locked(submission, visitor, *OPEN_STATES)
    if not reason and not submission.remarks.filter(author_id=visitor.user_id, sent_at=None).exists():
        raise NotSubmittable(
            _("Dites pourquoi : un motif, ou une remarque sur une ligne."), parameter="reason"
        )
    submission.state, submission.reason = SubmissionState.SENT_BACK, reason
    submission.decided_by_id, submission.decided_at = visitor.user_id, visitor.instant
    submission.starts_at = None
    submission.save()
    record_step(submission, visitor, SubmissionState.SENT_BACK, reason=reason)
    _send_remarks(submission, visitor)
    return submission


@transaction.atomic
def cancel(*, submission: Submission, visitor: Visitor, reason: str = "") -> Submission:
    """Take a submission back, by its producer or who decides; one that waits for its instant never goes online.

    Raises:
        Forbidden: the person neither submitted it nor may decide.
        AlreadyDecided: it is online, or was decided meanwhile.
    """
    submission, _subject = _locked(submission, visitor, *OPEN_STATES, is_own_enough=True)
    submission.state = SubmissionState.CANCELLED
    submission.save()
    record_step(
        submission, visitor, SubmissionState.CANCELLED, planned_at=submission.starts_at, reason=reason
    )
    return submission


@transaction.atomic
def cancel_open(*, subject: Subject, visitor: Visitor, reason: str = "") -> None:
    """Cancel the submission of a version that is given up; nothing when it has none that is open."""
    rows = submissions_of(subject).select_for_update(of=("self",))
    for submission in rows.filter(state__in=OPEN_STATES):
        submission.state = SubmissionState.CANCELLED
        submission.save()
        record_step(
            submission, visitor, SubmissionState.CANCELLED, planned_at=submission.starts_at, reason=reason
        )


@transaction.atomic
def withdraw(*, submission: Submission, visitor: Visitor, reason: str) -> Submission:
    """Take what a submission put online off everywhere.

    Raises:
        Forbidden: the person may not decide.
        AlreadyDecided: it is not online.
    """
    submission, subject = _locked(
        submission, visitor, SubmissionState.ONLINE, is_own_enough=True, is_right_enough=True
    )
    subject.withdraw(visitor)
    _close(submission, visitor, reason=reason)
    _take_back_planned(submission, visitor)
    return submission


def run_due(portal: Visitor) -> list[Submission]:
    """Put online and withdraw what is due at the instant of the portal itself, each in its own transaction.

    Returns what was done.

    What was late is done once. A version that changed since its approval waits for approval again.
    """
    at = portal.instant
    starts = Q(state=SubmissionState.APPROVED, starts_at__lte=at)
    ends = Q(state=SubmissionState.ONLINE, ends_at__lte=at)
    due = Submission.objects.filter(starts | ends).order_by("starts_at", "pk")
    done = (_run_one(pk, portal) for pk in list(due.values_list("pk", flat=True)))
    return [submission for submission in done if submission is not None]


@transaction.atomic
def _run_one(pk: int, portal: Visitor) -> Submission | None:
    submission = Submission.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if submission is None:
        return None
    at = portal.instant
    is_start = submission.state == SubmissionState.APPROVED and submission.starts_at is not None
    planned = submission.starts_at if is_start else submission.ends_at
    if (
        submission.state not in {SubmissionState.APPROVED, SubmissionState.ONLINE}
        or planned is None
        or planned > at
    ):
        return None  # somebody moved or cancelled it meanwhile
    try:
        subject = subject_of(submission)
    except UnknownLayerVersion as error:  # whatever it was about, nothing of it is left to read
        _take_back(submission, portal, SubmissionState.CANCELLED, planned, error.detail)
        return submission
    if not is_start:
        subject.withdraw(portal)
        _close(submission, portal)
        return submission
    obstacle = _obstacle_at(submission, subject, at)
    try:
        if not obstacle:
            with transaction.atomic():
                put_online(submission, subject, portal, reason=submission.reason)
            return submission
    except LayersError as error:
        obstacle = error.detail
    _take_back(submission, portal, SubmissionState.SUBMITTED, planned, obstacle)
    return submission


def _obstacle_at(submission: Submission, subject: Subject, at: dt.datetime) -> str:
    """Return why an approved version does not go online at its instant, empty when nothing prevents it."""
    if submission.ends_at is not None and submission.ends_at <= at:
        return _("Le retrait prévu est passé avant la mise en ligne.")
    if obstacle := subject.obstacle():
        return obstacle
    if subject.content_hash() != submission.content_hash:
        return _("Le contenu a changé depuis l’approbation.")
    return ""


def _take_back(
    submission: Submission, visitor: Visitor, state: SubmissionState, planned: dt.datetime, reason: str
) -> None:
    """Write why what was planned is not done: it waits for another approval, or is over."""
    submission.state, submission.started_at = state, None
    submission.save()
    record_step(submission, visitor, state, planned_at=planned, reason=reason[:REASON_MAX])


def check_instants(now: dt.datetime, starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> None:
    """Refuse a start that is past, and an end that is not after the start.

    Raises:
        InvalidInstant: naming the culprit.
    """
    if starts_at is not None and starts_at <= now:
        raise InvalidInstant(_("La mise en ligne prévue est passée."), parameter="starts_at")
    _check_order(starts_at or now, ends_at)


def _check_order(start: dt.datetime | None, end: dt.datetime | None) -> None:
    if start is not None and end is not None and end <= start:
        raise InvalidInstant(_("Le retrait prévu ne suit pas la mise en ligne."), parameter="ends_at")


def _locked(
    submission: Submission,
    visitor: Visitor,
    *states: SubmissionState,
    is_own_enough: bool = False,
    is_right_enough: bool = False,
) -> tuple[Submission, Subject]:
    """Lock a submission and check who acts, then its state: who may not decide learns nothing of what was decided.

    With ``is_right_enough`` the right to decide is enough, whoever made the version: its content was approved.
    """
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    subject = subject_of(locked)
    is_enough = (is_own_enough and is_own(subject, visitor, locked)) or (
        is_right_enough and subject.may_approve(visitor)
    )
    if not is_enough and not may_decide(locked, subject, visitor):
        raise Forbidden(
            _OWN % subject.title
            if is_own(subject, visitor, locked) and subject.may_approve(visitor)
            else _("Vous n’avez pas le droit de publier « %s ».") % subject.title
        )
    if locked.state not in states:
        raise AlreadyDecided(
            _("« %(title)s » a déjà été décidée : %(state)s.")
            % {"title": subject.title, "state": locked.get_state_display().lower()}
        )
    return locked, subject


def put_online(submission: Submission, subject: Subject, visitor: Visitor, *, reason: str) -> None:
    """Publish the version; the submissions of the same thing that were online are replaced, their ends with them."""
    subject.publish(visitor)
    if submission.kind not in KINDS_WITH_OWN_VERSIONS:
        same = _same_thing(submission).filter(kind=submission.kind)
        replace_submissions(same.exclude(pk=submission.pk), visitor)
    submission.state, submission.started_at = SubmissionState.ONLINE, visitor.instant
    submission.save()
    record_step(submission, visitor, SubmissionState.ONLINE, planned_at=submission.starts_at, reason=reason)


def replace_submissions(submissions: QuerySet[Submission], visitor: Visitor) -> None:
    """Write that those of some submissions that are online are replaced by another version."""
    for former in submissions.filter(state=SubmissionState.ONLINE):
        former.state, former.ended_at = SubmissionState.REPLACED, visitor.instant
        former.save(update_fields=["state", "ended_at"])
        record_step(former, visitor, SubmissionState.REPLACED)


def _same_thing(submission: Submission) -> QuerySet[Submission]:
    return Submission.objects.filter(layer=submission.layer_id, dashboard=submission.dashboard_id)


def _close(submission: Submission, visitor: Visitor, *, reason: str = "") -> None:
    """Write that a submission was withdrawn; with a layer, what put it online in another way is withdrawn too."""
    with_it = [submission]
    if submission.kind in LAYER_KINDS:
        online = _same_thing(submission).filter(kind__in=LAYER_KINDS, state=SubmissionState.ONLINE)
        with_it += online.exclude(pk=submission.pk)
    for each in with_it:
        each.state, each.ended_at = SubmissionState.WITHDRAWN, visitor.instant
        each.reason = reason or each.reason
        each.save()
        record_step(each, visitor, SubmissionState.WITHDRAWN, planned_at=each.ends_at, reason=reason)


def _take_back_planned(submission: Submission, visitor: Visitor) -> None:
    """After a withdrawal by hand, what was approved before to come online with the layer waits for another approval."""
    if submission.kind not in LAYER_KINDS:
        return
    planned = _same_thing(submission).select_for_update(of=("self",))
    for each in planned.filter(kind__in=LAYER_KINDS, state=SubmissionState.APPROVED):
        start = each.starts_at or visitor.instant
        reason = _("« %s » a été retirée depuis l’approbation.") % each.layer
        _take_back(each, visitor, SubmissionState.SUBMITTED, start, reason)


def _send_remarks(submission: Submission, visitor: Visitor) -> None:
    Remark.objects.filter(submission=submission, author_id=visitor.user_id, sent_at=None).update(
        sent_at=visitor.instant
    )


def record_step(
    submission: Submission,
    visitor: Visitor,
    state: SubmissionState,
    *,
    planned_at: dt.datetime | None = None,
    reason: str = "",
    is_sent: bool = True,
) -> None:
    """Write a step of the history of a submission, and send ``submission_changed`` unless nobody waits for it."""
    event = SubmissionEvent.objects.create(
        submission=submission,
        at=visitor.instant,
        actor_id=visitor.user_id,
        state=state,
        planned_at=planned_at,
        reason=reason,
    )
    if is_sent:
        submission_changed.send(sender=Submission, submission=submission, event=event, visitor=visitor)
