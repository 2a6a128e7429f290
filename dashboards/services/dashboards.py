"""Dashboards written: made, copied, deleted; who makes and reads them; the revision that a change starts from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Audience, Document, Purpose
from dashboards.documents.faults import closest, fault_at
from dashboards.documents.source_text import Path, SourceText
from dashboards.documents.writing import version_values
from dashboards.errors import (
    DocumentFault,
    EditConflict,
    ForbiddenDashboard,
    InvalidDocument,
    SlugInUse,
    UnknownDashboard,
)
from dashboards.models import SLUG_MAX, Dashboard, DashboardVersion, Favourite, LibraryPanel
from dashboards.sources.plan_actions import plan_actions
from layers.access import producer_groups
from layers.models import Commune, Theme
from layers.visitor import Credential, Visitor


def first_free_slug(
    title: str, rows: QuerySet[Dashboard] | QuerySet[LibraryPanel], *, default: str, reserved: Iterable[str]
) -> str:
    """Return an identifier made of a title, or of ``default``, which no row has; numbered when one has it."""
    parts = [part for part in slugify(title).replace("_", "-").split("-") if part]
    base = "-".join(parts)[: SLUG_MAX - 5].strip("-") or default
    used = {*reserved, *rows.filter(slug__startswith=base).values_list("slug", flat=True)}
    numbered = (f"{base}-{number}" for number in range(2, len(used) + 3))
    return base if base not in used else next(name for name in numbered if name not in used)


@transaction.atomic
def create_dashboard(
    *, document: Document, visitor: Visitor, metadata: DashboardMetadata | None = None, note: str = ""
) -> Dashboard:
    """Make a dashboard whose first version is a draft; ``metadata`` are those of the document unless they are given.

    Raises:
        ForbiddenDashboard: the visitor may not make dashboards.
        SlugInUse: a dashboard has this identifier; it may be one that the visitor does not see.
        InvalidDocument: as ``metadata_of``.
    """
    access.check_create(visitor)
    metadata = metadata or metadata_of(document, visitor)
    row, is_new = Dashboard.objects.get_or_create(
        slug=document.slug,
        defaults={
            "title": document.title,
            "summary": document.summary,
            "theme": metadata.theme,
            "producer": metadata.producer,
            "portal": metadata.portal,
            "is_public": metadata.is_public,
            **purpose_columns(metadata.purpose or Purpose()),
        },
    )
    if not is_new:
        raise SlugInUse(_("L’identifiant « %s » est déjà pris.") % document.slug, parameter="slug")
    _write_readers(row, metadata, visitor)
    row.draft = new_version(row, document, visitor, note)
    row.save(update_fields=["draft"])
    return row


@transaction.atomic
def duplicate_dashboard(
    *,
    dashboard: Dashboard,
    slug: str,
    title: str,
    producer: str,
    visitor: Visitor,
    content: Document,
) -> Dashboard:
    """Copy a dashboard that the visitor reads into a draft of their own.

    ``content`` is what the visitor reads of it; ``producer`` is a group of theirs.

    Raises:
        UnknownDashboard: the visitor may not know that there is one.
        ForbiddenDashboard, SlugInUse, InvalidDocument: as ``create_dashboard``.
    """
    row = access.get_dashboard(visitor, dashboard.slug)
    document = replace(
        content,
        slug=slug,
        title=title,
        theme=row.theme.slug if row.theme else "",
        portal=row.portal.slug if row.portal else "",
        producer=producer,
        audience=Audience(),
    )
    note = _("Copie de « %s »") % row.slug
    return create_dashboard(document=document, visitor=visitor, note=note)


@transaction.atomic
def delete_dashboard(*, dashboard: Dashboard, expected: int, visitor: Visitor) -> None:
    """Delete a dashboard with all its versions; where it is included, its sections are not there any more.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    row.delete()


def add_favourite(*, dashboard: Dashboard, visitor: Visitor) -> None:
    """Add a dashboard to the favourites, once.

    Raises:
        UnknownDashboard: the visitor may not know that there is one, or has no account to keep it.
    """
    if visitor.user_id is None:
        raise UnknownDashboard(dashboard.slug)
    row = access.get_dashboard(visitor, dashboard.slug)
    Favourite.objects.get_or_create(owner_id=visitor.user_id, dashboard=row)


def remove_favourite(*, dashboard: Dashboard, visitor: Visitor) -> None:
    """Remove a dashboard from the favourites."""
    Favourite.objects.filter(owner_id=visitor.user_id, dashboard=dashboard).delete()


