"""The attacks, by name: another one is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable

from bench.attacks import credentials, files, front, heavy_questions, long_requests, papers, silent_bodies
from bench.attacks.definitions import Attack
from bench.attacks.sessions import administrator_session
from bench.figures import Figure

# Half-sent heads and bodies are cut, with a status or without; a connection that waits for its first byte may be held.
_CUT = frozenset({"400", "408", "closed", "held"})

# Refused before it is read; too many of an address, or a server that has no room for another body.
_REFUSED = frozenset({"400", "413", "429", "503"})

# Those that light readers endure.
ATTACKS = (
    Attack(
        name="heavy-questions",
        sentence="40 clients join large layers by space",
        run=heavy_questions.attack,
        # Answered, sent to the page of an order, refused as too vast, too many or busy; left by who hung up.
        allowed=frozenset({"200", "303", "400", "429", "503", "hung up"}),
    ),
    Attack(
        name="papers",
        sentence="24 clients print dashboards",
        run=papers.attack,
        allowed=frozenset({"200", "303", "429", "503", "hung up"}),
    ),
    Attack("slow-heads", "500 clients never end the head of a request", front.slow_heads, _CUT),
    Attack(
        "slow-bodies",
        "500 clients never end the body of a request",
        front.slow_bodies,
        _CUT | {"401", "404", "429"},
    ),
    Attack(
        "silent-bodies",
        "192 clients of 17 networks announce bodies near the largest, and stop",
        silent_bodies.silent_bodies,
        # A file of nobody is led to the sign-in; a network has its share, a process its room.
        _CUT | {"302", "429", "503"},
    ),
    Attack("idle-connections", "1,000 clients say nothing", front.idle_connections, _CUT),
    Attack(
        "slow-readers",
        "8 clients take a large answer byte by byte",
        front.slow_readers,
        _CUT | {"200", "429", "503"},
    ),
    Attack(
        "large-heads",
        "lines of 29 MB, 10,000 headers, headers of 1 MB, no HTTP at all",
        front.large_heads,
        frozenset({"400", "414", "431", "closed"}),
    ),
    Attack("wfs-queries", "8 clients send 5,000 queries in one body", long_requests.many_queries, _REFUSED),
    Attack("wfs-bodies", "40 clients send 16 kB of queries", long_requests.many_bodies, _REFUSED),
    Attack("wfs-lists", "8 clients send a form that names 5,000 types", long_requests.long_lists, _REFUSED),
    Attack("wfs-elements", "8 clients send 400,000 elements", long_requests.many_elements, _REFUSED),
    Attack(
        "wfs-namespaces",
        "8 clients send 20,000 elements in a namespace of 1 MB",
        long_requests.long_namespaces,
        _REFUSED,
    ),
    Attack(
        "wfs-most-queries",
        "8 clients send as many queries as are served",
        long_requests.most_queries,
        frozenset({"200", "429", "503"}),
    ),
)
# Those that measure by themselves what their neighbours meet.
MEASURED: dict[str, Callable[[int], list[Figure]]] = {
    "wrong-pairs": credentials.wrong_pairs,
    "many-exports": credentials.many_exports,
    "hostile-files": lambda port: files.hostile_uploads(port, session=administrator_session()),
}
