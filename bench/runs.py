"""The runs of the benchmark, a row each; the launcher reads them before anything is installed."""

from __future__ import annotations

from dataclasses import dataclass

# Where a server and children of a run read its name: ``bench.settings`` follows its row.
VARIABLE = "BENCH_RUN"
_POINTS, _DATASETS = "bench.catalogue.MEASURED", "datasets.registry.DATASETS"
_GROUND = "bench.catalogue.GROUND"


@dataclass(frozen=True, slots=True)
class Run:
    """What ``./portal bench NAME`` starts: a module that prepares and measures; ``takes`` names its arguments.

    ``providers`` define its layers, in a database whose name ends with ``database``. Tiles are made each time and
    static files keep their names, unless the run ``is_published`` as a site is. ``is_limited``: it has the quotas of
    every portal. ``is_demonstration``: the published portal with its sample layers, in place of the measured ones.
    """

    module: str
    summary: str
    takes: str = ""
    providers: tuple[str, ...] = (_POINTS, _DATASETS)
    database: str = "_bench"
    is_published: bool = False
    is_limited: bool = False
    is_demonstration: bool = False


RUNS = {
    "": Run("bench.run", "pages, tiles, exports, imports beside bare SQL"),
    "attack": Run("bench.attacks.run", "what people feel while others attack", "[ATTACK …]", is_limited=True),
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
        providers=(_GROUND, _POINTS, _DATASETS),
        is_published=True,
    ),
    "demonstration": Run(
        "bench.demonstration",
        "the load of the demonstration, each of its dashboards just after a start",
        database="_browser_demonstration",
        is_demonstration=True,
    ),
    "drawings": Run(
        "bench.drawings.run",
        "every class of every layer, drawn by MapLibre and by QGIS",
        database="_browser",
        is_demonstration=True,
    ),
    "frames": Run(
        "bench.frames",
        "a million points on the map page",
        providers=(_GROUND, _POINTS, _DATASETS),
        is_published=True,
    ),
    "imports": Run("bench.imports", "a million points by the command, 200 MB by the page"),
    "kill": Run("bench.kills.run", "what is left when processes are killed", "[SCENARIO …]"),
    "load": Run("bench.load", "what two hundred clients get", is_published=True),
    "matched": Run("bench.matched", "the nearest feature of another layer"),
    "memory": Run(
        "bench.memory",
        "what a process holds after so many mixed requests (50,000)",
        "[COUNT]",
        database="_browser",
        is_demonstration=True,
    ),
    "nearby": Run(
        "bench.nearby", "the nearest features of a point", providers=(_GROUND, _POINTS), is_published=True
    ),
    "rasters": Run("bench.rasters", "tiles and statistics of a file of a gigabyte"),
    "search": Run(
        "bench.search.run",
        "five hundred layers, a hundred thousand features",
        providers=(_GROUND, "bench.search.data.LAYERS"),
        database="_bench_search",
        is_published=True,
    ),
    "tile-cache": Run("bench.tile_cache", "cached tiles, by the application and by nginx", is_published=True),
    "tiles": Run(
        "bench.vector_tiles.run",
        "vector tiles beside bare SQL and other servers",
        providers=(_POINTS, "bench.catalogue.LINES", _DATASETS),
    ),
    "wfs": Run(
        "bench.wfs.run", "the service of desktop tools", providers=("bench.catalogue.LAYERS", _DATASETS)
    ),
}
NAMES = tuple(name for name in RUNS if name)


def help_text() -> str:
    """Return the names of the runs, a line each, with what they measure."""
    names = {f"{name} {run.takes}".strip() or "(none)": run.summary for name, run in RUNS.items()}
    width = max(map(len, names))
    return "\n".join(f"  {name:<{width}}  {summary}" for name, summary in names.items())
