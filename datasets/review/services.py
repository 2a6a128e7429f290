"""Decide of a delivery: its checks, its catalogue entry and its submission, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import Delivery
from datasets.publication.subjects import DeliverySubject
from datasets.review.checks import Check, checks
from layers.errors import InvalidParameter, UnknownFeature
from layers.models import Layer
from layers.visitor import Visitor
from publication.errors import NotSubmittable
from publication.models import Remark, Submission
from publication.review.forms import APPROVALS
from publication.review.presenters import submission_of
from publication.review.services import (
    AcceptedCheck,
    accept_checks,
    add_remark,
    check_decides,
    decide,
    submission_for_review,
)


@transaction.atomic
def decide_delivery(
    *,
    delivery: Delivery,
    visitor: Visitor,
    action: str,
    token: str,
    reasons: Mapping[str, str],
    layer: Layer | None = None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    reason: str = "",
    note: str = "",
) -> Submission:
    """Do what ``action`` says of a delivery (``publication.review.services.decide``).

    Approving it takes the checks: ``reasons`` says, by code, why those that must be accepted are. ``layer`` is the
    catalogue entry of a first version, to be saved; None where it stays.

    Raises:
        NotSubmittable: a check is bad.
        InvalidParameter: checks are neither accepted nor have a reason; the parameter names the first.
        Forbidden, AlreadyDecided, ContentChanged, InvalidInstant: see ``publication.services``.
        TooSlow: the database did not check the rows in time.
    """
    accepted: list[AcceptedCheck] = []
    if action in APPROVALS:
        accepted = _accepted(delivery, visitor, reasons)
        if layer is not None:
            layer.save()
    return decide(
        subject=DeliverySubject(delivery),
        visitor=visitor,
        action=action,
        token=token,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        note=note,
        checks=accepted,
    )


@transaction.atomic
def accept_check(*, delivery: Delivery, visitor: Visitor, code: str, reason: str) -> None:
    """Accept one check of a delivery, before it is decided.

    Raises:
        UnknownFeature: no check of this code has to be accepted.
        Forbidden, AlreadyDecided, NotSubmittable, InvalidParameter: see ``publication.review.services``.
    """
    subject = DeliverySubject(delivery)
    check = next((one for one in checks(delivery, visitor) if one.code == code and _is_tolerated(one)), None)
    if check is None:
        raise UnknownFeature(_("Aucun contrôle de ce nom n’est à accepter."), parameter="code")
    submission = submission_for_review(subject=subject, visitor=visitor)
    accepted = AcceptedCheck(check.code, check.title, reason)
    accept_checks(submission=submission, subject=subject, visitor=visitor, checks=[accepted])


@transaction.atomic
def accept_pending_checks(*, delivery: Delivery, visitor: Visitor, reasons: Mapping[str, str]) -> None:
    """Accept every check that stops a delivery, for a page that publishes it without the review.

    Raises:
        NotSubmittable, InvalidParameter, Forbidden, AlreadyDecided, TooSlow: see ``decide_delivery``.
    """
    accepted = _accepted(delivery, visitor, reasons)
    if accepted:
        subject = DeliverySubject(delivery)
        submission = submission_for_review(subject=subject, visitor=visitor)
        accept_checks(submission=submission, subject=subject, visitor=visitor, checks=accepted)


@transaction.atomic
def remark_on_delivery(*, delivery: Delivery, visitor: Visitor, text: str, row_key: str) -> Remark:
    """Write a remark on a row of a delivery, or on the whole when ``row_key`` is empty.

    Raises:
        Forbidden, AlreadyDecided, NotSubmittable, InvalidParameter: see ``publication.review.services``.
    """
    subject = DeliverySubject(delivery)
    submission = submission_for_review(subject=subject, visitor=visitor)
    return add_remark(submission=submission, subject=subject, visitor=visitor, text=text, row_key=row_key)


def _accepted(delivery: Delivery, visitor: Visitor, reasons: Mapping[str, str]) -> list[AcceptedCheck]:
    """Return the checks that are accepted now."""
    check_decides(subject=DeliverySubject(delivery), visitor=visitor)
    pending = _unaccepted_checks(delivery, visitor)
    bad = next((check for check in pending if check.level == "bad"), None)
    if bad is not None:
        raise NotSubmittable(
            _("« %(title)s » : cette livraison ne peut pas être mise en ligne. %(detail)s")
            % {"title": bad.title, "detail": bad.detail}
        )
    lacking = [check for check in pending if not reasons.get(check.code, "").strip()]
    if lacking:
        titles = ", ".join(_("« %s »") % check.title for check in lacking)
        raise InvalidParameter(
            _("Dites pourquoi vous acceptez : %s.") % titles, parameter=f"reason-{lacking[0].code}"
        )
    return [AcceptedCheck(check.code, check.title, reasons[check.code]) for check in pending]


def _unaccepted_checks(delivery: Delivery, visitor: Visitor) -> list[Check]:
    """Return the checks that stop a delivery: those that are bad, and those that nobody accepted.

    Raises:
        TooSlow: the database did not check the rows in time.
    """
    submission = submission_of(DeliverySubject(delivery))
    before = set(submission.acceptances.values_list("code", flat=True)) if submission is not None else set()
    return [
        check
        for check in checks(delivery, visitor)
        if check.level == "bad" or (check.must_accept and check.code not in before)
    ]


def _is_tolerated(check: Check) -> bool:
    return check.must_accept and check.level != "bad"
