"""Writes through the API, as a person would send them, and the rights that allow them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.test import Client

from tests.factories import MEUDON, MIDDLES
from tests.people import Person
from tests.protocols import Answer, read
from tests.world import PLAYGROUNDS, TREES, grant

EDITOR = Person("editrice", groups=("Édition",))
TOWN_EDITOR = Person("editeur-meudon", groups=("Édition de Meudon",))
# As QGIS 3.40 names itself; it sends no ``Accept`` with a change.
AS_QGIS = {"user-agent": "Mozilla/5.0 QGIS/34006/Debian GNU/Linux 13 (trixie)"}
FEATURE, PATCH = "application/geo+json", "application/merge-patch+json"


def give_editing_rights() -> None:
    """Let EDITOR change trees and playgrounds, TOWN_EDITOR those of Meudon alone, of which they read all the trees."""
    for slug in (PLAYGROUNDS, TREES):
        grant(EDITOR, slug, can_add=True, can_change=True, can_delete=True)
        grant(TOWN_EDITOR, slug, can_add=True, can_change=True, can_delete=True, rows=f"commune = '{MEUDON}'")


def items(slug: str, pk: int | None = None) -> str:
    """Return the address of a collection's features, or of one of them."""
    return f"/api/collections/{slug}/items" + (f"/{pk}" if pk is not None else "")


def send(
    method: str,
    path: str,
    person: Person,
    body: Any = None,
    *,
    form: str = FEATURE,
    host: str = "localhost",
    **headers: str,
) -> Answer:
    """Send a request with HTTP Basic; ``body`` is bytes, or what is to be written as JSON."""
    if not person.is_anonymous:
        person.account()
        headers["authorization"] = person.basic()
    client = Client(headers={"host": host} | {name.replace("_", "-"): text for name, text in headers.items()})
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    return read(client.generic(method, path, content, content_type=form))


def tree(
    properties: Mapping[str, Any] | None = None, *, at: tuple[float, float] = MIDDLES[MEUDON]
) -> dict[str, Any]:
    """Return a feature to write."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(at)},
        "properties": {"nom_vernaculaire": "Tilleul", **(properties or {})},
    }
