"""The dashboards of the demonstration, from files as everybody's: loading again publishes what the files say."""

from __future__ import annotations

from django.conf import settings

from dashboards.registry import PANEL_KINDS
from dashboards.services.exchange import import_dashboard
from layers.visitor import system_visitor

# In this order: a dashboard comes after those that it includes.
DASHBOARDS = (
    "aires-de-jeux",
    "patrimoine-plui",
    "bornes-de-recharge",
    "maison-nature-arbre",
    "observatoire-territoire",
    "arbres-espaces-verts",
    "travaux-voirie",
    "flotte",
    "pcaet",
    "plpdma",
    "pcaet-synthese",
    "velos-libre-service",
    "stationnement",
    "transports-collectifs",
    "mobilites-partagees",
    "securite-routiere",
    "observatoire-mobilites",
    "usage-portail",
)


def load_dashboards() -> None:
    """Publish the sample dashboards, for groups that are there already; a draft of somebody stays."""
    for name in DASHBOARDS:
        path = settings.BASE_DIR / "fixtures" / "dashboards" / f"{name}.yaml"
        import_dashboard(
            text=path.read_text(encoding="utf-8"), kinds=PANEL_KINDS.values(), visitor=system_visitor()
        )
