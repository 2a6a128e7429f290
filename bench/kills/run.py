"""``./portal bench kill [SCENARIO …]``: each scenario is cut at ten random instants, and nothing may be lost."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bench.figures import Figure, by_length
from bench.kills.site import PATIENCE_SECONDS, KilledSite, kill, killed_site, wait_until
from layers.models.features import events_of
from layers.registry import definition

DATASET = "points-de-mesure"
SMALL, LARGE = 20_000, 60_000
_WORKERS = 2
# The process that starts the others, its fork server, the resource tracker of ``multiprocessing``.
_HELPERS = 3
_LINES = "plui-prescriptions-lin"
_TILE = "/tiles/arbres-remarquables,bornes-de-recharge/12/2073/1409.mvt"


@dataclass(slots=True)
class Verdict:
    """What an interruption gave: seconds until everything answered again, and every fault in words."""

    seconds: float
    faults: list[str] = field(default_factory=list)


def back(site: KilledSite) -> float:
    """Return the seconds until the web server is whole, and pages, data and the worker answer again.

    Processes whose parent was killed go on answering for some seconds: they are not those that stay.
    """
    paths = ("/healthz", "/readyz", "/")
    return wait_until(
        lambda: len(site.web()) >= _WORKERS + _HELPERS and all(site.get(path).status == 200 for path in paths)
    )


def verdict(site: KilledSite, *faults: str) -> Verdict:
    """Wait for the site and gather what is wrong."""
    seconds = back(site)
    errors = [fault for fault in faults if fault]
    if seconds > PATIENCE_SECONDS:
        errors.append(f"back after {seconds:.0f} s")
    return Verdict(seconds, errors)


def web(site: KilledSite, chance: random.Random) -> Verdict:
    """Kill a process of the web server."""
    kill(chance.choice(site.web()))
    return verdict(site)


def worker(site: KilledSite, _chance: random.Random) -> Verdict:
    """Kill a process of the worker."""
    before = set(site.workers())
    for pid in before:
        kill(pid)
    seconds = wait_until(lambda: bool(set(site.workers()) - before))
    result = verdict(site, "" if seconds <= PATIENCE_SECONDS else "no new worker")
    result.seconds += seconds
    return result


def database(site: KilledSite, _chance: random.Random) -> Verdict:
    """Kill the process that holds the database."""
    kill(site.postmaster())
    return verdict(site)


def importing(site: KilledSite, chance: random.Random) -> Verdict:
    """Kill a delivery while it is read, loaded or published, then give the same file again."""
    before = matched(site)
    rows = LARGE if before == SMALL else SMALL
    command = begin_import(site, rows)
    with suppress(subprocess.TimeoutExpired):
        command.wait(chance.uniform(1.0, 10.0))
    with suppress(ProcessLookupError):
        os.killpg(command.pid, signal.SIGKILL)
    command.communicate()
    after = matched(site)
    output = begin_import(site, rows).communicate(timeout=180)[0]
    again = matched(site)
    return verdict(
        site,
        "" if after in {before, rows} else f"{after} rows online, neither {before} nor {rows}",
        "" if again == rows else f"the same file again gave {again} rows instead of {rows}: {output[-300:]}",
    )


def export(site: KilledSite, chance: random.Random) -> Verdict:
    """Kill the worker while it writes a workbook; another one finishes it."""
    condition = quote(f"numero<>'{-chance.randrange(1, 10**9)}'")
    answer = site.send("GET", f"/export/{DATASET}.xlsx?preparer=1&filter={condition}", accept="text/html")
    if not (order := answer.location):
        raise SystemExit(f"bench: an export was not ordered but answered {answer.status}")
    time.sleep(chance.uniform(0.2, 5.0))
    for pid in site.workers():
        kill(pid)
    result = verdict(site)
    wait_until(lambda: site.get(f"{order}fichier").status == 200, seconds=180)
    rows, expected = _lines_of_workbook(site.get(f"{order}fichier").body), matched(site) + 1
    if rows != expected:
        result.faults.append(f"a file of {rows} lines instead of {expected}")
    return result


def tile(site: KilledSite, chance: random.Random) -> Verdict:
    """Kill a process of the web server while tiles are asked: an answer is whole or there is none."""
    expected, answers = site.get(_TILE).body, set[bytes]()
    if not expected:
        raise SystemExit(f"bench: {_TILE} is empty: nothing could be half")

    def ask() -> None:
        answer = site.get(_TILE)
        if answer.status == 200:
            answers.add(answer.body)

    with _repeating(ask):
        time.sleep(chance.uniform(0.1, 0.6))
        kill(chance.choice(site.web()))
        result = verdict(site)
    if answers - {expected}:
        result.faults.append(f"{len(answers - {expected})} other tiles than the whole one")
    return result


def write(site: KilledSite, chance: random.Random) -> Verdict:
    """Kill the web server or the database while features are made: what was acknowledged is there, whole."""
    model = json.loads(site.send("GET", f"/api/collections/{_LINES}/items?limit=1").body)["features"][0]
    mark = f"essai {chance.randrange(10**9)}"
    feature = {
        "type": "Feature",
        "geometry": model["geometry"],
        "properties": {**model["properties"], "libelle": mark},
    }
    acknowledged: list[str] = []

    def create() -> None:
        answer = site.send("POST", f"/api/collections/{_LINES}/items", feature)
        if answer.status == 201:
            acknowledged.append(answer.location)

    with _repeating(create):
        time.sleep(chance.uniform(0.3, 1.5))
        kill(chance.choice([*site.web(), site.postmaster()]))
        result = verdict(site)
    rows, events = site.value(f"written({_LINES!r}, {mark!r})")
    if rows < len(acknowledged):
        result.faults.append(f"{len(acknowledged)} acknowledged, {rows} there")
    if rows != events:
        result.faults.append(f"{rows} features, {events} entries of history")
    return result


SCENARIOS: dict[str, Callable[[KilledSite, random.Random], Verdict]] = {
    "web server": web,
    "worker": worker,
    "database": database,
    "import": importing,
    "export": export,
    "tile": tile,
    "write": write,
}


def begin_import(site: KilledSite, rows: int) -> subprocess.Popen[str]:
    """Start the delivery of a file of so many rows, published when it is whole."""
    path = site.data / f"{DATASET}-{rows}.csv"
    if not path.exists():
        lines = (
            f"{n};Mesure {n};{2.2 + n % 1000 / 1e5:.5f};{48.82 + n // 1000 / 1e4:.5f}" for n in range(rows)
        )
        path.write_text("\n".join(["numero;nom;longitude;latitude", *lines, ""]), encoding="utf-8")
        path.chmod(0o644)
    return site.manage(
        "import_dataset", str(path), "--slug", DATASET, "--visibility", "open", "--publish", "--key", "numero"
    )


def matched(site: KilledSite) -> int:
    """Return how many rows of the dataset are online; 0 when it is not there."""
    answer = site.get(f"/api/collections/{DATASET}/items?limit=1")
    return int(json.loads(answer.body)["numberMatched"]) if answer.status == 200 else 0


def _lines_of_workbook(body: bytes) -> int:
    """Return the rows of the first sheet, its heading included; 0 when the file is not whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            if file.testzip() is not None:
                return 0
            return file.read("xl/worksheets/sheet1.xml").count(b"<row ")
    except (zipfile.BadZipFile, KeyError):
        return 0


