"""What a process of the web server does before its first request, beside the first ones, and after its last one.

Before: addresses are compiled in each language, the usual pages and the panels of dashboards are parsed with what they
include, the code is dated for the keys of pages and panels, and the definitions of the datasets online are built. Once
nobody waits (``load_libraries``): a first chart is made, and the words of public layers are read, which takes more than
a second of the processor. The resulting objects are excluded from garbage collection, which would take 0.2 to 0.3 s
from a request now and then.

Other libraries are imported by the first request that needs them (``layers.lazy``).
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.template import Engine
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone, translation

from dashboards.panels.charts.theme import source, specification
from dashboards.reading.panels import panel_code_version
from dashboards.registry import PANEL_KINDS
from explorer.natural_language.queries import vocabulary_of
from gisportal.page_cache.keys import release
from gisportal.usage_counters import HARVEST_COUNTER, USE_COUNTER
from layers import registry
from layers.lazy import lazy_module
from layers.visitor import Visitor

if TYPE_CHECKING:
    import altair
    import altair.utils.schemapi
else:
    altair = lazy_module("altair", "utils.schemapi")

# Seconds to read the words that anybody may ask with: those of five hundred layers take two.
_VOCABULARY_S = 10.0
# Objects made since the last search for cycles, by generation. By default all that lives was looked through at every
# tenth request or so, for 30 to 45 ms; a request leaves few cycles behind.
_COLLECTED = (20_000, 10, 10)
# Parameters of the C library's allocator (mallopt(3)), where it has them: it makes eight arenas a core, each of which
# keeps what its threads gave back, and puts ever larger pieces among small ones (M_MMAP_THRESHOLD), which then hold
# them. Eight threads of Python allocate one at a time: two arenas serve them as well.
_ALLOCATOR = {-8: 2, -3: 1024 * 1024}
PAGES = (
    "explorer/home/page.html",
    "explorer/map/page.html",
    "explorer/layer_panel/row_body.html",
    "explorer/catalogue/page.html",
    "explorer/catalogue/layer.html",
    "explorer/sheet/page.html",
    "interface/includes/account_menu.html",
    "interface/includes/management_link.html",
    "explorer/search/page.html",
    "explorer/search/suggestions.html",
    "explorer/search/features.html",
    "explorer/search/layers.html",
    "explorer/search/layer_result.html",
    "explorer/search/towns.html",
    "explorer/search/question.html",
    "dashboards/reading/page.html",
    "dashboards/reading/panel.html",
)


def warm_up() -> None:
    """Prepare this process; what needs the database is left for later when it is away."""
    bound_allocator()
    compile_pages()
    with _database_if_there():
        list(registry.definitions())
    gc.set_threshold(*_COLLECTED)


def compile_pages() -> None:
    """Compile the addresses in each language, parse the usual pages, date the code; again, it costs nothing."""
    resolver = get_resolver()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for namespace in resolver.namespace_dict:
                with suppress(NoReverseMatch):  # the names of each are indexed before one is looked for
                    reverse(f"{namespace}:")
    engine, names = Engine.get_default(), set[str]()
    for name in (*PAGES, *(kind.template for kind in PANEL_KINDS.values())):
        _parse(engine, name, names)
    release()
    panel_code_version()


def _parse(engine: Engine, name: str, parsed: set[str]) -> None:
    """Parse a template, and those that it extends and includes by their names, unless ``parsed`` has it."""
    if name in parsed:
        return
    parsed.add(name)
    nodes = engine.get_template(name).nodelist
    for node in nodes.get_nodes_by_type((IncludeNode, ExtendsNode)):  # type: ignore[arg-type]  # as isinstance
        other = node.template if isinstance(node, IncludeNode) else vars(node)["parent_name"]
        if isinstance(other.var, str):
            _parse(engine, other.var, parsed)


def make_first_chart() -> None:
    """Import the library of charts, and make one."""
    # Altair checks each part of a chart against the schema of Vega-Lite as it is made, a third of what a chart costs: a
    # server of ours makes those that the tests checked.
    altair.utils.schemapi.disable_debug_mode()
    chart = altair.Chart(source([{"a": 1, "b": "c"}])).mark_bar().encode(x="a:Q", y="b:N")
    specification(chart, height=100, description="")


def load_libraries() -> None:
    """Prepare what the first pages rarely need, once the process serves and nobody waits for it."""
    make_first_chart()
    with _database_if_there():
        vocabulary_of(Visitor(instant=timezone.now()), _VOCABULARY_S)
    gc.collect()
    gc.freeze()


@contextmanager
def _database_if_there() -> Iterator[None]:
    """Leave the block where the database is away; its connection, of this thread, goes back to the pool."""
    with suppress(DatabaseError, InterfaceError):
        try:
            yield
        finally:
            connection.close()


def bound_allocator() -> bool:
    """Bound the arenas of the process, and give back large pieces once they are free; return whether it could."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return False
    return all(library.mallopt(name, value) == 1 for name, value in _ALLOCATOR.items())


def wind_down() -> None:
    """Write the counts of use and of harvests that this process holds."""
    USE_COUNTER.end()
    HARVEST_COUNTER.end()
