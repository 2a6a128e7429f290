"""``./portal bench kill [SCENARIO …]``: each scenario interrupted at ten random instants, and what is lost by it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.figures import Figure
from bench.kills.deeds import DEEDS, SMALL, begin_import, matched
from bench.kills.site import PATIENCE_SECONDS, KilledSite, killed_site

TIMES = 10


def prepare(*names: str) -> None:
    """Refuse scenarios that there are not."""
    if unknown := sorted(set(names) - set(DEEDS)):
        raise SystemExit(f"bench kill: no scenario is called {unknown[0]!r}; there are {', '.join(DEEDS)}")


def measures(*names: str) -> Iterator[Figure]:
    """Kill and look; the seed is printed so that a run can be repeated."""
    seed = random.SystemRandom().randrange(10**6)
    rng = random.Random(seed)  # noqa: S311  (instants)
    print(f"Seed {seed}. Bringing up a site to kill…", flush=True)
    with killed_site() as site:
        begin_import(site, SMALL).communicate(timeout=180)
        if matched(site) != SMALL:
            raise SystemExit("bench: the first delivery is not online")
        for name in names or DEEDS:
            yield _figure(site, name, rng)


def _figure(site: KilledSite, name: str, rng: random.Random) -> Figure:
    verdicts = [DEEDS[name](site, rng) for _ in range(TIMES)]
    slowest = max(verdict.seconds for verdict in verdicts)
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    return Figure(
        f"{name}, killed {TIMES} times",
        f"nothing lost, back within {PATIENCE_SECONDS:.0f} s",
        "; ".join([f"back after {slowest:.1f} s at most", *faults]),
        not faults,
    )
