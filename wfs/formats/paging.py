"""Pages by STARTINDEX that stay consistent while rows are written: each continues where the previous one ended.

``STARTINDEX`` is a number of rows, and a row deleted meanwhile would shift all later pages. The end of a page is
cached as a cursor of the kernel, by client, query and start; ``next`` links hold it too. Without either, the previous
row is found once by its rank, and the page continues after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.core.cache import cache

from layers.queries import Selection
from wfs.requests import GetFeature

# How long a client may take from one page to the next.
_REMEMBERED_S = 600


@dataclass(frozen=True, slots=True)
class Portion:
    """What an answer takes of one selection: ``expected`` rows, of the ``matched`` ones, from where it stands."""

    index: int
    selection: Selection
    matched: int
    expected: int


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages of a request: ``endpoint`` is that of the service, ``address`` writes that of a page."""

    endpoint: str
    address: Callable[[int, str], str]

    def first(self, request: GetFeature, *, matched: int) -> dict[str, str]:
        """Return the address of the first page behind a number of features, as the next one (OGC 09-025r2, 7.7.4.2)."""
        is_there = request.limit > 0 and request.start_index < matched
        address = self.address(request.start_index, request.anchor) if is_there else ""
        return {"next": address} if address else {}

    def around(self, request: GetFeature, *, matched: int, returned: int, after: str) -> dict[str, str]:
        """Return the addresses of the next and the previous page, where there are; ``after`` is where this one ends."""
        addresses = {}
        following = request.start_index + returned
        if returned and (after or following < matched):
            addresses["next"] = self.address(following, after)
        if request.start_index and request.count:
            addresses["previous"] = self.address(max(0, request.start_index - request.count), "")
        return {rel: address for rel, address in addresses.items() if address}


def portions(selections: Sequence[Selection], request: GetFeature, paging: Paging) -> list[Portion]:
    """Return what a page takes of each selection: the limit and the start are those of all of them together.

    Run it inside ``time_limit``: the counts and the rows then agree.
    """
    pages, skipped, left = list[Portion](), request.start_index, request.limit
    for index, selection in enumerate(selections):
        matched = selection.count()
        anchor = request.anchor if len(selections) == 1 else ""
        is_here = skipped == 0 or skipped < matched or bool(anchor)
        expected = max(0, min(left, matched - skipped)) if is_here else 0
        most = left if len(selections) == 1 and left else expected
        limited = replace(selection, query=replace(selection.query, limit=most))
        if most:
            limited = _placed(limited, skipped, anchor)
        pages.append(Portion(index, limited, matched, most))
        skipped, left = max(0, skipped - matched), left - expected
    return pages


def remember_page(selection: Selection, start: int, cursor: str) -> None:
    """Cache the end of a page, for the page that starts at a row."""
    if cursor:
        cache.set(_key(selection, start), cursor, _REMEMBERED_S)


def _placed(selection: Selection, start: int, anchor: str) -> Selection:
    """Return a selection whose page begins after so many rows."""
    if start == 0 and not anchor:
        return selection
    cursor = anchor or cache.get(_key(selection, start)) or _by_rank(selection, start)
    return replace(selection, query=replace(selection.query, cursor=cursor)) if cursor else selection


def _by_rank(selection: Selection, start: int) -> str:
    """Return the cursor after the row of a rank, the last one when there are fewer; empty where there is no row."""
    order = selection.order
    rows = selection.queryset.order_by(*order.expressions()).values_list(*order.sources)
    row = rows[start - 1 : start].first() if start else None
    if row is None:
        row = selection.queryset.order_by(*order.reversed()).values_list(*order.sources).first()
    return order.cursor(row) if row is not None else ""


def _key(selection: Selection, start: int) -> str:
    scope = selection.scope
    parts = (
        scope.visitor.client_key,
        scope.key,
        selection.query.identity.hex(),
        str(selection.order),
        str(start),
    )
    return f"wfs-page:{hashlib.sha256(repr(parts).encode()).hexdigest()}"
