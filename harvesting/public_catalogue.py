"""What the catalogue of everybody depends on: the key of all that is made of public records.

One statement reads the numbers of what was written; nothing is ever invalidated. A withdrawal, a change of rights or of
metadata, a write to the data of a public layer or a new day changes the key (``layers.sql.catalogue.page_versions``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone, translation

from layers import access, registry
from layers.cache import BoundedCache
from layers.sql.catalogue import page_versions
from layers.visitor import Visitor
from metadata.records import Record, public_records


@dataclass(frozen=True, slots=True)
class PublicCatalogue:
    """The public records of a portal at an instant; two with the same ``digest`` hold the same.

    ``portal`` is the INSEE code of a commune, empty for the whole territory.
    """

    portal: str
    digest: str
    instant: dt.datetime = field(compare=False)

    def records(self) -> tuple[Record, ...]:
        """Return the records by slug, in the language of the portal, read once for each digest."""
        return _records.recall(self.digest, self._read)

    def _read(self) -> tuple[Record, ...]:
        with translation.override(settings.LANGUAGE_CODE):
            return tuple(public_records(instant=self.instant, portal=self.portal))


def public_catalogue(visitor: Visitor) -> PublicCatalogue:
    """Return the catalogue of everybody on the portal of a visitor, whoever they are. No record is read."""
    public = Visitor(instant=visitor.instant, portal=visitor.portal)
    versions = page_versions(access.reader_families(public))
    day = timezone.localdate(public.instant).isoformat()
    rights = (versions.counters({"catalogue"}), access.grants_version(public, versions), day, public.portal)
    revisions = tuple((each.slug, each.revision) for each in registry.definitions())
    tables = _tables.recall((rights, revisions), lambda: _public_tables(public))
    numbers = tuple((name, versions.tables.get(name, 0)) for name in sorted(tables))
    digest = hashlib.sha256(repr((rights, revisions, numbers)).encode()).hexdigest()
    return PublicCatalogue(public.portal, digest, public.instant)


def _public_tables(visitor: Visitor) -> frozenset[str]:
    """Return the tables that the records of a visitor of the public are computed from."""
    scopes = (scope for scope in access.visible(visitor) if scope.is_public)
    return frozenset(registry.SHARED_TABLES).union(*(scope.tables for scope in scopes))


_records: BoundedCache[tuple[Record, ...]] = BoundedCache(16, is_counted=False)
_tables: BoundedCache[frozenset[str]] = BoundedCache(64, is_counted=False)
