"""Findings of a staged version that a planner accepts, each with the reason."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from layers.visitor import Visitor
from plui.loading.access import check_load
from plui.loading.errors import VersionRefused
from plui.loading.queries import finding_key, findings_of, has_to_be_accepted
from plui.models import FindingAcceptance, PlanVersion
from plui.vocabulary import PlanState, PlanStep

# What was done to a version, for the journal. Sent with ``version``, ``step``, ``visitor`` and ``detail`` (texts and
# numbers by name), in the transaction.
plan_changed = Signal()
REASON_MAX = 400


@transaction.atomic
def accept_finding(*, visitor: Visitor, version: PlanVersion, key: str, reason: str) -> FindingAcceptance:
    """Accept a finding with a reason; accepted again, it takes the new reason.

    Raises:
        Forbidden: the visitor may not load plans.
        VersionRefused: the version is not staged, has no such finding, or the reason is missing or too long.
    """
    text = _acceptable(visitor, version, reason)
    if not any(
        finding_key(finding) == key for finding in findings_of(version) if has_to_be_accepted(finding)
    ):
        raise VersionRefused(_("Ce constat n’est pas à accepter dans cette version."), parameter="key")
    acceptance, _is_new = FindingAcceptance.objects.update_or_create(
        version=version, key=key, defaults={"reason": text, "author_id": visitor.user_id}
    )
    plan_changed.send(
        sender=PlanVersion,
        version=version,
        step=PlanStep.FINDING_ACCEPTED,
        visitor=visitor,
        detail={"key": key, "reason": acceptance.reason},
    )
    return acceptance


@transaction.atomic
def accept_findings(*, visitor: Visitor, version: PlanVersion, code: str, reason: str) -> int:
    """Accept every finding of a code with one reason; return how many.

    Raises:
        Forbidden, VersionRefused: as ``accept_finding``.
    """
    text = _acceptable(visitor, version, reason)
    keys = {
        finding_key(finding)
        for finding in findings_of(version)
        if finding.code == code and has_to_be_accepted(finding)
    }
    if not keys:
        raise VersionRefused(_("Aucun constat « %s » n’est à accepter.") % code[:80], parameter="code")
    FindingAcceptance.objects.bulk_create(
        [
            FindingAcceptance(version=version, key=key, reason=text, author_id=visitor.user_id)
            for key in sorted(keys)
        ],
        update_conflicts=True,
        unique_fields=["version", "key"],
        update_fields=["reason", "author"],
    )
    detail = {"code": code, "count": len(keys), "reason": text}
    plan_changed.send(
        sender=PlanVersion, version=version, step=PlanStep.FINDING_ACCEPTED, visitor=visitor, detail=detail
    )
    return len(keys)


@transaction.atomic
def withdraw_acceptance(*, visitor: Visitor, version: PlanVersion, key: str) -> None:
    """Take the acceptance of a finding back; nothing when it was not accepted.

    Raises:
        Forbidden: the visitor may not load plans.
        VersionRefused: the version is not staged.
    """
    check_load(visitor)
    _check_staged(version)
    count, _by_model = FindingAcceptance.objects.filter(version=version, key=key).delete()
    if count:
        plan_changed.send(
            sender=PlanVersion,
            version=version,
            step=PlanStep.ACCEPTANCE_WITHDRAWN,
            visitor=visitor,
            detail={"key": key},
        )


def _acceptable(visitor: Visitor, version: PlanVersion, reason: str) -> str:
    """Return the reason, once who accepts, the version and the reason are checked."""
    check_load(visitor)
    _check_staged(version)
    text = reason.strip()
    if not text:
        raise VersionRefused(_("Dites pourquoi ce constat est accepté."), parameter="reason")
    if len(text) > REASON_MAX:
        raise VersionRefused(_("Le motif dépasse %d caractères.") % REASON_MAX, parameter="reason")
    return text


def _check_staged(version: PlanVersion) -> None:
    locked = PlanVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None or locked.state != PlanState.STAGED:
        raise VersionRefused(
            _("« %s » n’est plus à examiner : ses constats ne changent plus.") % version.title
        )
