"""Steps that do not wait for each other run side by side; the first that fails stops the rest."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.steps import PROGRAMS, SCREEN

# Seconds of each step of a first start on two cores, where this machine has not made any yet.
DEFAULT_SECONDS = {
    "Debian packages": 15.0,
    "Python environment": 12.0,
    "Browser libraries and tools": 9.0,
    "Database server": 6.0,
    "Translations": 1.0,
    "Database tables": 24.0,
    "Catalogue of layers": 2.0,
    "Demonstration data": 16.0,
    "Static files": 12.0,
    "Web server": 6.0,
    "Worker": 0.1,
}
AFTER = {
    "Browser libraries and tools": ("Debian packages",),
    "Database server": ("Debian packages",),
    "Database tables": ("Python environment", "Database server", "Browser libraries and tools"),
    "Catalogue of layers": ("Database tables",),
    "Demonstration data": ("Catalogue of layers",),
    "Static files": ("Python environment", "Browser libraries and tools"),
    "Web server": ("Demonstration data", "Static files"),
    "Worker": ("Web server",),
}
SECONDS_FILE = "step-seconds.json"


@dataclass(frozen=True)
class Job:
    """A step of a schedule, and the titles of those it waits for."""

    title: str
    action: Callable[[], object]
    after: tuple[str, ...] = ()


def run_side_by_side(jobs: Sequence[Job]) -> None:
    """Run jobs, each in a thread as soon as those it waits for are done.

    Raises:
        StepFailed: the first failure; the programs of the others are ended, and nothing more is begun.
    """
    ends = {job.title: threading.Event() for job in jobs}
    failures: list[Exception] = []
    threads = [threading.Thread(target=_work, args=(job, ends, failures)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:  # Ctrl-C, or a request to end
        PROGRAMS.end()
        for thread in threads:
            thread.join()
        raise
    finally:
        PROGRAMS.allow()
    if failures:
        raise failures[0]


def _work(job: Job, ends: Mapping[str, threading.Event], failures: list[Exception]) -> None:
    for title in job.after:
        ends[title].wait()
    try:
        if not PROGRAMS.is_ending:
            job.action()
    except Exception as failure:
        failures.append(failure)
        PROGRAMS.end()
    finally:
        ends[job.title].set()


class Forecast:
    """How long the steps that are expected still take: the longest way through those that wait for each other."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        """Expect what each step took last time, or usually takes."""
        self._seconds = {**DEFAULT_SECONDS, **seconds}

    def remaining(self, elapsed: Mapping[str, float], done: Mapping[str, float]) -> float:
        """Return the seconds left, given those of the steps under way and of those that ended."""
        totals: dict[str, float] = {}
        for title, after in [*((title, ()) for title in self._seconds if title not in AFTER), *AFTER.items()]:
            own = 0.0 if title in done else self._seconds.get(title, 0.0) - elapsed.get(title, 0.0)
            totals[title] = max(own, 0.0) + max((totals.get(name, 0.0) for name in after), default=0.0)
        return max(totals.values(), default=0.0)


def last_seconds(data: Path) -> dict[str, float]:
    """What the steps took when each last had something to do on this machine."""
    try:
        seconds = json.loads((data / SECONDS_FILE).read_text())
        return {str(title): float(value) for title, value in seconds.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def remember_seconds(data: Path) -> None:
    """Note what the steps took, for the forecast of the next time."""
    seconds = {title: round(value, 1) for title, value in SCREEN.seconds.items()}
    (data / SECONDS_FILE).write_text(json.dumps({**last_seconds(data), **seconds}) + "\n")
