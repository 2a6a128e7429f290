"""``./portal bench kill [deed…]``: each deed interrupted at ten random instants; exit code 1 when something is lost."""

from __future__ import annotations

import random
import sys

from bench.kills.deeds import DEEDS, SMALL, begin_import, matched
from bench.kills.site import PATIENCE_SECONDS, KilledSite, killed_site

TIMES = 10


def main() -> int:
    """Kill, look, tell; the seed is printed so that a run can be repeated."""
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)  # noqa: S311  (instants)
    print(f"Seed {seed}. Bringing up a site to kill…", flush=True)
    faults: list[str] = []
    with killed_site() as site:
        begin_import(site, SMALL).communicate(timeout=180)
        if matched(site) != SMALL:
            raise SystemExit("bench: the first delivery is not online")
        for name in sys.argv[2:] or DEEDS:
            faults += _times(site, name, chance)
    print("\n".join(faults) or "Nothing lost, nothing half, everything back by itself.")
    return int(bool(faults))


def _times(site: KilledSite, name: str, chance: random.Random) -> list[str]:
    verdicts = [DEEDS[name](site, chance) for _ in range(TIMES)]
    slowest = max(verdict.seconds for verdict in verdicts)
    faults = [f"{name}: {fault}" for verdict in verdicts for fault in verdict.faults]
    mark = "NOT MET" if faults else "ok"
    print(
        f"{name:<12} {TIMES} times, back after {slowest:4.1f} s at most (bound {PATIENCE_SECONDS:.0f})  {mark}",
        flush=True,
    )
    return faults
