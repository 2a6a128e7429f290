"""Who makes and who reads a dashboard, and where it stands: names become rows, unknown ones are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from dashboards.documents.document import Audience, Document
from dashboards.documents.source_text import Path, SourceText
from dashboards.documents.validation import closest, fault_at
from dashboards.errors import DocumentFault, InvalidDocument
from dashboards.models import Dashboard
from dashboards.services.locking import locked, written
from layers.access import producer_groups
from layers.models import Commune, Theme
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class DashboardFacts:
    """What stands on the row of a dashboard and in none of its versions; ``persons`` are ids of accounts."""

    theme: Theme | None
    producer: Group | None
    portal: Commune | None
    is_public: bool
    groups: tuple[Group, ...]
    persons: tuple[int, ...]


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
        found = [self.one(name, rows, (*path, place)) for place, name in enumerate(names)]
        return tuple(row for row in found if row is not None)


def facts_of(document: Document, visitor: Visitor, *, source: SourceText | None = None) -> DashboardFacts:
    """Return the rows that a document names; ``source`` gives the lines of its faults.

    Raises:
        InvalidDocument: a theme, a group, an account or a commune is not there, or the visitor may not make
            dashboards in the name of that group.
    """
    names = _Names(source or SourceText())
    producers = {group.name: group for group in producer_groups(visitor)}
    found = DashboardFacts(
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
    )
    if names.faults:
        raise InvalidDocument(names.faults)
    return found


def document_with_facts(document: Document, dashboard: Dashboard) -> Document:
    """Return a document with what stands on the row: the whole published form, for who may change it."""
    audience = Audience(
        is_public=dashboard.is_public,
        groups=tuple(dashboard.groups.order_by("name").values_list("name", flat=True)),
        persons=tuple(dashboard.persons.order_by("username").values_list("username", flat=True)),
    )
    return replace(
        document,
        theme=dashboard.theme.slug if dashboard.theme else "",
        producer=dashboard.producer.name if dashboard.producer else "",
        portal=dashboard.portal.slug if dashboard.portal else "",
        audience=audience,
    )


def has_facts(dashboard: Dashboard, document: Document) -> bool:
    """Whether the row of a dashboard says what a document says of its readers, producer, theme and commune."""
    stored = document_with_facts(document, dashboard)
    return replace(stored, audience=_sorted(stored.audience)) == replace(
        document, audience=_sorted(document.audience)
    )


def _sorted(audience: Audience) -> Audience:
    return replace(audience, groups=tuple(sorted(audience.groups)), persons=tuple(sorted(audience.persons)))


@transaction.atomic
def set_facts(*, dashboard: Dashboard, facts: DashboardFacts, expected: int, visitor: Visitor) -> Dashboard:
    """Write who makes and reads a dashboard, its theme and its portal: in force at once, whatever is published.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    row.theme, row.producer, row.portal, row.is_public = (
        facts.theme,
        facts.producer,
        facts.portal,
        facts.is_public,
    )
    row.groups.set(facts.groups)
    row.persons.set(facts.persons)
    return written(row, "theme", "producer", "portal", "is_public")


def _accounts(names: Iterable[str]) -> dict[str, int]:
    """Return the accounts of some names; closed ones too, which read nothing until they are open again."""
    accounts = get_user_model()._default_manager.filter(username__in=list(names))
    return {account.get_username(): account.pk for account in accounts}
