"""Versions written: drafts, what is published, what is brought back; dashboards that come and go as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Document, Purpose
from dashboards.documents.includes import stored_document
from dashboards.documents.parsing import parse_document
from dashboards.documents.schema import KindRules
from dashboards.documents.writing import document_yaml, version_values
from dashboards.errors import (
    DocumentFault,
    ForbiddenDashboard,
    InvalidDocument,
    NothingToPublish,
    UnknownVersion,
)
from dashboards.models import NOTE_MAX, Dashboard, DashboardVersion
from dashboards.services.checks import document_faults
from dashboards.services.dashboards import (
    create_dashboard,
    document_with_metadata,
    locked,
    metadata_of,
    new_version,
    set_metadata,
    set_purpose,
    written,
)
from layers.digests import stable_digest
from layers.models import Layer
from layers.visitor import Visitor
from publication.models import PublicationPolicy, Submission
from publication.services import plan_end, publish_or_submit, submissions_of, withdraw_directly
from publication.vocabulary import SubjectKind, SubmissionState


@transaction.atomic
def save_draft(*, dashboard: Dashboard, document: Document, expected: int, visitor: Visitor) -> Dashboard:
    """Write the draft of a dashboard, the one that is there or a new one; readers see nothing of it.

    ``document`` was parsed; what it says of rights is left aside (``set_metadata``). Return the dashboard as it is now.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    if row.draft is None:
        row.draft = new_version(row, document, visitor)
    else:
        row.draft.document, row.draft.author_id = version_values(document), visitor.user_id
        row.draft.save(update_fields=["document", "author", "updated_at"])
    if row.published_id is None:
        row.title, row.summary = document.title, document.summary
    return written(row, "draft", "title", "summary")


@dataclass(frozen=True)
class DashboardVersionSubject:
    """A version of a dashboard as something that is brought to approval; withdrawing it leaves a draft.

    ``expected`` is the revision of the dashboard that its publisher read, 0 for the present one.
    """

    dashboard_version: DashboardVersion
    dashboard: Dashboard
    kind: SubjectKind = SubjectKind.DASHBOARD
    layer: Layer | None = field(default=None)
    expected: int = 0
    note: str = ""

    @property
    def version(self) -> int:
        """Its number."""
        return self.dashboard_version.number

    @property
    def author_id(self) -> int | None:
        """The account that wrote it last."""
        return self.dashboard_version.author_id

    @property
    def policy(self) -> PublicationPolicy:
        """Its author publishes it, unless its producer is among ``PUBLICATION_REVIEWED_PRODUCERS``."""
        producer = self.dashboard.producer
        is_reviewed = producer is not None and producer.name in settings.PUBLICATION_REVIEWED_PRODUCERS
        return PublicationPolicy(producers_approve=not is_reviewed)

    @property
    def title(self) -> str:
        """The title of the dashboard, and its number."""
        words = {"title": self.dashboard.title, "number": self.version}
        return _("%(title)s, version %(number)d") % words

    @property
    def address(self) -> str:
        """The path of the page of its publication."""
        return reverse("dashboards:publish", args=[self.dashboard.slug])

    def content_hash(self) -> str:
        """Return the digest of its document."""
        return stable_digest(self.dashboard_version.document)

    def obstacle(self) -> str:
        """Return why it cannot go online: it is not the draft any more."""
        if self.dashboard.draft_id == self.dashboard_version.pk:
            return ""
        return _("Cette version n’est plus le brouillon : elle ne peut pas être mise en ligne.")

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor changes the dashboard."""
        return access.may_edit(visitor, self.dashboard)

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor changes the dashboard."""
        return access.may_edit(visitor, self.dashboard)

    def publish(self, visitor: Visitor) -> None:
        """Show it to the readers of the dashboard."""
        _publish(self.dashboard, self.expected or self.dashboard.revision, visitor, self.note)

    def withdraw(self, visitor: Visitor) -> None:
        """Publish nothing any more."""
        _withdraw(self.dashboard, self.expected or self.dashboard.revision, visitor)


