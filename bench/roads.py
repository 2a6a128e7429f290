"""The same addresses by the short road (ADR 0059) and by the long one, two servers in turn, eight clients each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.client import requests_per_second
from bench.figures import Figure
from bench.server import Server, serving

_CONNECTIONS, _SECONDS, _TURNS = 8, 1.5, 5
_READS = {"Accept_Encoding": "gzip"}


@dataclass(slots=True)
class _Measured:
    """A server, its rates, and what an answer took of the processor of its processes, by turn."""

    server: Server
    rates: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)

    def measure(self, paths: Sequence[str], *, seconds: float = _SECONDS) -> None:
        """Measure a turn."""
        before = self.server.processor_ms()
        rate = requests_per_second(
            self.server.port, paths, connections=_CONNECTIONS, seconds=seconds, **_READS
        )
        self.rates.append(rate)
        self.processor_ms.append((self.server.processor_ms() - before) / (rate * seconds))


def roads_compared(name: str, paths: Sequence[str], *, least: float, times_less: float) -> list[Figure]:
    """Measure open addresses: their rate, and how much less of the processor they take than by the long road."""
    with serving() as first, serving(short_road="off") as second:
        short, long = _Measured(first), _Measured(second)
        for each in (short, long):
            requests_per_second(each.server.port, paths, connections=_CONNECTIONS, seconds=1, **_READS)
        for _turn in range(_TURNS):
            short.measure(paths)
            long.measure(paths)
        probe = median(
            requests_per_second(first.port, ["/healthz"], connections=_CONNECTIONS, seconds=1)
            for _time in range(3)
        )
    rate, ours, theirs = max(short.rates), median(short.processor_ms), median(long.processor_ms)
    compared = f"{rate:.0f} /s (long road {max(long.rates):.0f}, `/healthz` {probe:.0f})"
    less = f"{theirs / ours:.1f} × less ({ours:.2f} ms, long road {theirs:.2f})"
    return [
        Figure(f"{name}, eight clients, two workers", f"≥ {least:,.0f} /s", compared, rate >= least),
        Figure(
            f"{name}, processor of the server", f"≥ {times_less:g} × less", less, theirs / ours >= times_less
        ),
    ]
