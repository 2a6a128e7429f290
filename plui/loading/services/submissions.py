"""A version of a plan as something that is brought to approval, and what people do with it: publish, undo, discard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.errors import Forbidden
from layers.models import Layer
from layers.visitor import Visitor
from plui.loading import access
from plui.loading.errors import VersionRefused
from plui.loading.queries import content_digest, online_version, open_findings
from plui.loading.services.findings import plan_changed
from plui.loading.services.online import put_online, take_back
from plui.loading.services.pieces import remove_files
from plui.models import PlanVersion
from plui.vocabulary import PlanState, PlanStep
from publication.errors import NotSubmittable
from publication.models import PublicationPolicy, Submission
from publication.services import (
    approve,
    cancel_open,
    may_publish,
    open_submission,
    publish_or_submit,
    replace_submissions,
    submit,
    withdraw_directly,
)
from publication.vocabulary import SubjectKind


@dataclass(frozen=True)
class PlanVersionSubject:
    """A version of a plan, submitted under the layer of the zones; ``version`` is its id."""

    plan_version: PlanVersion
    kind: SubjectKind = SubjectKind.PLAN
    dashboard: Any = field(default=None)
    policy: PublicationPolicy | None = field(default=None)

    @property
    def layer(self) -> Layer:
        """The layer of the zones, whose rules of publication are those of the plan."""
        return access.zone_layer()

    @property
    def version(self) -> int:
        """The id of the version."""
        return int(self.plan_version.pk)

    @property
    def title(self) -> str:
        """The title of the version."""
        return self.plan_version.title

    @property
    def address(self) -> str:
        """The path of the page where it is reviewed."""
        return reverse("plui:version", args=[self.plan_version.pk])

    @property
    def author_id(self) -> int | None:
        """The account that loaded it."""
        return self.plan_version.author_id

    def content_hash(self) -> str:
        """Return the digest of its rows, its document, its pieces and its accepted findings."""
        return content_digest(self.plan_version)

    def obstacle(self) -> str:
        """Return why it cannot go online: it is not to be examined any more, or findings are not accepted."""
        version = self.plan_version
        if version.state == PlanState.ONLINE:
            return _("« %s » est déjà en ligne.") % version.title
        if version.state != PlanState.STAGED:
            return _("« %(title)s » ne peut pas être mise en ligne : elle est « %(state)s ».") % {
                "title": version.title,
                "state": version.get_state_display(),
            }
        count = len(open_findings(version))
        if count:
            return (
                ngettext(
                    "%d constat n’est pas accepté : corrigez le paquet, ou acceptez-le avec un motif.",
                    "%d constats ne sont pas acceptés : corrigez le paquet, ou acceptez-les avec un motif.",
                    count,
                )
                % count
            )
        return ""

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor loads plans."""
        return access.may_load(visitor)

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor decides what is online of each layer of the plan."""
        return access.may_publish(visitor)

    def publish(self, visitor: Visitor) -> None:
        """Put it online; the submissions of the versions that it replaces are closed.

        Raises:
            Forbidden: the visitor may not decide.
            NotSubmittable: findings are not accepted, or it is not staged any more.
            VersionRefused, Busy: as ``put_online``.
        """
        version = self.plan_version
        version.refresh_from_db()
        if version.state == PlanState.ONLINE:
            return
        if not self.may_approve(visitor):
            raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % self.title)
        if obstacle := self.obstacle():
            raise NotSubmittable(obstacle)
        put_online(version=version, visitor=visitor)
        others = PlanVersion.objects.filter(partition=version.partition).exclude(pk=version.pk)
        replace_submissions(
            Submission.objects.filter(kind=self.kind, layer=self.layer, version__in=others.values("pk")),
            visitor,
        )

    def withdraw(self, visitor: Visitor) -> None:
        """Undo its publication; nothing when it is not online.

        Raises:
            Forbidden: the visitor may not decide.
        """
        if not self.may_approve(visitor):
            raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % self.title)
        version = self.plan_version
        version.refresh_from_db()
        if version.state == PlanState.ONLINE:
            take_back(version=version, visitor=visitor)


def find_plan_version(submission: Submission) -> PlanVersionSubject | None:
    """Return the version of a submission."""
    version = PlanVersion.objects.filter(pk=submission.version).first()
    return PlanVersionSubject(version) if version else None


@transaction.atomic
def publish_version(
    *, visitor: Visitor, version: PlanVersion, in_force_from: dt.date | None = None
) -> PlanVersion:
    """Put a version online, or bring it to approval where somebody else decides; nothing when it is online.

    One that is in force from a later day waits for it, approved: it goes online at its first instant.

    Raises:
        Forbidden: the visitor may not load plans.
        NotSubmittable: findings are not accepted, or the version waits already.
        VersionRefused: it is not staged, or would be in force before the version online.
        Busy: another version of the document is being put online.
    """
    access.check_load(visitor)
    version.refresh_from_db()
    if version.state == PlanState.ONLINE:
        return version
    subject = PlanVersionSubject(version)
    _set_first_day(version, in_force_from, visitor)
    start = _first_instant(version.in_force_from)
    if start is not None and start > visitor.instant:
        submission = open_submission(subject) or submit(subject=subject, visitor=visitor)
        if may_publish(subject, visitor) and submission.starts_at is None:
            approve(submission=submission, visitor=visitor, starts_at=start)
    else:
        publish_or_submit(subject=subject, visitor=visitor)
    version.refresh_from_db()
    return version


def _set_first_day(version: PlanVersion, day: dt.date | None, visitor: Visitor) -> None:
    """Write the first day of a version: that of the caller, its own, else today.

    Raises:
        VersionRefused: the version online is in force from a later day.
    """
    start = day or version.in_force_from or timezone.localdate(visitor.instant)
    online = online_version(version.partition)
    if online is not None and online.in_force_from is not None and start < online.in_force_from:
        raise VersionRefused(
            _("La version en ligne est en vigueur depuis le %(day)s : celle-ci ne peut pas l’être avant.")
            % {"day": online.in_force_from.strftime("%d/%m/%Y")},
            parameter="in_force_from",
        )
    if version.in_force_from != start:
        version.in_force_from = start
        version.save(update_fields=["in_force_from"])


def _first_instant(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else timezone.make_aware(dt.datetime.combine(day, dt.time.min))


@transaction.atomic
def undo_publication(*, visitor: Visitor, version: PlanVersion) -> PlanVersion:
    """Undo the publication of the version online: the one before it is online again.

    Raises:
        Forbidden: the visitor does not decide what is online.
        VersionRefused: the version is not online.
        Busy: another version of the document is being put online.
    """
    version.refresh_from_db()
    if version.state != PlanState.ONLINE:
        raise VersionRefused(
            _("« %(title)s » ne peut pas être annulée : elle est « %(state)s ».")
            % {"title": version.title, "state": version.get_state_display()}
        )
    withdraw_directly(subject=PlanVersionSubject(version), visitor=visitor)
    version.refresh_from_db()
    return version


@transaction.atomic
def discard_version(*, visitor: Visitor, version: PlanVersion) -> None:
    """Delete a staged version, its rows and its pieces.

    Raises:
        Forbidden: the visitor may not load plans.
        VersionRefused: the version is not staged, or a public inquiry is about it.
    """
    access.check_load(visitor)
    locked = PlanVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if locked is None or locked.state != PlanState.STAGED:
        raise VersionRefused(
            _("« %s » n’est plus à examiner : elle ne peut pas être supprimée.") % version.title
        )
    cancel_open(subject=PlanVersionSubject(locked), visitor=visitor)
    paths = [name for piece in locked.pieces.all() for name in piece.stored_names]
    plan_changed.send(
        sender=PlanVersion,
        version=locked,
        step=PlanStep.DISCARDED,
        visitor=visitor,
        detail={"idurba": locked.idurba},
    )
    try:
        locked.delete()
    except models.ProtectedError:
        raise VersionRefused(
            _("« %s » est ou a été soumise à enquête publique : retirez d’abord l’enquête.") % locked.title
        ) from None
    transaction.on_commit(lambda: remove_files(paths))
