"""The runs of the benchmark, a row each; the launcher reads them before anything is installed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Where a server and children of a run read its name: ``bench.settings`` follows its row.
VARIABLE = "BENCH_RUN"
# When ``all`` began, in seconds since 1970: its runs publish the static files once.
BEGUN = "BENCH_BEGUN"
_POINTS, _DATASETS = "bench.catalogue.MEASURED", "datasets.registry.DATASETS"
_GROUND = "bench.catalogue.GROUND"


@dataclass(frozen=True, slots=True)
class Run:
    """A module that prepares and measures, which ``./portal bench NAME`` starts; ``takes`` names its arguments.

    ``parts`` are what ``--only`` selects. ``brief`` are the arguments that ``all`` gives it. Another run measures all
    that one which ``is_repeated`` does: ``all`` leaves it out unless it is named.

    ``providers`` define its layers, in a database whose name ends with ``database``. Tiles are made each time and
    static files keep their names, unless the run ``is_published`` as a site is. ``is_limited``: it has the quotas of
    every portal. ``is_demonstration``: the published portal with its sample layers, in place of the measured ones.
    """

    module: str
    summary: str
    takes: str = ""
    parts: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()
    is_repeated: bool = False
    providers: tuple[str, ...] = (_POINTS, _DATASETS)
    database: str = "_bench"
    is_published: bool = False
    is_limited: bool = False
    is_demonstration: bool = False


RUNS = {
    "": Run(
        "bench.run",
        "pages, tiles, exports, imports beside bare SQL",
        parts=(
            *(
                "page",
                "tiles",
                "layer",
                "communes",
                "exports",
                "peers",
                "token",
                "rest",
                "growth",
                "unchanged",
            ),
            *("editing", "edit-page", "export-memory", "imports", "large-file", "review"),
        ),
    ),
    "attack": Run(
        "bench.attacks.run",
        "what people feel while others attack",
        "[ATTACK …]",
        # One of each kind: statements, papers, bodies, readers, XML, credentials, exports.
        brief=(
            "heavy-questions",
            "papers",
            "silent-bodies",
            "slow-readers",
            "wfs-bodies",
            "wrong-pairs",
            "many-exports",
        ),
        is_limited=True,
    ),
    "browser": Run(
        "bench.browser", "what people feel, in Chromium", database="_browser", is_demonstration=True
    ),
    "faces": Run(
        "bench.colours",
        "how far apart the colours of layers are, for the colour-blind too",
        database="_browser",
        is_demonstration=True,
    ),
    "dashboards": Run(
        "bench.dashboards.run",
        "twelve panels over a million rows",
        parts=("panels", "communes", "readers", "drawing", "pdf"),
        providers=(_GROUND, _POINTS, _DATASETS),
        is_published=True,
    ),
    "demonstration": Run(
        "bench.demonstration",
        "the load of the demonstration, each of its dashboards just after a start, pages that are not cached",
        parts=("dashboards", "pages", "counters", "exit"),
        database="_browser_demonstration",
        is_demonstration=True,
    ),
    "drawings": Run(
        "bench.drawings.run",
        "every class of every layer, drawn by MapLibre and by QGIS",
        database="_browser",
        is_demonstration=True,
    ),
    "forms": Run(
        "bench.forms",
        "a public form on a slow phone, under fifty people, under hostile posts",
        parts=("phone", "people", "hostile"),
        database="_browser",
        is_demonstration=True,
        is_published=True,
        is_limited=True,
    ),
    "frames": Run(
        "bench.frames",
        "a million points on the map page",
        providers=(_GROUND, _POINTS, _DATASETS),
        is_published=True,
    ),
    "harvest": Run(
        "bench.harvest",
        "the catalogue of five hundred layers, as a harvester reads it",
        parts=("catalogue", "export", "head"),
        providers=(_GROUND, "bench.search.data.LAYERS"),
        database="_bench_search",
    ),
    "imports": Run(
        "bench.imports",
        "a million points by the command, 200 MB by the page",
        parts=("imports", "large-file"),
        is_repeated=True,
    ),
    "kill": Run("bench.kills.run", "what is left when processes are killed", "[SCENARIO …]"),
    "load": Run(
        "bench.load",
        "what two hundred clients get",
        parts=("items", "tiles", "pages", "signed-in"),
        providers=(_GROUND, _POINTS, _DATASETS),
        is_published=True,
    ),
    "matched": Run("bench.matched", "the nearest feature of another layer"),
    "memory": Run(
        "bench.memory",
        "what a process holds after so many mixed requests (50,000)",
        "[COUNT]",
        brief=("3000",),
        database="_browser",
        is_demonstration=True,
    ),
    "nearby": Run(
        "bench.nearby",
        "the nearest features of a point",
        parts=("points", "surfaces"),
        providers=(_GROUND, _POINTS),
        is_published=True,
    ),
    "rasters": Run(
        "bench.rasters", "tiles and statistics of a file of a gigabyte", parts=("tiles", "surfaces")
    ),
    "rights": Run(
        "bench.rights",
        "pages of access with five hundred layers, 5,000 accounts, 20,000 grants",
        parts=("catalogue", "scopes", "pages", "writes"),
        providers=(_GROUND, "bench.search.data.LAYERS"),
        database="_bench_rights",
    ),
    "plan": Run(
        "bench.plans",
        "the package of a plan of 300 zones and 2,000 prescriptions; the inventory of 300 buildings as PDF",
        parts=("package", "inventory"),
        database="_browser",
        is_demonstration=True,
    ),
    "road-works": Run(
        "bench.road_works",
        "the feeds of five thousand sites of road works",
        parts=("geojson", "datex2", "wzdx", "cifs", "calendar", "news"),
        providers=(_GROUND, "bench.road_works.WORKS"),
        database="_bench_road_works",
    ),
    "search": Run(
        "bench.search.run",
        "five hundred layers, a hundred thousand features",
        parts=("answers", "no-index", "processor", "writes"),
        providers=(_GROUND, "bench.search.data.LAYERS"),
        database="_bench_search",
        is_published=True,
    ),
    "sheet": Run(
        "bench.sheets",
        "what applies to a parcel and to a thousand of 60,000, under ten rules and forty",
        parts=("one", "many", "files"),
        providers=(_GROUND, "bench.sheets.LAYERS"),
        database="_bench_sheet",
    ),
    "tile-cache": Run(
        "bench.tile_cache",
        "cached tiles, by the application and by nginx",
        parts=("backends", "roads", "application", "nginx"),
        is_published=True,
    ),
    "tiles": Run(
        "bench.vector_tiles.run",
        "vector tiles beside bare SQL and other servers",
        parts=("sql", "peers", "small-zooms", "streets", "pyramid"),
        providers=(_POINTS, "bench.catalogue.LINES", _DATASETS),
    ),
    "wfs": Run(
        "bench.wfs.run",
        "the service of desktop tools",
        parts=("layer", "peers", "capabilities", "ogr2ogr", "memory"),
        providers=("bench.catalogue.LAYERS", _DATASETS),
    ),
}
NAMES = tuple(name for name in RUNS if name)
# The run without a name, where one is needed: in records, and as a part of ALL.
DEFAULT, ALL = "basic", "all"


def parts_of(name: str) -> tuple[str, ...]:
    """Return what ``--only`` selects in a run; in that of all, a run."""
    return (DEFAULT, *NAMES) if name == ALL else RUNS[name].parts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``./portal bench`` to the parser of the launcher or to that of ``python -m bench``."""
    parser.add_argument(
        "run", nargs="?", default="", choices=("", *NAMES, ALL), metavar="RUN", help="one of those below"
    )
    parser.add_argument(
        "arguments", nargs="*", metavar="ARGUMENT", help="what the run takes, in brackets below"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="PART", help="measure these parts of the run; runs of `all`"
    )
    parser.add_argument(
        "--brief", action="store_true", help="as in `all`: fewer turns of the longest measures"
    )
    parser.add_argument(
        "--table",
        action="store_true",
        help="measure nothing: write the last runs of $PORTAL_DATA/bench in docs/performance.md",
    )