@contextmanager
def _repeating(deed: Callable[[], None]) -> Iterator[None]:
    """Do something again and again in four threads for the time of the block."""
    is_over = threading.Event()

    def repeat() -> None:
        while not is_over.is_set():
            deed()

    threads = [threading.Thread(target=repeat) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def written(layer: str, label: str) -> tuple[int, int]:
    """Return how many features have this label, and how many entries of history say that they were made."""
    model = definition(layer).model
    features = model._default_manager.filter(libelle=label)
    events = events_of(model)
    if events is None:
        raise LookupError(f"{layer} keeps no history")
    made: dict[str, Any] = {"pgh_obj__in": features, "pgh_label": "insert"}
    return features.count(), events._default_manager.filter(**made).count()


TIMES, _BRIEF_TIMES = 10, 1


def prepare(*names: str) -> None:
    """Refuse scenarios that there are not."""
    if unknown := sorted(set(names) - set(SCENARIOS)):
        raise SystemExit(
            f"bench kill: no scenario is called {unknown[0]!r}; there are {', '.join(SCENARIOS)}"
        )


def measures(*names: str) -> Iterator[Figure]:
    """Kill and look; the seed is printed so that a run can be repeated."""
    seed = random.SystemRandom().randrange(10**6)
    rng = random.Random(seed)  # noqa: S311  (instants)
    print(f"Seed {seed}. Bringing up a site to kill…", flush=True)
    with killed_site() as site:
        begin_import(site, SMALL).communicate(timeout=180)
        if matched(site) != SMALL:
            raise SystemExit("bench: the first delivery is not online")
        for name in names or SCENARIOS:
            yield _figure(site, name, rng)


def _figure(site: KilledSite, name: str, rng: random.Random) -> Figure:
    verdicts = [SCENARIOS[name](site, rng) for _ in range(by_length(TIMES, _BRIEF_TIMES))]
    slowest = max(verdict.seconds for verdict in verdicts)
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    return Figure(
        f"{name}, killed {len(verdicts)} ×",
        f"nothing lost, back within {PATIENCE_SECONDS:.0f} s",
        "; ".join([f"back after {slowest:.1f} s at most", *faults]),
        not faults,
    )
