"""What desktop tools wait for: a whole layer by ogr2ogr, the capabilities of a hundred layers; our memory meanwhile."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import seed
from bench.client import Connection, body_of, timed
from bench.figures import Figure
from bench.server import Server, forget_highest, highest_mb, resident_mb
from bench.wfs.catalogue import MANY
from layers.parsing.gdal import pyogrio

_SECONDS, _CAPABILITIES_MS, _GROWTH_MB = 6.0, 60.0, 50.0
_ROWS = seed.POINTS * seed.COPIES


def ogr2ogr(server: Server) -> list[Figure]:
    """Measure GDAL reading a hundred thousand points, with no option: pages as long as capabilities say."""
    name, bound = "ogr2ogr reads 100,000 points", f"≤ {_SECONDS:g} s"
    program = shutil.which("ogr2ogr")
    if program is None:
        return [Figure(name, bound, "not measured: ogr2ogr is not installed (gdal-bin)")]
    source = f"WFS:http://127.0.0.1:{server.port}/wfs"
    with TemporaryDirectory(prefix="bench-") as folder:
        target = Path(folder) / "points.fgb"
        begun = perf_counter()
        subprocess.run(  # noqa: S603  (a program found by its name, constants)
            [program, "-q", "-f", "FlatGeobuf", str(target), source, "portail:points"],
            check=True,
            timeout=300,
        )
        seconds = perf_counter() - begun
        count = pyogrio.read_info(target, force_feature_count=True)["features"]
    if count != seed.POINTS:
        raise SystemExit(f"bench: ogr2ogr read {count} points instead of {seed.POINTS}")
    return [Figure(name, bound, f"{seconds:.1f} s", seconds <= _SECONDS)]


def capabilities(server: Server) -> list[Figure]:
    """Measure the capabilities of a hundred layers, once the extents of this version of the data are known."""
    path = "/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetCapabilities"
    begun = perf_counter()
    count = body_of(server.port, path).count(b"<FeatureType>")
    cold = perf_counter() - begun
    if count != MANY:
        raise SystemExit(f"bench: {count} layers in the capabilities instead of {MANY}")
    for _ in range(8):  # the other process reads what it will remember
        timed(Connection(server.port), path)
    client = Connection(server.port)
    ours = median(timed(client, path) for _ in range(20))
    told = f"{ours:.1f} ms (the first one, which reads the extents, {cold:.1f} s)"
    return [
        Figure(
            f"Capabilities of {MANY} layers, warm",
            f"≤ {_CAPABILITIES_MS:g} ms",
            told,
            ours <= _CAPABILITIES_MS,
        )
    ]


def memory(server: Server) -> list[Figure]:
    """Measure how far a web process grows while a million features leave it in GML."""
    client = Connection(server.port)
    before = {pid: resident_mb(pid) for pid in server.workers()}
    for pid in before:
        forget_highest(pid)
    path = f"/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=portail:million&COUNT={_ROWS}"
    seconds = timed(client, path) / 1000
    growth = max(highest_mb(pid) - resident for pid, resident in before.items())
    return [
        Figure(
            "Growth of the web process for 1,000,000 features in GML",
            f"< {_GROWTH_MB:g} MB",
            f"{growth:.1f} MB in {seconds:.1f} s",
            growth < _GROWTH_MB,
        )
    ]
