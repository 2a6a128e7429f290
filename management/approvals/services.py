"""Inform who decides that something waits, and its producer of the decision; remind who decides after some days.

Each message has one link, and is in the language of its account. Nobody is written to about what they may not see: who
decides is asked of the subject itself, account by account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import User
from interface.mail import Message
from interface.wording import instant, number
from layers.errors import LayersError
from layers.models import Grant
from layers.visitor import open_account
from management.rights.presenters import person_name
from publication.models import Submission, SubmissionEvent
from publication.services import may_decide, policy_of
from publication.subjects import Subject, subject_of
from publication.vocabulary import SubmissionState

# What the producer reads of a decision of somebody else.
_DECISIONS = {
    SubmissionState.APPROVED,
    SubmissionState.ONLINE,
    SubmissionState.SENT_BACK,
    SubmissionState.WITHDRAWN,
}


def mail_step(submission: Submission, event: SubmissionEvent, **_signal: Any) -> None:
    """Write to who is concerned by a step: what waits to who decides, a decision to who submitted it."""
    if event.state == SubmissionState.SUBMITTED and submission.state == SubmissionState.SUBMITTED:
        subject = subject_of(submission)
        _mail_deciders(submission, subject, lambda: _request(submission, subject))
    elif event.state in _DECISIONS and event.actor_id != submission.submitted_by_id:
        _mail_producer(submission, event)


def deciders(submission: Submission, subject: Subject, *, at: dt.datetime) -> list[User]:
    """Return the open accounts that may decide of a submission by their own right, else the administrators."""
    accounts = User.objects.filter(open_account(at))
    candidates = accounts.filter(_holders(subject), is_superuser=False)
    visitors = visitors_of_accounts(candidates, instant=at, portal="")
    chosen = [visitor.user_id or 0 for visitor in visitors if may_decide(submission, subject, visitor)]
    if chosen:
        return list(User.objects.filter(pk__in=chosen).order_by("pk"))
    administrators = accounts.filter(is_superuser=True).order_by("pk")
    if policy_of(subject).producers_approve:
        return list(administrators)
    return [each for each in administrators if each.pk not in {submission.submitted_by_id, subject.author_id}]


def _holders(subject: Subject) -> Q:
    """Return the condition of the accounts that may have a right to decide: fewer have it."""
    if subject.layer is None:
        return Q(groups=subject.dashboard.producer_id or 0)
    grants = Grant.objects.filter(
        Q(layer=subject.layer) | Q(theme=subject.layer.theme_id), can_approve=True
    ).order_by()
    return Q(groups__in=grants.values("group")) | Q(pk__in=grants.values("person"))


def _mail_deciders(submission: Submission, subject: Subject, message: Callable[[], Message]) -> None:
    for account in deciders(submission, subject, at=timezone.now()):
        with translation.override(account.message_language):
            enqueue_message(message(), user=account)


def _request(submission: Submission, subject: Subject) -> Message:
    author = submission.submitted_by
    words = {"person": person_name(author) if author else _("Le portail"), "title": subject.title}
    lines = [_("%(person)s soumet « %(title)s ».") % words]
    if submission.note:
        lines.append(_("Son mot : %s") % submission.note)
    return Message(_("À approuver : « %s »") % subject.title, tuple(lines), _link(_("Relire"), subject))


def _mail_producer(submission: Submission, event: SubmissionEvent) -> None:
    account = User.objects.filter(open_account(event.at), pk=submission.submitted_by_id or 0).first()
    if account is None:
        return
    subject = subject_of(submission)
    with translation.override(account.message_language):
        subjects = {
            SubmissionState.APPROVED: _("« %s » est approuvée"),
            SubmissionState.ONLINE: _("« %s » est en ligne"),
            SubmissionState.SENT_BACK: _("« %s » vous est renvoyée"),
            SubmissionState.WITHDRAWN: _("« %s » est retirée"),
        }
        lines = []
        if event.state == SubmissionState.APPROVED and event.planned_at:
            lines.append(_("Mise en ligne prévue : %s.") % instant(event.planned_at))
        if event.reason:
            lines.append(_("Motif : %s") % event.reason)
        remarks = submission.remarks.exclude(sent_at=None).count()
        if event.state == SubmissionState.SENT_BACK and remarks:
            words = ngettext("%s remarque vous attend.", "%s remarques vous attendent.", remarks)
            lines.append(words % number(remarks))
        title = subjects[SubmissionState(event.state)] % subject.title
        enqueue_message(
            Message(title, tuple(lines or [f"{title}."]), _link(_("Ouvrir"), subject)), user=account
        )


def _link(label: str, subject: Subject) -> tuple[str, str]:
    return label, f"{settings.PORTAL_ADDRESS}{subject.address}"


def remind_deciders(*, at: dt.datetime) -> int:
    """Remind who decides of what waits for longer than its layer says, once each such time; return how many wait."""
    waiting = Submission.objects.filter(state=SubmissionState.SUBMITTED).select_related("layer")
    count = 0
    for submission in waiting.order_by(F("submitted_at").asc(), "pk"):
        count += _remind(submission, at)
    return count


def _remind(submission: Submission, at: dt.datetime) -> bool:
    try:
        subject = subject_of(submission)
    except LayersError:  # its version is gone: nobody decides of it any more
        return False
    days = policy_of(subject).reminder_days
    since = submission.reminded_at or submission.submitted_at
    if not days or at - since < dt.timedelta(days=days):
        return False
    is_first = Submission.objects.filter(pk=submission.pk, reminded_at=submission.reminded_at).update(
        reminded_at=at
    )
    if is_first:
        waited = (at - submission.submitted_at).days
        _mail_deciders(submission, subject, lambda: _reminder(subject, waited))
    return bool(is_first)


def _reminder(subject: Subject, waited: int) -> Message:
    words = ngettext("Elle attend depuis %s jour.", "Elle attend depuis %s jours.", waited)
    return Message(
        _("« %s » attend votre décision") % subject.title,
        (words % number(waited),),
        _link(_("Relire"), subject),
    )