def fault(run: str, arguments: Sequence[str], only: Sequence[str]) -> str:
    """Return what is wrong in the arguments of a run, with the word at fault, or nothing."""
    name = run or "of no name"
    if arguments and (run == ALL or not RUNS[run].takes):
        return f"bench {name} takes no argument, not {arguments[0]!r}"
    if unknown := [part for part in only if part not in parts_of(run)]:
        parts = ", ".join(parts_of(run))
        return f"bench {name} has no part {unknown[0]!r}: " + (
            f"there are {parts}" if parts else "it has none"
        )
    return ""


def help_text() -> str:
    """Return the names of the runs, a line each, with what they measure and their parts."""
    rows = [(f"{name} {run.takes}".strip() or "(none)", run.summary, run.parts) for name, run in RUNS.items()]
    rows.append((ALL, "every run, one after the other, the longest in brief, with the minutes of each", ()))
    width = max(len(name) for name, _summary, _parts in rows)
    lines = []
    for name, summary, parts in rows:
        lines.append(f"  {name:<{width}}  {summary}")
        if parts:
            lines.append(f"  {'':<{width}}    --only {', '.join(parts)}")
    return "\n".join(lines)


def run_all(only: Sequence[str] = (), start: Callable[[Sequence[str]], int] | None = None) -> int:
    """Run all in brief, or those of ``only``; a failure stops none. Return 1 when one failed or missed a bound."""
    start = start or _started
    codes, seconds = {}, {}
    for name in parts_of(ALL):
        run = RUNS["" if name == DEFAULT else name]
        if name not in only if only else run.is_repeated:
            continue
        print(f"\n── {name} ──", flush=True)
        before = time.monotonic()
        codes[name] = start([*([] if name == DEFAULT else [name]), *run.brief, "--brief"])
        seconds[name] = time.monotonic() - before
        print(f"{name}: {seconds[name] / 60:.1f} minutes", flush=True)
    width = max(map(len, codes))
    print(f"\n{'Run':<{width}}  Minutes", flush=True)
    for name, code in codes.items():
        print(f"{name:<{width}}  {seconds[name] / 60:7.1f}{'' if code == 0 else '  NOT MET'}")
    print(f"{'all':<{width}}  {sum(seconds.values()) / 60:7.1f}", flush=True)
    return int(any(codes.values()))


def _started(words: Sequence[str]) -> int:
    os.environ.setdefault(BEGUN, str(time.time()))
    return subprocess.run([sys.executable, "-m", "bench", *words], check=False).returncode  # noqa: S603  (constants)