def find_dashboard_version(submission: Submission) -> DashboardVersionSubject | None:
    """Return the version of a submission."""
    versions = DashboardVersion.objects.select_related("dashboard__producer")
    version = versions.filter(dashboard=submission.dashboard_id, number=submission.version).first()
    return DashboardVersionSubject(version, version.dashboard) if version else None


@transaction.atomic
def publish(
    *,
    dashboard: Dashboard,
    expected: int,
    visitor: Visitor,
    note: str = "",
    purpose: Purpose | None = None,
) -> Dashboard:
    """Put the draft in place of what is published: its readers see it from now on, here and where it is included.

    ``purpose`` is written with it. A dashboard that was never published needs one, there or before. Where its producer
    asks for another person than who wrote it, it is submitted, and stays a draft.

    Raises:
        NothingToPublish: there is no draft.
        InvalidDocument: it names what is not there, includes itself through others, comes to too many panels, or has
            no purpose.
        NotSubmittable: it waits already.
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    if purpose is not None:
        dashboard = set_purpose(dashboard=dashboard, purpose=purpose, expected=expected, visitor=visitor)
        expected = dashboard.revision
    row = locked(visitor, dashboard, expected)
    if row.draft is None:
        raise NothingToPublish(_("Ce tableau de bord n’a pas de brouillon."))
    subject = DashboardVersionSubject(row.draft, row, expected=expected, note=note)
    publish_or_submit(subject=subject, visitor=visitor, note=note)
    return _again(row)


def planned_end(dashboard: Dashboard) -> dt.datetime | None:
    """Return when what is published will be withdrawn; None when it stays."""
    if dashboard.published is None:
        return None
    online = submissions_of(DashboardVersionSubject(dashboard.published, dashboard))
    return online.filter(state=SubmissionState.ONLINE).values_list("ends_at", flat=True).first()


def plan_withdrawal(*, dashboard: Dashboard, visitor: Visitor, ends_at: dt.datetime | None) -> None:
    """Set when what is published is withdrawn, or that it stays (None).

    Raises:
        NothingToPublish: nothing is published.
        Forbidden: the person has no right to decide of it.
        InvalidInstant: the end is past.
    """
    if dashboard.published is None:
        raise NothingToPublish(_("Ce tableau de bord n’est pas publié."))
    plan_end(
        subject=DashboardVersionSubject(dashboard.published, dashboard), visitor=visitor, ends_at=ends_at
    )


@transaction.atomic
def withdraw(*, dashboard: Dashboard, expected: int, visitor: Visitor, reason: str = "") -> Dashboard:
    """Publish nothing any more; what was published becomes the draft when there is none.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    if row.published is None:
        return _withdraw(row, expected, visitor)
    subject = DashboardVersionSubject(row.published, row, expected=expected)
    withdraw_directly(subject=subject, visitor=visitor, reason=reason)
    return _again(row)


def _again(row: Dashboard) -> Dashboard:
    return Dashboard.objects.select_related("draft", "published").get(pk=row.pk)


def _publish(dashboard: Dashboard, expected: int, visitor: Visitor, note: str) -> Dashboard:
    row = locked(visitor, dashboard, expected)
    if row.draft is None:
        raise NothingToPublish(_("Ce tableau de bord n’a pas de brouillon."))
    document = stored_document(row, row.draft)
    faults = document_faults(document, visitor, portal=row.portal)
    if not row.decision and not row.published_id and not row.versions.exclude(published_at=None).exists():
        text = _("Dites à quoi sert ce tableau de bord : quelle décision il éclaire, et de qui.")
        faults = [DocumentFault(text, key="purpose"), *faults]
    if faults:
        raise InvalidDocument(faults)
    version = row.draft
    version.note, version.published_at = note[:NOTE_MAX] or version.note, timezone.now()
    version.save(update_fields=["note", "published_at"])
    row.published, row.draft = version, None
    row.title, row.summary = document.title, document.summary
    return written(row, "published", "draft", "title", "summary")