@dataclass(frozen=True, slots=True)
class DashboardMetadata:
    """What stands on the row of a dashboard and in none of its versions; ``persons`` are ids of accounts.

    Without a ``purpose`` the one that is there stays.
    """

    theme: Theme | None
    producer: Group | None
    portal: Commune | None
    is_public: bool
    groups: tuple[Group, ...]
    persons: tuple[int, ...]
    purpose: Purpose | None = None


_Row = TypeVar("_Row")


@dataclass(slots=True)
class _Names:
    """Rows found by their names, and the faults of the names that none has."""

    source: SourceText
    faults: list[DocumentFault] = field(default_factory=list)

    def one(self, name: str, rows: Mapping[str, _Row], path: Path) -> _Row | None:
        """Return the row of a name; None for no name."""
        if name and name not in rows:
            text = _("Inconnu : « %s ».") % name
            allowed = _(" Admis : %s.") % ", ".join(sorted(rows)) if rows else ""
            self.faults.append(fault_at(self.source, path, text + allowed + closest(name, rows)))
        return rows.get(name)

    def several(self, names: Iterable[str], rows: Mapping[str, _Row], path: Path) -> tuple[_Row, ...]:
        """Return the rows of several names."""
        matches = [self.one(name, rows, (*path, index)) for index, name in enumerate(names)]
        return tuple(row for row in matches if row is not None)


def metadata_of(
    document: Document, visitor: Visitor, *, source: SourceText | None = None
) -> DashboardMetadata:
    """Return the rows that a document names; ``source`` gives the lines of its faults.

    Raises:
        InvalidDocument: a theme, a group, an account, a commune or a part of a plan is not there, or the visitor may
            not make dashboards in the name of that group.
    """
    names = _Names(source or SourceText())
    producers = {group.name: group for group in producer_groups(visitor)}
    metadata = DashboardMetadata(
        theme=names.one(document.theme, {row.slug: row for row in Theme.objects.all()}, ("theme",)),
        producer=names.one(document.producer, producers, ("producer",)),
        portal=names.one(
            document.portal, {row.slug: row for row in Commune.objects.defer("geom")}, ("portal",)
        ),
        is_public=document.audience.is_public,
        groups=names.several(
            document.audience.groups, {row.name: row for row in Group.objects.all()}, ("audience", "groups")
        ),
        persons=names.several(
            document.audience.persons, _accounts(document.audience.persons), ("audience", "persons")
        ),
        purpose=document.purpose if document.purpose != Purpose() else None,
    )
    names.faults += [
        fault_at(names.source, ("purpose", key), text)
        for key, text in purpose_faults(document.purpose, visitor)
    ]
    if names.faults:
        raise InvalidDocument(names.faults)
    return metadata


def document_with_metadata(document: Document, dashboard: Dashboard) -> Document:
    """Return a document with what stands on the row: the whole published form, for who may change it."""
    audience = Audience(
        is_public=dashboard.is_public,
        groups=tuple(access.reader_groups(dashboard).values_list("name", flat=True)),
        persons=tuple(access.reader_accounts(dashboard).values_list("username", flat=True)),
    )
    return replace(
        document,
        theme=dashboard.theme.slug if dashboard.theme else "",
        producer=dashboard.producer.name if dashboard.producer else "",
        portal=dashboard.portal.slug if dashboard.portal else "",
        audience=audience,
        purpose=purpose_of(dashboard),
    )


def purpose_of(dashboard: Dashboard) -> Purpose:
    """Return the purpose of a dashboard, as its columns say it."""
    return Purpose(**{name: getattr(dashboard, column) for name, column in PURPOSE_COLUMNS.items()})


def purpose_columns(purpose: Purpose) -> dict[str, str]:
    """Return the columns of a purpose."""
    return {column: getattr(purpose, name) for name, column in PURPOSE_COLUMNS.items()}


PURPOSE_COLUMNS = {
    "decision": "decision",
    "by": "decided_by",
    "plan": "plan",
    "action": "plan_action",
    "axis": "plan_axis",
}
"""The columns of ``Dashboard`` that hold a purpose, by its attributes."""


def purpose_faults(purpose: Purpose, visitor: Visitor) -> list[tuple[str, str]]:
    """Return the attributes of a purpose that name nothing that the visitor reads of plans, with words for each.

    The portal itself may name a plan that is not loaded yet: dashboards and plans are loaded in any order.
    """
    if not purpose.plan:
        return []
    actions = plan_actions(visitor, plan=purpose.plan)
    if not actions:
        return (
            []
            if visitor.credential is Credential.SYSTEM
            else [("plan", _("Inconnu : « %s ».") % purpose.plan)]
        )
    unknown = [
        (name, value)
        for name, value, existing in (
            ("action", purpose.action, {action.code for action in actions}),
            ("axis", purpose.axis, {action.axis for action in actions}),
        )
        if value and value not in existing
    ]
    return [(name, _("Inconnu : « %s ».") % value) for name, value in unknown]


