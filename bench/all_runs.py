"""``./portal bench all``: every run in a process of its own, one after the other, with the time of each."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from bench.runs import ALL, DEFAULT, parts_of


def run_all(only: Sequence[str] = (), start: Callable[[Sequence[str]], int] | None = None) -> int:
    """Run all, or those of ``only``; a failure stops none. Return 1 when one failed or missed a bound, else 0."""
    start = start or _started
    codes, seconds = {}, {}
    for name in parts_of(ALL):
        if only and name not in only:
            continue
        print(f"\n── {name} ──", flush=True)
        before = time.monotonic()
        codes[name] = start([] if name == DEFAULT else [name])
        seconds[name] = time.monotonic() - before
    width = max(map(len, codes))
    print(f"\n{'Run':<{width}}  Minutes", flush=True)
    for name, code in codes.items():
        print(f"{name:<{width}}  {seconds[name] / 60:7.1f}{'' if code == 0 else '  NOT MET'}")
    print(f"{'all':<{width}}  {sum(seconds.values()) / 60:7.1f}", flush=True)
    return int(any(codes.values()))


def _started(words: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "bench", *words], check=False).returncode  # noqa: S603