def _withdraw(dashboard: Dashboard, expected: int, visitor: Visitor) -> Dashboard:
    row = locked(visitor, dashboard, expected)
    if row.draft is None and row.published is not None:
        row.draft = new_version(row, stored_document(row, row.published), visitor)
    row.published = None
    return written(row, "published", "draft")


@transaction.atomic
def restore_version(*, dashboard: Dashboard, number: int, expected: int, visitor: Visitor) -> Dashboard:
    """Bring a version back as a new draft; a draft that was there stays among the versions.

    Rights are not those of that time: they are no part of a version.

    Raises:
        UnknownVersion: the dashboard has none of this number.
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    document = stored_document(row, version_of(row, number))
    row.draft = new_version(row, document, visitor, _("Reprise de la version %d") % number)
    return written(row, "draft")


def version_of(dashboard: Dashboard, number: int) -> DashboardVersion:
    """Return a version of a dashboard by number.

    Raises:
        UnknownVersion: there is none.
    """
    version = dashboard.versions.filter(number=number).first()
    if version is None:
        words = {"dashboard": dashboard.slug, "number": number}
        raise UnknownVersion(
            _("« %(dashboard)s » n’a pas de version %(number)d.") % words, parameter="version"
        )
    return version


def readable_version(dashboard: Dashboard, visitor: Visitor) -> DashboardVersion | None:
    """Return the version that a visitor opens: the published one, or the draft for who may change it."""
    if dashboard.published is None and access.may_edit(visitor, dashboard):
        return dashboard.draft
    return dashboard.published


@transaction.atomic
def import_dashboard(
    *, text: str, kinds: Iterable[KindRules], visitor: Visitor, is_draft: bool = False, note: str = ""
) -> Dashboard:
    """Write a dashboard from a text, rights included, and publish it unless ``is_draft``; return it.

    The dashboard of this identifier is changed, or made. A text that says what is published already makes no version;
    a draft of somebody stays among the versions. A draft leaves the readers, the producer, the theme and the commune
    of what is published as they are: they would be in force at once.

    Raises:
        InvalidDocument: the text cannot be read, says what no document may, or names what is not there; with lines.
        ForbiddenDashboard: the visitor may not make dashboards, or change this one.
    """
    document, source = parse_document(text, kinds)
    metadata = metadata_of(document, visitor, source=source)
    faults = document_faults(document, visitor, portal=metadata.portal, source=source)
    if faults:
        raise InvalidDocument(faults)
    dashboard = Dashboard.objects.filter(slug=document.slug).select_related("published").first()
    if dashboard is None:
        dashboard = create_dashboard(document=document, visitor=visitor, metadata=metadata, note=note)
    else:
        if not (is_draft and dashboard.published):
            dashboard = set_metadata(
                dashboard=dashboard, metadata=metadata, expected=dashboard.revision, visitor=visitor
            )
        if dashboard.published is not None and dashboard.published.document == version_values(document):
            return dashboard
        dashboard = _new_draft(dashboard, document, visitor)
    return (
        dashboard
        if is_draft
        else publish(dashboard=dashboard, expected=dashboard.revision, visitor=visitor, note=note)
    )


def _new_draft(dashboard: Dashboard, document: Document, visitor: Visitor) -> Dashboard:
    """Write a document as a draft of its own; the one that was there stays among the versions."""
    row = locked(visitor, dashboard, dashboard.revision)
    row.draft = None
    return save_draft(
        dashboard=written(row, "draft"), document=document, expected=row.revision, visitor=visitor
    )


def export_dashboard(
    *, dashboard: Dashboard, visitor: Visitor, version: DashboardVersion | None = None, schema: str = ""
) -> str:
    """Return a dashboard as YAML, as ``import_dashboard`` reads it; ``version`` is by default what is published.

    Raises:
        ForbiddenDashboard: the visitor may not change it: the text names its readers.
    """
    if not access.may_edit(visitor, dashboard):
        raise ForbiddenDashboard(_("Le document d’un tableau de bord est pour ceux qui le changent."))
    document = document_with_metadata(stored_document(dashboard, version), dashboard)
    return document_yaml(document, schema=schema)
