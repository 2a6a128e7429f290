"""A row of the list of bounds."""

from __future__ import annotations

from dataclasses import dataclass

from gisportal.server.protocol import ADDRESS_MAX_BYTES
from gisportal.server.request_bodies import SMALL_BODY_BYTES, Sender
from layers.parsing.cql2.bounds import MAX_CHARACTERS
from layers.parsing.cql2.parser import MAX_NODES

KIBIBYTE, MEBIBYTE = 1024, 1024 * 1024
# A body that nobody reads, and that of an address that leads nowhere.
UNREAD_BODY = SMALL_BODY_BYTES


@dataclass(frozen=True, slots=True)
class ConcurrencyLimit:
    """Requests under way in a server process, among its ``PORTAL_THREADS``: of one client, and in total.

    Rows of one ``name`` share them. Nobody waits for one: who waits holds a thread.
    """

    name: str
    per_client: int
    total: int


@dataclass(frozen=True, slots=True)
class RequestBounds:
    """A row. ``routes`` are names (``namespace:name``, ``*`` for any part), or the route where it has no name.

    ``body`` and ``query`` are bytes; ``sender`` says who may send a body that is not small; ``parameters`` are those of
    the address, ``fields`` and ``files`` those of a form.
    A row without fields reads no form here: its parser does. ``seconds`` are those of all its statements, by default
    ``PORTAL_REQUEST_S``; ``reads_full_layer`` tells that a whole layer may be read, which has ``LAYER_TIMEOUTS``.
    ``items`` are the bounds of its parsers, by name. Without ``concurrency``, the threads of the server are the bound.
    """

    name: str
    routes: tuple[str, ...]
    body: int = UNREAD_BODY
    sender: Sender = Sender.ANYBODY
    query: int = 16 * KIBIBYTE
    parameters: int = 50
    fields: int = 0
    files: int = 0
    seconds: int | None = None
    reads_full_layer: bool = False
    concurrency: ConcurrencyLimit | None = None
    items: tuple[tuple[str, int], ...] = ()


def routes(namespace: str, names: str) -> tuple[str, ...]:
    """Return the names of routes of a namespace, from a text of words."""
    return tuple(f"{namespace}:{name}" for name in names.split())


SEARCHES = ConcurrencyLimit("searches", per_client=6, total=6)
PRINTS = ConcurrencyLimit("prints", per_client=3, total=4)
PICTURES = ConcurrencyLimit("pictures", per_client=4, total=5)
CHARTS = ConcurrencyLimit("charts", per_client=4, total=6)
IMPORTS = ConcurrencyLimit("imports", per_client=3, total=4)
EXPORTS = ConcurrencyLimit("exports", per_client=4, total=6)
CATALOGUES = ConcurrencyLimit("catalogues", per_client=3, total=4)

FILTER_ITEMS = (("characters of a filter", MAX_CHARACTERS), ("nodes of a filter", MAX_NODES))
# A filter, a drawn area or the layers of a map make a long address, and no longer one is read at all.
LONG_ADDRESS = ADDRESS_MAX_BYTES
# A form that carries the address of a page, percent-encoded.
ADDRESS_FORM = MEBIBYTE
