"""Exports: against COPY and ``ogr2ogr`` from the same database, and the memory of what writes a million rows.

Each export of a million rows runs in a process of its own, the portal loaded in it as in a worker. Its highest memory
and that of each of its children are read from the kernel, and the highest of all is the figure. ``ogr2ogr`` finds the
database by libpq's environment: no credentials on a command line.
"""

from __future__ import annotations

import math
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import perf_counter, time_ns
from typing import IO

from django.conf import settings

from bench import seed
from bench.client import Connection, timed
from bench.figures import Figure, by_length, in_time, median_ratio, medians
from bench.floors import Psql
from bench.server import ROOT, Server, highest_mb
from export_formats.registry import FORMATS

_REPETITIONS = 5
_ATTRIBUTES = (
    "id, nom, description, categorie, effectif, surface_m2, taux, est_accessible, date_pose, releve_le, "
    "commune_id"
)
# Every attribute and the position, by id: what the export holds.
_COPY_CSV = (
    f"COPY (SELECT {_ATTRIBUTES}, ST_X(geom), ST_Y(geom) FROM bench_point ORDER BY id) "  # noqa: S608 (constants)
    "TO STDOUT WITH (FORMAT csv)"
)
_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf"}
_MEMORY_MB = 220
# Formats that had been slow.
_SECONDS = {"xlsx": 30.0}
# What a brief run writes: a format of each library, which take most; texts are written as the CSV is.
_SOME_FORMATS = ("csv", "xlsx", "gpkg", "parquet")
_PROCESS = """
import sys
import django
django.setup()
from pathlib import Path
from django.utils import timezone
from gisportal.wsgi import application
from layers import access, queries
from export_formats.registry import FORMATS, write_export
from layers.parsing import FeatureQuery
from layers.visitor import Visitor
scope = access.scope(Visitor(instant=timezone.now(), user_id=1, is_administrator=True), "million")
written = write_export(queries.select(scope, FeatureQuery()), FORMATS[sys.argv[1]], Path(sys.argv[2]))
assert written.rows == int(sys.argv[3])
"""


def speeds(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure the export of a hundred thousand points through HTTP, nothing kept from before, against its peers."""
    client = Connection(server.port)
    pairs = [(psql.milliseconds(_COPY_CSV), _fresh(client, "csv")) for _ in range(_REPETITIONS)]
    yield _ratio("CSV of 100,000", "COPY", pairs)
    for extension in _DRIVERS:
        yield _against_ogr2ogr(client, extension)


def memory() -> Iterator[Figure]:
    """Measure the time and the highest memory of a process that exports a million points, format by format."""
    with TemporaryDirectory(prefix="bench-") as folder:
        for extension in by_length(tuple(FORMATS), _SOME_FORMATS):
            yield _million(extension, Path(folder) / f"million.{extension}")


def _fresh(client: Connection, extension: str) -> float:
    """Return the milliseconds of an export asked in words that no run used before: nothing is kept of it."""
    return timed(client, f"/export/points.{extension}?filter=id%3E-{time_ns() // 1_000}")


def _against_ogr2ogr(client: Connection, extension: str) -> Figure:
    name = f"{_DRIVERS[extension]} of 100,000"
    program = shutil.which("ogr2ogr")
    if program is None:
        return Figure(name, "≤ 2 × ogr2ogr", "not compared: ogr2ogr is not installed (gdal-bin)")
    pairs = [(_ogr2ogr(program, extension), _fresh(client, extension)) for _ in range(_REPETITIONS)]
    return _ratio(name, "ogr2ogr", pairs)


def _ogr2ogr(program: str, extension: str) -> float:
    database = settings.DATABASES["default"]
    variables = {
        **os.environ,
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"]),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    select = f"SELECT {_ATTRIBUTES}, geom FROM bench_point ORDER BY id"  # noqa: S608 (constants)
    with TemporaryDirectory(prefix="bench-") as folder:
        target = str(Path(folder) / f"points.{extension}")
        begun = perf_counter()
        subprocess.run(  # noqa: S603 (a program found by its name, constants)
            [program, "-q", "-f", _DRIVERS[extension], target, "PG:", "-sql", select, "-nln", "points"],
            env=variables,
            check=True,
            timeout=300,
        )
        return (perf_counter() - begun) * 1000


def _ratio(name: str, peer: str, pairs: list[tuple[float, float]]) -> Figure:
    (theirs, ours), ratio = medians(pairs), median_ratio(pairs)
    return Figure(name, f"≤ 2 × {peer}", f"{ratio:.2f} × ({ours:.0f} ms, {peer} {theirs:.0f})", ratio <= 2)


def _million(extension: str, path: Path) -> Figure:
    ended = run_child(_PROCESS, extension, str(path), str(seed.POINTS * seed.COPIES))
    most_s = _SECONDS.get(extension)
    highest = max(ended.megabytes, ended.child_megabytes)
    is_met = in_time(ended.seconds, most_s or math.inf, ended.is_done, highest <= _MEMORY_MB)
    size = path.stat().st_size // 1_000_000 if path.exists() else 0
    path.unlink(missing_ok=True)
    bound = f"≤ {_MEMORY_MB} MB" + ("" if most_s is None else f", ≤ {most_s:g} s")
    measured = (
        f"{highest:.0f} MB (portal {ended.megabytes:.0f}, its child {ended.child_megabytes:.0f}) in"
        f" {ended.seconds:.0f} s, {ended.processor_s:.0f} s of processor ({size} MB written)"
    )
    return Figure(f"1,000,000 rows in {extension}", bound, measured, is_met)


_TELL = """
import pathlib
print("\\nhighest", pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
_HIGHEST = re.compile(r"^highest (\d+)$", re.MULTILINE)
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: whether it came to its end, in how many seconds, with how many megabytes at most.

    ``child_megabytes`` is the highest memory of one of its children, ``processor_s`` the seconds of them all.
    """

    is_done: bool
    seconds: float
    megabytes: float
    child_megabytes: float
    processor_s: float


def run_child(program: str, *arguments: str) -> Ended:
    """Run a text of Python in the project's folder."""
    begun, spent = perf_counter(), _processor_s()
    with TemporaryFile() as output, TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 (our own programs)
            [sys.executable, "-c", program + _TELL, *arguments], cwd=ROOT, stdout=output, stderr=errors
        ) as process:
            of_children = 0.0
            while True:
                of_children = max([of_children, *_highest_of_children(process.pid)])
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK_S)
                    break
        seconds = perf_counter() - begun
        measured = _HIGHEST.search(_text_of(output))
        if measured is None:
            print(_text_of(errors)[-2000:], file=sys.stderr)
    megabytes = int(measured[1]) / 1024 if measured else 0.0
    return Ended(measured is not None, seconds, megabytes, of_children, _processor_s() - spent)


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _processor_s() -> float:
    """Return the seconds of the processes that ended, below this one."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _highest_of_children(pid: int) -> Iterator[float]:
    """Yield the highest memory, in megabytes, of each process below another (Linux, proc(5))."""
    parents = dict[int, int]()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    for child in parents:
        above = parents[child]
        while above not in {0, pid}:
            above = parents.get(above, 0)
        if above == pid:
            with suppress(OSError, ValueError):  # it ended, or is about to
                yield highest_mb(child)
