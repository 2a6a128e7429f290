"""The rows of an address that a question names, read through the scope of the visitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explorer.natural_language.addresses import (
    AddressSearch,
    KnownAddress,
    address_fields,
    address_layer,
    street_form,
)
from explorer.natural_language.layer_words import LayerWords
from explorer.natural_language.tokens import phrase
from explorer.natural_language.vocabulary import Vocabulary
from interface.territory import COMMUNE_FIELD
from layers.errors import LayersError
from layers.parsing import parse_query
from layers.queries import select
from layers.queries.search import scopes_by_slug
from layers.sql.limits import time_limit
from layers.visitor import Visitor

MAX_ROWS = 200
"""Addresses of one number whose street has a word: more say nothing."""


def address_search(visitor: Visitor, vocabulary: Vocabulary) -> AddressSearch | None:
    """Return what looks for an address among those that a visitor sees; None without a layer of addresses."""
    words = address_layer(vocabulary)
    if words is None:
        return None
    layer = words

    def search(number: int, street: Sequence[str]) -> Sequence[KnownAddress]:
        scope = scopes_by_slug(visitor, [layer.slug]).get(layer.slug)
        fields = address_fields(layer)
        if scope is None or fields is None or not {each.name for each in fields} <= scope.filterable.keys():
            return ()
        text = street[1].replace("'", "").replace("%", "").replace("_", "")
        holds = f"CASEI(ACCENTI({fields[1].name})) LIKE CASEI(ACCENTI('%{text}%'))"
        query = parse_query(
            {"filter": [f"{fields[0].name} = {number} AND {holds}"], "limit": [str(MAX_ROWS)]}
        )
        try:
            with time_limit("search"):
                rows = select(scope, query).page().rows
        except LayersError:
            return ()
        return [_known(layer, fields[1].name, row, vocabulary) for row in rows]

    return search


def _known(layer: LayerWords, street: str, row: Mapping[str, Any], vocabulary: Vocabulary) -> KnownAddress:
    code = str(row.get(COMMUNE_FIELD) or "")
    town = vocabulary.towns.get(code)
    repeat = next((each for each in layer.fields if phrase(each.title)[:1] == phrase("indice")), None)
    name = str(row.get(layer.title_field, ""))
    return KnownAddress(
        pk=row["id"],
        name=name,
        title=", ".join(filter(None, [name, town.name if town else ""])),
        commune=code,
        street=street_form(str(row.get(street, ""))),
        suffix=str(row.get(repeat.name) or "") if repeat else "",
    )
