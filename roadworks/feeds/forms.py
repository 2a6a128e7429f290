"""A feed as a head, an item for each site and a tail: of a feed that changed, only the items of changed sites are made.

Items are stored by blocks of sites, compressed, under the versions of these.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from interface.http.compression import compress, decompress
from layers.cache import BoundedCache
from roadworks.feeds.sites import Site
from roadworks.periods import PARIS

# Sites whose keys differ by less are in one block.
BLOCK = 64


@dataclass(frozen=True, slots=True)
class FeedForm:
    """What a feed is written of. ``identity`` is all that ``item`` depends on beside the site.

    ``item`` returns an empty text for a site that the feed has nothing to say of; others are joined by ``separator``.
    """

    identity: tuple[object, ...]
    head: str
    item: Callable[[Site], str]
    tail: str
    separator: str = ""

    def write(self, sites: Iterable[Site]) -> bytes:
        """Return the feed of sites in UTF-8; they are in the order of their keys."""
        blocks = (self._block(tuple(block)) for _key, block in groupby(sites, lambda site: site.pk // BLOCK))
        items = self.separator.encode().join(block for block in blocks if block)
        return self.head.encode() + items + self.tail.encode()

    def _block(self, sites: tuple[Site, ...]) -> bytes:
        if any(site.stamp is None for site in sites):
            return self._items(sites)
        key = (self.identity, tuple((site.pk, site.stamp) for site in sites))
        return decompress(_blocks.recall(key, lambda: compress(self._items(sites))))

    def _items(self, sites: Iterable[Site]) -> bytes:
        return self.separator.join(item for site in sites if (item := self.item(site))).encode()


def compact_json(value: object) -> str:
    """Return a value as JSON without blanks; instants have the offset of Paris."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(PARIS).isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


_blocks: BoundedCache[bytes] = BoundedCache(
    20_000, weigh=lambda block: len(block) + 8 * 1024, most=64 * 1024 * 1024
)
