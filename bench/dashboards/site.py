"""The dashboard that is measured: the million rows of the benchmark, the communes, twelve panels for everybody."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command

from bench import database
from bench.catalogue import GROUND, TERRITORY
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from layers.services.catalogue import publish_layers
from layers.visitor import system_visitor

DOCUMENT = Path(__file__).with_name("million.yaml")
SLUG, PANELS = "million", 12
# Those of the territory: one click on a commune each.
COMMUNES = ("92012", "92022", "92040", "92047", "92048", "92072", "92075", "92077")


def prepare() -> None:
    """Create, migrate, fill and publish; a second call finds everything there."""
    database.prepare()
    publish_layers(themes=[TERRITORY], definitions=GROUND.all())
    call_command("collectstatic", interactive=False, verbosity=0)
    import_dashboard(text=DOCUMENT.read_text(), kinds=PANEL_KINDS.values(), visitor=system_visitor())
