"""Forms of the small world: a published one of the trees, and what a browser sends to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from layers import access
from layers.visitor import system_visitor
from tests.factories import MEUDON, MIDDLES
from tests.world import TREES
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.filling.tokens import page_token
from webforms.models import Form, FormVersion

LONGITUDE, LATITUDE = MIDDLES[MEUDON]
PLACE = f"{LATITUDE}, {LONGITUDE}"
ITEMS: list[dict[str, Any]] = [
    {"name": "position", "kind": "position", "label": "Où", "required": True},
    {"name": "essence", "kind": "text", "label": "Essence", "field": "nom_vernaculaire", "required": True},
    {"name": "danger", "kind": "boolean", "label": "Est-il dangereux"},
    {
        "name": "pourquoi", "kind": "long_text", "label": "Pourquoi", "required": True,
        "condition": {"field": "danger", "op": "=", "value": True},
    },
    {"name": "hauteur", "kind": "number", "label": "Hauteur", "minimum": 0, "maximum": 60},
    {"name": "commune", "kind": "text", "label": "Commune", "place": "commune"},
]  # fmt: skip


def tree_form(
    items: list[dict[str, Any]] | None = None, *, audience: str = "public", slug: str = TREES
) -> Form:
    """Return a published form of a layer."""
    scope = access.scope(system_visitor(), slug)
    document = read_document({"sections": [{"title": "Arbre", "items": ITEMS if items is None else items}]})
    form = create_form(scope=scope, title="Un arbre", audience=audience, document=document)
    publish_form(form=form, visitor=system_visitor())
    form.refresh_from_db()
    return form


def good_answer(version: FormVersion | None, *, age_s: float = 60, **values: str) -> dict[str, Any]:
    """Return what a browser sends after a page that was made some seconds ago; names of items with their texts."""
    assert version is not None
    token = page_token(version, None, at=timezone.now() - dt.timedelta(seconds=age_s))
    texts = {"position": PLACE, "essence": "Hêtre"} | values
    return {"page": token.text} | {f"q-{name}": text for name, text in texts.items()}


def send(form: Form, data: dict[str, Any], client: Client | None = None) -> Any:
    """Send an answer to the address of a form."""
    return (client or Client()).post(f"/formulaires/{form.slug}/", data)
