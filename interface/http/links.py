"""Links between resources (RFC 8288): every document says where it is and what is around it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from interface.http.media_types import GEOJSON_SEQ, HTML, JSON, SHORT_NAMES

Link = dict[str, Any]
# Bytes of a Link header: what is over is left out, since the address of a question may be 256 Kio long and each link
# repeats it. Proxies keep 4 to 16 Kio for all the headers of an answer, Node.js 16, Python 64 for one line. The next
# page is told in up to twice as much.
MAX_HEADER = 4_096
MAX_NEXT = 8_192
_NAMES = {media_type: name for name, media_type in SHORT_NAMES.items()}


@dataclass(frozen=True)
class RequestAddress:
    """An absolute address without its query, and the query it was asked with."""

    base: str
    query: Mapping[str, Sequence[str]]

    def with_query(self, **changes: str) -> str:
        """Return the address with every parameter it was asked with, but for those changed or, when empty, removed."""
        requested = [text for name, text in self._written if name not in changes]
        requested += [urlencode({name: value}) for name, value in changes.items() if value]
        return f"{self.base}?{'&'.join(requested)}" if requested else self.base

    @cached_property
    def _written(self) -> list[tuple[str, str]]:
        """Each parameter with its value as an address writes them: once for all the links of a document."""
        return [(name, urlencode({name: value})) for name, values in self.query.items() for value in values]


def link(rel: str, href: str, media_type: str, title: str = "") -> Link:
    """Return one link object."""
    return {"rel": rel, "href": href, "type": media_type} | ({"title": str(title)} if title else {})


def representations(
    address: RequestAddress, media_type: str, offered: Iterable[str] = (JSON, HTML)
) -> list[Link]:
    """Return ``self`` of a document in ``media_type`` and an ``alternate`` for each other form of it."""
    return [
        link("self", address.with_query(), media_type),
        *(
            link("alternate", address.with_query(f=_NAMES[other]), other)
            for other in offered
            if other != media_type
        ),
    ]


def with_carried(document: Any, carried: Mapping[str, str], *, origin: str) -> Any:
    """Return the document with parameters of its request on each ``href`` of this portal (``Visitor.carried``).

    They are the token of a client that sends it no other way, and the day of plans. Links to other places (licences,
    schemas) do not get them.
    """
    if isinstance(document, dict):
        return {
            name: _with_carried(part, carried, origin)
            if name == "href" and isinstance(part, str)  # a schema may describe a property of this name
            else with_carried(part, carried, origin=origin)
            for name, part in document.items()
        }
    if isinstance(document, list):
        return [with_carried(part, carried, origin=origin) for part in document]
    return document


def _with_carried(href: str, carried: Mapping[str, str], origin: str) -> str:
    if not href.startswith(origin):
        return href
    address, mark, fragment = href.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(carried)}{mark}{fragment}"


def header(links: Sequence[Link]) -> str:
    """Return the links as the value of a ``Link`` header: all of them in ``MAX_HEADER`` bytes, or those that fit.

    ``next`` goes first, then ``prev``, ``alternate`` last. The document holds every link, but for a sequence of
    features, which has no document around it: its ``next`` is told whatever its length.
    """
    written = [f'<{result["href"]}>; rel="{result["rel"]}"; type="{result["type"]}"' for result in links]
    remaining: set[int] = set()
    size = 0
    for index in sorted(range(len(links)), key=lambda index: _ORDER.get(links[index]["rel"], 2)):
        longer = size + len(written[index]) + len(_BETWEEN)
        if longer <= _room(links[index]):
            remaining.add(index)
            size = longer
    return _BETWEEN.join(text for index, text in enumerate(written) if index in remaining)


_BETWEEN = ", "
_ORDER = {"next": 0, "prev": 1, "alternate": 3}


def _room(next_link: Link) -> float:
    """Return the size that a header may reach with this link."""
    if next_link["rel"] != "next":
        return MAX_HEADER
    return math.inf if next_link["type"] == GEOJSON_SEQ else MAX_NEXT
