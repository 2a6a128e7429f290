"""The attacks, by name: another one is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable

from bench.attacks import credentials, files, front, heavy_questions
from bench.attacks.definitions import Attack
from bench.attacks.sessions import administrator_session
from bench.measures import Figure

# Half-sent heads and bodies are cut, with a status or without; a connection that waits for its first byte may be held.
_CUT = frozenset({"400", "408", "closed", "held"})

# Those that light readers endure.
ATTACKS = (
    Attack(
        name="heavy-questions",
        sentence="40 clients join large layers by space",
        run=heavy_questions.attack,
        # Answered, sent to the page of an order, refused as too vast, too many or busy; left by who hung up.
        allowed=frozenset({"200", "303", "400", "429", "503", "hung up"}),
    ),
    Attack("slow-heads", "500 clients never end the head of a request", front.slow_heads, _CUT),
    Attack(
        "slow-bodies", "500 clients never end the body of a request", front.slow_bodies, _CUT | {"401", "404"}
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
)
# Those that measure by themselves what their neighbours meet.
MEASURED: dict[str, Callable[[int], list[Figure]]] = {
    "wrong-pairs": credentials.wrong_pairs,
    "many-exports": credentials.many_exports,
    "hostile-files": lambda port: files.hostile_uploads(port, session=administrator_session()),
}
