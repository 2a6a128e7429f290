"""Synonyms of a layer as somebody edits them: those of what they read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers import access, registry
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.visitor import Visitor

SYNONYMS_HELP = _(
    "D’autres mots pour la couche, ses champs et leurs valeurs, que la recherche et les questions comprennent. "
    "Une ligne chacun, le nom technique puis les mots : « : vélib, vlib » pour la couche, "
    "« capacite : taille » pour un champ, "
    "« mode=tramway : tram » pour une valeur."
)


def readable_names(visitor: Visitor, layer: Layer) -> frozenset[str]:
    """Return the names of the fields of a layer that a visitor reads; none of a layer that they do not see."""
    try:
        definition = registry.definition(layer.slug)
    except UnknownLayer:
        return frozenset()
    return frozenset(field.name for scope in access.visible(visitor, [definition]) for field in scope.fields)


def readable_synonyms(visitor: Visitor, layer: Layer) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the synonyms stored with a layer that a visitor may change, and the others."""
    names = readable_names(visitor, layer) | {""}
    stored: dict[str, list[str]] = layer.synonyms if isinstance(layer.synonyms, dict) else {}
    read = {key: words for key, words in stored.items() if key.partition("=")[0] in names}
    return read, {key: words for key, words in stored.items() if key not in read}
