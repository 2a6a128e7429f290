"""Receiving a report, in measure, following it and answering it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.module_loading import import_string

from explorer.models import FEATURE_TITLE_MAX, AnswerMail, FeatureReport
from explorer.reports.jobs import enqueue_answer
from explorer.vocabulary import ReportCategory, ReportState
from layers.access import Scope
from layers.visitor import Visitor

WINDOW_S = 3_600
MOST_ANONYMOUS = 6
# Somebody signed in walks from one playground to the next.
MOST_SIGNED_IN = 60
# Sent with ``report``, the state ``before``, and whether it was answered, within the transaction of the change.
report_followed = Signal()


def may_send(visitor: Visitor) -> bool:
    """Count an attempt and return whether it is within the hourly limit of the account or network."""
    most = MOST_SIGNED_IN if visitor.user_id else MOST_ANONYMOUS
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    return bool(is_within_limit(visitor.asker, policy="reports", quota=most, seconds=WINDOW_S))


def send_report(
    *,
    visitor: Visitor,
    scope: Scope,
    pk: int,
    title: str,
    category: ReportCategory,
    message: str,
    email: str,
) -> FeatureReport:
    """Store a report on a feature of ``scope``, under the ``title`` that its author saw."""
    return FeatureReport.objects.create(
        layer=scope.slug,
        feature=pk,
        title=title[:FEATURE_TITLE_MAX],
        category=category,
        message=message,
        email=email,
        author_id=visitor.user_id,
    )


@transaction.atomic
def follow_report(report: FeatureReport, *, state: ReportState) -> None:
    """Set the state of a report; closing it deletes the address given for an answer."""
    stored = FeatureReport.objects.select_for_update().get(pk=report.pk)
    before = stored.state
    stored.state = state
    if state == ReportState.CLOSED:
        stored.email = ""
    stored.save(update_fields=["state", "email", "updated_at"])
    _tell(stored, before)


@transaction.atomic
def answer_report(report: FeatureReport, *, answer: str, is_closed: bool, is_linked: bool = True) -> bool:
    """Answer in words, by e-mail to a given address. Return whether there is one.

    The answer waits with a copy of the address, so that closing deletes that of the report at once. ``is_linked``
    says whether the sheet is there to be read. The same words again, as by a button pressed twice, leave once.
    """
    stored = FeatureReport.objects.select_for_update().get(pk=report.pk)
    before, address = stored.state, stored.email
    given_up = AnswerMail.objects.filter(report=stored, email="")
    is_repeated = stored.answer == answer and before == ReportState.ANSWERED and not given_up.exists()
    stored.answer, stored.answered_at = answer, timezone.now()
    stored.state = ReportState.CLOSED if is_closed else ReportState.ANSWERED
    if is_closed:
        stored.email = ""
    stored.save(update_fields=["answer", "answered_at", "state", "email", "updated_at"])
    if not is_repeated:
        given_up.delete()
    if address and not is_repeated:
        waiting = AnswerMail.objects.create(report=stored, email=address, answer=answer, is_linked=is_linked)
        enqueue_answer(waiting)
    _tell(stored, before, is_answered=True)
    return bool(address)


def _tell(report: FeatureReport, before: str, *, is_answered: bool = False) -> None:
    report_followed.send(FeatureReport, report=report, before=before, is_answered=is_answered)