@transaction.atomic
def set_purpose(*, dashboard: Dashboard, purpose: Purpose, expected: int, visitor: Visitor) -> Dashboard:
    """Write why a dashboard exists: at once, whatever is published.

    Raises:
        InvalidDocument: it names no part of a plan that the visitor reads.
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    former = purpose_of(row)
    is_linked_anew = (purpose.plan, purpose.action, purpose.axis) != (former.plan, former.action, former.axis)
    faults = purpose_faults(purpose, visitor) if is_linked_anew else []
    if faults:
        raise InvalidDocument([DocumentFault(text, key=f"purpose.{key}") for key, text in faults])
    columns = purpose_columns(purpose)
    for name, value in columns.items():
        setattr(row, name, value)
    return written(row, *columns)


def metadata_matches(dashboard: Dashboard, document: Document) -> bool:
    """Whether the row of a dashboard equals its document in readers, producer, theme and commune."""
    stored = document_with_metadata(document, dashboard)
    return replace(stored, audience=_sorted(stored.audience)) == replace(
        document, audience=_sorted(document.audience)
    )


def _sorted(audience: Audience) -> Audience:
    return replace(audience, groups=tuple(sorted(audience.groups)), persons=tuple(sorted(audience.persons)))


@transaction.atomic
def set_metadata(
    *,
    dashboard: Dashboard,
    metadata: DashboardMetadata,
    expected: int,
    visitor: Visitor,
    is_requestable: bool | None = None,
) -> Dashboard:
    """Write who makes and reads a dashboard, its theme and its portal: in force at once, whatever is published.

    ``is_requestable`` says whether it is announced to who does not read it; None leaves that as it is.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    row.theme, row.producer, row.portal, row.is_public = (
        metadata.theme,
        metadata.producer,
        metadata.portal,
        metadata.is_public,
    )
    _write_readers(row, metadata, visitor)
    if is_requestable is not None:
        row.is_requestable = is_requestable
    columns = purpose_columns(metadata.purpose or purpose_of(row))
    for name, value in columns.items():
        setattr(row, name, value)
    return written(row, "theme", "producer", "portal", "is_public", "is_requestable", *columns)


def _write_readers(row: Dashboard, metadata: DashboardMetadata, visitor: Visitor) -> None:
    """Make the undated grants on a dashboard those of its readers; dated ones stay."""
    undated = row.grants.undated()
    undated.exclude(group__in=metadata.groups).exclude(person__in=metadata.persons).delete()
    groups, persons = (set(undated.values_list(name, flat=True)) for name in ("group_id", "person_id"))
    for group in metadata.groups:
        if group.pk not in groups:
            row.grants.create(group=group, author_id=visitor.user_id)
    for person in metadata.persons:
        if person not in persons:
            row.grants.create(person_id=person, author_id=visitor.user_id)


def _accounts(names: Iterable[str]) -> dict[str, int]:
    """Return the accounts of some names; closed ones too, which read nothing until they are open again."""
    accounts = get_user_model()._default_manager.filter(username__in=list(names))
    return {account.get_username(): account.pk for account in accounts}


def locked(visitor: Visitor, dashboard: Dashboard, expected: int) -> Dashboard:
    """Return the row of a dashboard, held until the end of the transaction; ``expected`` is the revision read.

    Raises:
        UnknownDashboard: it is gone, or the visitor may not know that it is there.
        ForbiddenDashboard: the visitor may not change it.
        EditConflict: somebody wrote it since.
    """
    row = Dashboard.objects.select_for_update().filter(pk=dashboard.pk).first()
    if row is None or not access.visible(visitor).filter(pk=row.pk).exists():
        raise UnknownDashboard(dashboard.slug)
    if not access.may_edit(visitor, row):
        raise ForbiddenDashboard(_("Vous lisez ce tableau de bord sans pouvoir le changer."))
    if row.revision != expected:
        raise EditConflict(
            _(
                "Quelqu’un a changé ce tableau de bord depuis que vous l’avez ouvert : "
                "rechargez-le, puis reprenez votre changement."
            ),
            parameter="revision",
        )
    return row


def written(row: Dashboard, *fields: str) -> Dashboard:
    """Save a locked dashboard under its next revision."""
    row.revision += 1
    row.save(update_fields=[*fields, "revision", "updated_at"])
    return row


def new_version(row: Dashboard, document: Document, visitor: Visitor, note: str = "") -> DashboardVersion:
    """Write a version under the next number of a locked dashboard, and return it."""
    last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return DashboardVersion.objects.create(
        dashboard=row,
        number=last + 1,
        document=version_values(document),
        author_id=visitor.user_id,
        note=note,
        updated_at=timezone.now(),
    )
