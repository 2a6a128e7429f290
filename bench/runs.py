"""The runs of the benchmark, a row each; the launcher reads them before anything is installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """What ``./portal bench NAME`` starts: a module with ``main``, under settings; ``takes`` names its arguments."""

    module: str
    settings: str
    summary: str
    takes: str = ""


RUNS = {
    "": Run("bench.run", "bench.settings", "pages, tiles, exports, imports beside bare SQL"),
    "attack": Run(
        "bench.attacks.run", "bench.attacks.settings", "what people feel while others attack", "[ATTACK …]"
    ),
    "browser": Run("bench.browser", "bench.browser_settings", "what people feel, in Chromium"),
    "dashboards": Run(
        "bench.dashboards.run", "bench.dashboards.settings", "twelve panels over a million rows"
    ),
    "demonstration": Run(
        "bench.demonstration.run",
        "bench.demonstration.settings",
        "the load of the demonstration, each of its dashboards just after a start",
    ),
    "faces": Run(
        "bench.faces",
        "bench.browser_settings",
        "how far apart the colours of layers are, for the colour-blind too",
    ),
    "frames": Run("bench.frames", "bench.dashboards.settings", "a million points on the map page"),
    "imports": Run(
        "bench.imports.run", "bench.settings", "a million points by the command, 200 MB by the page"
    ),
    "kill": Run(
        "bench.kills.run", "bench.settings", "what is left when processes are killed", "[SCENARIO …]"
    ),
    "load": Run("bench.load", "bench.load_settings", "what two hundred clients get"),
    "matched": Run("bench.matched", "bench.settings", "the nearest feature of another layer"),
    "memory": Run(
        "bench.memory.run",
        "bench.browser_settings",
        "what a process holds after so many mixed requests (50,000)",
        "[COUNT]",
    ),
    "nearby": Run("bench.nearby", "bench.nearby_settings", "the nearest features of a point"),
    "rasters": Run("bench.rasters", "bench.settings", "tiles and statistics of a file of a gigabyte"),
    "search": Run(
        "bench.search.run", "bench.search.settings", "five hundred layers, a hundred thousand features"
    ),
    "tile-cache": Run(
        "bench.tile_cache", "bench.tile_cache_settings", "cached tiles, by the application and by nginx"
    ),
    "tiles": Run(
        "bench.vector_tiles.run",
        "bench.vector_tiles.settings",
        "vector tiles beside bare SQL and other servers",
    ),
    "wfs": Run("bench.wfs.run", "bench.wfs.settings", "the service of desktop tools"),
}
NAMES = tuple(name for name in RUNS if name)


def help_text() -> str:
    """Return the names of the runs, a line each, with what they measure."""
    names = {f"{name} {run.takes}".strip() or "(none)": run.summary for name, run in RUNS.items()}
    width = max(map(len, names))
    return "\n".join(f"  {name:<{width}}  {summary}" for name, summary in names.items())
