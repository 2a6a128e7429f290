"""The dashboards of the demonstration, from files as everybody's: loading again publishes what the files say, and a
portal that starts again follows the files of those that nobody wrote.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.conf import settings

from dashboards.errors import InvalidDocument
from dashboards.models import Dashboard
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from layers.visitor import system_visitor

logger = logging.getLogger(__name__)

# In this order: a dashboard comes after those that it includes.
DASHBOARDS = (
    "aires-de-jeux",
    "patrimoine-plui",
    "bornes-de-recharge",
    "maison-nature-arbre",
    "observatoire-territoire",
    "arbres-espaces-verts",
    "travaux-voirie",
    "manifestations",
    "observations-enquete",
    "flotte",
    "pcaet",
    "plpdma",
    "pcaet-synthese",
    "velos-libre-service",
    "stationnement-ouvert",
    "stationnement",
    "transports-collectifs",
    "mobilites-partagees",
    "securite-routiere",
    "mobilites-ouvertes",
    "observatoire-mobilites",
    "usage-portail",
)


# What creating and publishing a dashboard leaves, before anybody writes it.
_FIRST_REVISION = 2

Record = dict[str, dict[str, Any]]


def load_dashboards() -> Record:
    """Publish the sample dashboards, for existing groups; drafts stay.

    Return the revision of each and the digest of its file, by identifier.
    """
    return {name: _published(_text(name)) for name in DASHBOARDS}


def add_dashboard(name: str) -> None:
    """Publish a sample dashboard that a demonstration lacks."""
    if not Dashboard.objects.filter(slug=name).exists():
        _published(_text(name))


def renew_dashboards(record: Record) -> Record:
    """Publish again the dashboards whose file has changed and which nobody has edited since they were loaded.

    ``record`` is the result of loading; a dashboard that it lacks was loaded by an older portal. One that somebody
    edited or withdrew, or whose layers are gone, stays as it is. Return the record as it is now.
    """
    renewed = dict(record)
    existing = {row.slug: row for row in Dashboard.objects.filter(slug__in=DASHBOARDS)}
    for name in DASHBOARDS:
        text, dashboard = _text(name), existing.get(name)
        if dashboard is None or _digest(text) == record.get(name, {}).get("sha256"):
            continue
        if not _is_untouched(dashboard, record.get(name)):
            continue
        try:
            renewed[name] = _published(text)
        except InvalidDocument as error:
            logger.warning("dashboard %s is left as it is: %s", name, error)
    return renewed


def _is_untouched(dashboard: Dashboard, record: dict[str, Any] | None) -> bool:
    if record is not None:
        return bool(dashboard.revision == record["revision"])
    return dashboard.revision == _FIRST_REVISION and dashboard.versions.count() == 1


def _published(text: str) -> dict[str, Any]:
    imported = import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor())
    return {"revision": imported.revision, "sha256": _digest(text)}


def _text(name: str) -> str:
    path = settings.BASE_DIR / "fixtures" / "dashboards" / f"{name}.yaml"
    return str(path.read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
