"""The sites that everybody sees on a portal at an instant, and the key of all that feeds make of them.

Nothing is ever invalidated: a write to a site, a phase, an effect or a section, a change of rights, a new day, or a
site that has ended for an hour changes the key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field

from django.utils import timezone

from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from layers.errors import UnknownLayer
from layers.sql.catalogue import page_versions
from layers.visitor import Visitor
from roadworks.catalogue import SLUG
from roadworks.feeds.sites import Site, sites
from roadworks.feeds.withdrawals import withdrawn_sites
from roadworks.models import RoadWorks, SiteSection
from roadworks.periods import PARIS, instant


@dataclass(frozen=True)
class PublicWorks:
    """Two with the same ``digest`` have the same sites until one of these has ended for an hour."""

    digest: str
    instant: dt.datetime = field(compare=False)
    scope: Scope = field(compare=False)

    @property
    def day(self) -> dt.date:
        """The day in Paris."""
        return self.instant.astimezone(PARIS).date()

    @property
    def snapshot(self) -> Snapshot:
        """The sites of the digest, read once."""
        return _snapshots.recall(self.digest, self._read)

    def _read(self) -> Snapshot:
        read = [*sites(self.scope, self.day), *withdrawn_sites(self.scope, self.instant)]
        return _snapshot(tuple(sorted(read, key=lambda site: site.pk)))

    @property
    def key(self) -> str:
        """What the sites of the instant are identified by."""
        return f"{self.digest}-{bisect_right(self.snapshot.ends, self.instant)}"

    def sites(self) -> tuple[Site, ...]:
        """Return the sites of the instant, by their key."""
        return tuple(site for site in self.snapshot.sites if site.gone_at > self.instant)

    def site(self, pk: int) -> Site | None:
        """Return one of them, None when no feed has it."""
        return next((site for site in self.sites() if site.pk == pk), None)

    @property
    def changed_at(self) -> dt.datetime:
        """The instant of the last change of what feeds say; the beginning of the day when they are empty."""
        ends = self.snapshot.ends
        gone = ends[: bisect_right(ends, self.instant)][-1:]
        return max(
            [site.changed_at for site in self.sites()] + list(gone), default=instant(self.day, dt.time())
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Sites, and the instants in order at which they leave the feeds."""

    sites: tuple[Site, ...]
    ends: tuple[dt.datetime, ...]


def public_works(visitor: Visitor) -> PublicWorks:
    """Return the works of everybody on the portal of a visitor, whoever they are. No site is read.

    Raises:
        UnknownLayer: the layer of road works is not open, or another layer has its name.
    """
    public = Visitor(instant=visitor.instant, portal=visitor.portal)
    sections = page_versions(access.reader_families(public)).tables.get(SiteSection._meta.db_table, 0)
    scope = access.scopes_by_slug(public, [SLUG]).get(SLUG)
    if scope is None or scope.definition.model is not RoadWorks:
        raise UnknownLayer(SLUG)
    day = timezone.localdate(public.instant, PARIS)
    parts = (scope.key, scope.version, scope.layer.updated_at, sections, public.portal, day)
    return PublicWorks(hashlib.sha256(repr(parts).encode()).hexdigest(), public.instant, scope)


def _snapshot(read: tuple[Site, ...]) -> Snapshot:
    return Snapshot(read, tuple(sorted(site.gone_at for site in read)))


# As many sites as the catalogue has, for the whole territory and the portals that are read most.
_snapshots: BoundedCache[Snapshot] = BoundedCache(4, is_counted=False)
