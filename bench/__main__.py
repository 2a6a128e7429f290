"""``./portal bench``: prepare the database, serve, measure, tell; the exit code is 1 when a bound is missed.

``./portal bench browser`` measures what people feel, in Chromium, on the published site with the demonstration;
``frames`` a million points on the map page; ``dashboards`` twelve panels over a million rows; ``demonstration`` its
load, and each of its dashboards just after a start; ``imports`` a million points by the command and 200 MB by the page;
``wfs`` the service of desktop tools; ``attack`` what people feel while others attack; ``load`` what two hundred clients
get; ``kill`` what is left when processes are killed; ``tiles`` vector tiles beside bare SQL and other tile servers;
``tile-cache`` tiles that are kept, by the application and through nginx; ``rasters`` those of a file of a gigabyte;
``matched`` the nearest feature of another layer; ``search`` five hundred layers and a hundred thousand features;
``nearby`` the nearest of a point; ``memory`` what a process holds after fifty thousand mixed requests; ``faces`` how
far apart the layers of the demonstration are seen, by the colour-blind too.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import django

# What is run, by the first word of the command, and the settings it is run with.
RUNS = {
    "": ("bench.run", "bench.settings"),
    "browser": ("bench.browser", "bench.browser_settings"),
    "frames": ("bench.frames", "bench.dashboards.settings"),
    "dashboards": ("bench.dashboards.run", "bench.dashboards.settings"),
    "demonstration": ("bench.demonstration.run", "bench.demonstration.settings"),
    "load": ("bench.load", "bench.load_settings"),
    "imports": ("bench.imports.run", "bench.settings"),
    "kill": ("bench.kills.run", "bench.settings"),
    "tiles": ("bench.vector_tiles.run", "bench.vector_tiles.settings"),
    "tile-cache": ("bench.tile_cache", "bench.tile_cache_settings"),
    "rasters": ("bench.rasters", "bench.settings"),
    "matched": ("bench.matched", "bench.settings"),
    "faces": ("bench.faces", "bench.browser_settings"),
    "wfs": ("bench.wfs.run", "bench.wfs.settings"),
    "search": ("bench.search.run", "bench.search.settings"),
    "nearby": ("bench.nearby", "bench.nearby_settings"),
    "memory": ("bench.memory.run", "bench.browser_settings"),
    "attack": ("bench.attacks.run", "bench.attacks.settings"),
}
RUN, SETTINGS = RUNS.get("".join(sys.argv[1:2]), RUNS[""])
os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
# To fill a million rows takes longer than any request; the measured server has the limits of every server.
os.environ["PORTAL_COMMAND"] = "1"
django.setup()

if __name__ == "__main__":
    # Asked to end, still stop the server that was started.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    # Django must know its settings before the models of a run are read.
    sys.exit(import_module(RUN).main())
