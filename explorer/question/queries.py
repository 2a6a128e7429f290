"""The vocabulary of a visitor: the words of the layers, fields, values and communes that they see, and of nothing else.

What is read of a layer is remembered under the scope's permissions and version: two people share it when they have the
same rights, and a hidden layer, row, field or value is in nobody else's vocabulary. Words that it lacks are unknown
words, whether they are hidden or do not exist.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.utils import timezone, translation

from explorer.map_state.missing import on_map
from explorer.question.definitions import FieldWords, LayerWords, Town, ValueWords
from explorer.question.interpretation import Understood, interpret
from explorer.question.vocabulary import LayerIndex, Vocabulary, index_layer
from interface import wording
from interface.territory import COMMUNE_FIELD, GROUND
from layers import access
from layers.definitions import Field, FieldType
from layers.errors import TooSlow
from layers.queries import Synonyms, synonyms
from layers.sql.bounded_cache import BoundedCache
from layers.sql.limits import time_limit

MOST_VALUES, MOST_TITLES = 150, 300
READ_S = 3.0
"""Seconds given to read layers that are not remembered: those left have their names alone, this time."""

_indexes: BoundedCache[LayerIndex] = BoundedCache(2_000)
_vocabularies: BoundedCache[Vocabulary] = BoundedCache(24)


def understood(scopes: Sequence[access.Scope], text: str) -> Understood:
    """Understand a text with the words of the layers that a visitor sees."""
    return interpret(text, vocabulary_of(scopes), timezone.localdate())


def vocabulary_of(scopes: Sequence[access.Scope]) -> Vocabulary:
    """Return the vocabulary of the layers that a visitor sees, those that a map may show, and of its communes."""
    ground = next((scope for scope in scopes if scope.slug == GROUND), None)
    shown = on_map(scopes)
    key = tuple(map(_key, [*shown, *([ground] if ground else [])]))
    known = _vocabularies.known(key)
    if known is not None:
        return known
    deadline = time.monotonic() + READ_S
    read = [_index(scope, deadline) for scope in shown]
    compiled = Vocabulary((index for index, _whole in read), _towns(ground) if ground else [])
    if all(whole for _index, whole in read):
        return _vocabularies.recall(key, lambda: compiled)
    return compiled


def _key(scope: access.Scope) -> tuple[object, ...]:
    return scope.key, scope.version, scope.layer.updated_at


def _index(scope: access.Scope, deadline: float) -> tuple[LayerIndex, bool]:
    """Return the index of a layer, and whether it holds its values: without them it is not remembered."""
    known = _indexes.known(_key(scope))
    if known is not None:
        return known, True
    if time.monotonic() > deadline:
        return index_layer(replace(layer_words(scope, {}, ()), fields=())), False
    try:
        return _indexes.recall(_key(scope), partial(_read, scope)), True
    except TooSlow:
        # What takes too long once takes too long each time: its coded words are all it has.
        return _indexes.recall(_key(scope), lambda: index_layer(layer_words(scope, {}, ()))), True


def _read(scope: access.Scope) -> LayerIndex:
    with time_limit("search"):
        return index_layer(layer_words(scope, _values(scope), _titles(scope)))


def _listed(scope: access.Scope) -> list[Field]:
    """Return the fields whose values are read from the rows: texts of a list, coded or not."""
    return [
        field
        for field in scope.fields
        if field.type is FieldType.TEXT
        and (field.choices or field.is_facet)
        and field.name != COMMUNE_FIELD
        and field.computed is None
    ]


def _values(scope: access.Scope) -> dict[str, list[str]]:
    """Return the values that the rows have, by field, in one statement; a longer list is no list."""
    fields = _listed(scope)
    if not fields:
        return {}
    asked = {
        f"v{number}": ArrayAgg(field.source, distinct=True, default=[]) for number, field in enumerate(fields)
    }
    row = scope.queryset.aggregate(**asked)
    found = {field.name: row[f"v{number}"] for number, field in enumerate(fields)}
    return {
        name: [str(value) for value in values if value not in {None, ""}]
        for name, values in found.items()
        if len(values) <= MOST_VALUES
    }


def _titles(scope: access.Scope) -> Sequence[tuple[int, str]]:
    """Return the id and the name of the features of a layer that has few of them."""
    title = scope.filterable.get(scope.definition.title_field)
    if title is None or title.type is not FieldType.TEXT or title.choices or title.computed:
        return ()
    rows = list(scope.queryset.order_by("pk").values_list("pk", title.source)[: MOST_TITLES + 1])
    return [(pk, str(text)) for pk, text in rows if text] if len(rows) <= MOST_TITLES else ()


def layer_words(
    scope: access.Scope, values: dict[str, list[str]], titles: Iterable[tuple[int, str]]
) -> LayerWords:
    """Return the words of a layer, in French: what is typed is."""
    definition, layer, called = scope.definition, scope.layer, synonyms(scope)
    with translation.override("fr"):
        return LayerWords(
            slug=scope.slug,
            title=layer.title,
            singular=str(definition.singular),
            fields=tuple(
                _field(field, values.get(field.name), called)
                for field in scope.fields
                if field.name != COMMUNE_FIELD
            ),
            synonyms=called.layer,
            keywords=tuple(layer.keywords),
            is_surface=definition.geometry.is_surface,
            title_field=definition.title_field,
            time_field=definition.time_field if scope.time_field else "",
            precision_field=definition.precision_field,
            titles=tuple(titles),
        )


def _field(field: Field, found: Sequence[str] | None, called: Synonyms) -> FieldWords:
    there = None if found is None else set(found)
    coded = [
        ValueWords(str(code), str(label), is_there=there is None or str(code) in there)
        for code, label in field.choices
    ]
    known = {value.value for value in coded}
    met = [ValueWords(value, value) for value in found or () if value not in known]
    if field.type is FieldType.BOOLEAN:
        coded = [ValueWords("true", "oui"), ValueWords("false", "non")]
    values = [replace(each, synonyms=called.of_value(field.name, each.value)) for each in (*coded, *met)]
    return FieldWords(
        name=field.name,
        type=field.type,
        title=str(field.title),
        unit=field.unit,
        synonyms=called.of_field(field.name),
        values=tuple(values),
        is_listed=bool(values) and field.type in {FieldType.TEXT, FieldType.TEXTS},
        is_year=wording.is_year(field),
    )


def _towns(ground: access.Scope) -> list[Town]:
    """Return the communes that the visitor sees: those of the portal they are on, or all."""
    rows: list[dict[str, Any]] = list(ground.queryset.values("code", "nom", "codes_postaux").order_by("nom"))
    portal = ground.visitor.portal
    return [
        Town(row["code"], row["nom"], tuple(row["codes_postaux"] or ()))
        for row in rows
        if portal in {"", row["code"]}
    ]
