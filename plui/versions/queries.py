"""Reads of the pages of plans: the versions that a visitor may know, what they read of them, the documents in force.

Staged and withdrawn versions are for who loads plans or decides of them. Published ones are as readable as the layers
of the plan: a table is read by who reads every row of its layer, an attribute by who reads the field.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import UnknownFeature
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from plui.catalogue import LAYERS
from plui.dated.queries import ANNULMENT_CODE
from plui.loading.access import PUBLISHED, covers, may_load, may_publish, may_read
from plui.loading.queries import documents_online, online_version, piece_address
from plui.models import TABLES, DocUrba, PlanUpload, PlanVersion, WrittenPiece
from plui.versions.changes import ChangeKind, ObjectChange
from plui.versions.comparison import NAMES, ZONES, PlanComparison, compare_versions
from plui.versions.overlay import Drawing, parsed_drawing
from plui.vocabulary import Etat, PlanState

_ANNULMENTS = "INFO_SURF"
MAX_VERSIONS = 200
MAX_UPLOADS = 10
# What a change is told by: who does not read it reads no comparison of the table.
_NEEDED = {table: frozenset(NAMES.get(table) or NAMES[table.split("_", maxsplit=1)[0]]) for table in TABLES}


def readable_tables(visitor: Visitor) -> dict[str, frozenset[str]]:
    """Return the tables of the standard whose every row a visitor reads, each with the names of the fields read."""
    return {table: frozenset(scope.filterable) for table, scope in _scopes(visitor).items()}


def _scopes(visitor: Visitor) -> dict[str, Scope]:
    """Return the layers of ``readable_tables`` by table, as they are online whatever the day of the visitor."""
    today = replace(visitor, plan=None)
    scopes = access.scopes_by_slug(today, [definition.slug for definition in LAYERS])
    tables = {live: table for table, (live, _twin) in TABLES.items()}
    return {
        table: scope
        for scope in scopes.values()
        if (table := tables.get(scope.definition.model))
        and scope.has_every_row
        and scope.can_read_rows
        and scope.filterable.keys() >= _NEEDED[table]
    }


def version_of(visitor: Visitor, pk: int) -> PlanVersion:
    """Return a version that a visitor may know.

    Raises:
        UnknownFeature: there is none, or it is not theirs to read.
    """
    version = PlanVersion.objects.select_related("author", "replaces").filter(pk=pk).first()
    if version is not None:
        if may_manage(visitor):
            return version
        if ZONES in readable_tables(visitor) and may_read(visitor, version):
            return version
    raise UnknownFeature(_("Cette version du plan n’existe pas."))


def may_manage(visitor: Visitor) -> bool:
    """Whether a visitor loads plans, or decides what of them is online."""
    return may_load(visitor) or may_publish(visitor)


def managed_version(visitor: Visitor, pk: int) -> PlanVersion:
    """Return a version for who loads plans or decides of them.

    Raises:
        UnknownFeature: there is none, or the visitor does neither.
    """
    check_manages(visitor)
    return version_of(visitor, pk)


def check_manages(visitor: Visitor) -> None:
    """Refuse who neither loads plans nor decides of them, as if there were nothing.

    Raises:
        UnknownFeature: they do not.
    """
    if not may_manage(visitor):
        raise UnknownFeature(_("Cette page n’existe pas."))


def loaded_versions() -> list[PlanVersion]:
    """Return the versions of all states, the last loaded first, with ``accepted_count``."""
    versions = PlanVersion.objects.select_related("author").annotate(accepted_count=Count("acceptances"))
    return list(versions.defer("report").order_by("-created_at", "-pk")[:MAX_VERSIONS])


def own_uploads(visitor: Visitor) -> list[PlanUpload]:
    """Return the last packages that a visitor gave and of which no version was made."""
    return list(PlanUpload.objects.filter(owner_id=visitor.user_id, version=None)[:MAX_UPLOADS])


def own_upload(visitor: Visitor, key: uuid.UUID) -> PlanUpload:
    """Return a package that a visitor gave.

    Raises:
        UnknownFeature: there is none, or it is somebody else's.
    """
    uploads = PlanUpload.objects.select_related("version").filter(pk=key, owner_id=visitor.user_id)
    upload = uploads.first() if visitor.user_id and may_load(visitor) else None
    if upload is None:
        raise UnknownFeature(_("Ce dépôt n’existe pas, ou n’existe plus."), parameter="depot")
    return upload


def version_before(version: PlanVersion) -> PlanVersion | None:
    """Return what a version is compared with: what it replaced, for a staged one what is online."""
    if version.state in PUBLISHED:
        return version.replaces
    online = online_version(version.partition)
    return online if online is not None and online.pk != version.pk else version.replaces


def comparison_of(visitor: Visitor, version: PlanVersion) -> PlanComparison:
    """Return what a version changes, of what the visitor reads, in the commune of their portal.

    Raises:
        UnknownFeature: the visitor does not read every zone.
        TooSlow: the database did not answer in time.
    """
    tables = readable_tables(visitor)
    if ZONES not in tables:
        raise UnknownFeature(_("Cette version du plan n’existe pas."))
    before = version_before(version)
    with time_limit("whole"):
        comparison = compare_versions(
            before, version, tables=list(tables), online=_online_rows(visitor, before, version)
        )
    return _in_commune(_readable(comparison, tables), visitor.portal)


def _online_rows(
    visitor: Visitor, before: PlanVersion | None, version: PlanVersion
) -> dict[str, QuerySet[Any]]:
    """Return the rows online that a version which waits would replace, by table: it is compared with them.

    None where nothing is online: no row of DOC_URBA.
    """
    is_waiting = version.state not in PUBLISHED and before is not None and before.state == PlanState.ONLINE
    documents = documents_online(version.partition) if is_waiting else []
    if not documents:
        return {}
    return {table: scope.queryset.filter(idurba__in=documents) for table, scope in _scopes(visitor).items()}


def _readable(comparison: PlanComparison, tables: Mapping[str, frozenset[str]]) -> PlanComparison:
    """Return a comparison without the attributes that are not read; a change of these alone is none."""

    def readable(change: ObjectChange) -> ObjectChange | None:
        names = tables[change.table]
        attributes = tuple(each for each in change.attributes if each.name in names)
        if len(attributes) == len(change.attributes):
            return change
        is_hidden = not attributes and change.kind is ChangeKind.REWORDED
        return None if is_hidden else replace(change, attributes=attributes)

    return replace(
        comparison,
        zones=tuple(each for change in comparison.zones if (each := readable(change))),
        objects=tuple(each for change in comparison.objects if (each := readable(change))),
    )


def _in_commune(comparison: PlanComparison, commune: str) -> PlanComparison:
    """Return the part of a comparison that goes into a commune; all of it without one.

    Areas are then those of the part in the commune; ground that changes zone is not cut at its border.
    """
    if not commune:
        return comparison
    rows = tuple(row for row in comparison.communes if row.commune == commune)
    zones = tuple(change for change in comparison.zones if commune in change.communes)
    return replace(
        comparison,
        types=tuple(replace(row, commune="") for row in rows),
        labels=(),
        communes=rows,
        zones=zones,
        objects=tuple(change for change in comparison.objects if commune in change.communes),
        transitions=(),
    )


def annulments_of(visitor: Visitor, version: PlanVersion) -> list[Perimeter]:
    """Return what a court annulled of a version, as far as the visitor reads informations; none unless ETAT is 08."""
    is_annulled = version.document.get("etat") == Etat.PARTIELLEMENT_ANNULE
    if not is_annulled or _ANNULMENTS not in readable_tables(visitor):
        return []
    rows = TABLES[_ANNULMENTS][1].objects.filter(version=version, code=ANNULMENT_CODE).order_by("pk")
    listed = rows.values_list("libelle", "nomfic", "urlfic", Drawing(F("geom")))
    return [
        Perimeter(title, urlfic or piece_address(version.idurba, nomfic), parsed_drawing(drawing))
        for title, nomfic, urlfic, drawing in listed
    ]


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A part of a version that a court annulled: its name, the address of the judgment, GeoJSON in EPSG:4326."""

    title: str
    address: str
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A document of an authority: its version in force, and all those published, the last first.

    ``document`` is the row of DOC_URBA of what is online; a document that was never loaded as a package has no version.
    """

    partition: str
    document: DocUrba | None
    versions: Sequence[PlanVersion]

    @property
    def online(self) -> PlanVersion | None:
        """The version in force."""
        return next((each for each in self.versions if each.state == PlanState.ONLINE), None)


def public_documents(visitor: Visitor) -> list[PlanDocument]:
    """Return the documents that are or were online, for who reads the zones; those of the portal's commune.

    Raises:
        UnknownFeature: the zones are hidden from the visitor.
    """
    if ZONES not in readable_tables(visitor):
        raise UnknownFeature(_("Cette page n’existe pas."))
    versions = PlanVersion.objects.published().defer("report", "findings").order_by("-in_force_from", "-pk")
    by_partition: dict[str, list[PlanVersion]] = {}
    for version in versions[:MAX_VERSIONS]:
        if covers(version, visitor.portal):
            by_partition.setdefault(version.partition, []).append(version)
    online = {each.idurba: each for each in DocUrba.objects.prefetch_related("communes")}
    documents = []
    for partition, own in by_partition.items():
        current = next((each for each in own if each.state == PlanState.ONLINE), None)
        documents.append(PlanDocument(partition, online.pop(current.idurba, None) if current else None, own))
    loaded = {version.idurba for own in by_partition.values() for version in own}
    documents += [
        PlanDocument("", each, ())
        for each in online.values()
        if each.idurba not in loaded
        and (not visitor.portal or any(row.insee_id == visitor.portal for row in each.communes.all()))
    ]
    return documents


def pieces_of(version: PlanVersion) -> list[WrittenPiece]:
    """Return the written pieces of a version and its metadata, by path."""
    return list(version.pieces.order_by("path"))
