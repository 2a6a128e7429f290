"""What the page of the builder and the answers to its script hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.builder.script_words import script_words
from dashboards.documents.includes import stored_document
from dashboards.documents.schema import MAX_PANELS, MAX_SECTIONS, RESERVED_PANELS
from dashboards.documents.writing import content_of
from dashboards.errors import EditConflict, InvalidDocument
from dashboards.models import Dashboard
from dashboards.registry import PANEL_KINDS, TEXT
from layers.errors import LayersError, status_of
from layers.visitor import Visitor

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
# What the builder leads to, by the word of its address.
_PLACES = {
    "read": "",
    "save": "brouillon/",
    "preview": "apercu/",
    "settings": "reglages/",
    "fields": "champs/",
    "layers": "couches/",
    "common": "champs-communs/",
    "models": "modeles/",
    "library": "bibliotheque/",
    "publish": "publier/",
    "changes": "changements/",
    "versions": "versions/",
    "text": "texte/",
    "readers": "lecteurs/",
}


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of panel as the builder shows it: its word in documents, its name for people, its pictogram."""

    name: str
    title: str
    icon: str


def kind_choices() -> list[KindChoice]:
    """Return every kind of panel."""
    return [KindChoice(kind.name, str(kind.title), kind.icon) for kind in PANEL_KINDS.values()]


def workshop(dashboard: Dashboard, visitor: Visitor) -> dict[str, Any]:
    """Return the start data of the script; ``owner`` identifies the copy that the browser may store."""
    made = {"title": dashboard.title, "sections": []} | content(dashboard)
    return {
        "slug": dashboard.slug,
        "owner": str(visitor.user_id or ""),
        "revision": dashboard.revision,
        "draft": dashboard.draft.number if dashboard.draft else None,
        "published": dashboard.published.number if dashboard.published else None,
        "document": made,
        "titles": titles_in(made, visitor),
        "addresses": addresses(dashboard),
        "limits": {"panels": MAX_PANELS, "sections": MAX_SECTIONS},
        "reserved": list(RESERVED_PANELS),
        "kinds": {kind.name: kind.title for kind in kind_choices()},
        "flat_kinds": [kind.name for kind in PANEL_KINDS.values() if not kind.is_resized],
        "text_kind": TEXT.name,
        "words": script_words(),
    }


def titles_in(document: Mapping[str, Any], visitor: Visitor) -> dict[str, str]:
    """Return the titles of what a document takes from elsewhere: dashboards by slug, panels by ``library {slug}``."""
    parts = document["sections"]
    included = {part["include"] for part in parts if "include" in part}
    used = {panel.get("library") for part in parts for panel in part.get("panels", ())} - {None}
    rows = access.library(visitor).filter(slug__in=used).values_list("slug", "title") if used else ()
    return access.titles(visitor, included) | {f"library {slug}": title for slug, title in rows}


def content(dashboard: Dashboard) -> dict[str, Any]:
    """Return what a dashboard would show: its draft, else what is published."""
    return content_of(stored_document(dashboard, dashboard.draft or dashboard.published))


def addresses(dashboard: Dashboard) -> dict[str, str]:
    """Return where the builder leads, by name; ``dashboard`` is the beginning of those of other dashboards."""
    root = reverse("dashboards:dashboard", args=[dashboard.slug])
    return {name: f"{root}{word}" for name, word in _PLACES.items()} | {"all": reverse("dashboards:list")}


def saved(dashboard: Dashboard) -> dict[str, Any]:
    """Return the answer to the script after a draft was written."""
    assert dashboard.draft is not None
    now = timezone.localtime(dashboard.draft.updated_at)
    return {
        "revision": dashboard.revision,
        "draft": dashboard.draft.number,
        "saved_at": formats.time_format(now, _("H \\h i")),
    }


def refusal(error: LayersError, dashboard: Dashboard | None = None) -> JsonResponse:
    """Return why something was refused, for the script; a conflict includes the stored draft."""
    answer: dict[str, Any] = {"title": _(error.title), "detail": error.detail}
    status = int(status_of(error))
    if error.parameter:
        answer["parameter"] = error.parameter
    if isinstance(error, InvalidDocument):
        status = 422
        answer["faults"] = [
            {"key": fault.key, "path": path_of(fault.key), "text": fault.text} for fault in error.faults
        ]
    if isinstance(error, EditConflict) and dashboard is not None:
        answer |= {"revision": dashboard.revision, "document": content(dashboard)}
    response = JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": True})
    response["Cache-Control"] = "no-store"
    return response


def path_of(key: str) -> list[str | int]:
    """Return the steps of a path that people read: ``sections[0].title`` has three."""
    return [int(rank) if rank else name for rank, name in _PART.findall(key)]
