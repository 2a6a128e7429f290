"""The vocabulary of a visitor: the words of the layers, fields, values and communes that they see.

The words of a layer are cached under the rights of the visitor and its version: people share them when they have the
same rights. A hidden word is an unknown word.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock, Thread
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone, translation

from explorer.natural_language.address_search import address_search
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.layer_index import LayerIndex, index_layer
from explorer.natural_language.layer_words import FieldWords, LayerWords, RelationWords, Town, ValueWords
from explorer.natural_language.vocabulary import Vocabulary
from interface import wording
from interface.additivity import is_additive
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER
from layers import access
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType, GeometryType, Relation
from layers.errors import TooSlow
from layers.parsing.query import AREA, LENGTH
from layers.queries import Synonyms, synonyms
from layers.queries.search import scopes_by_slug
from layers.sql.limits import time_limit
from layers.sql.unions import TextColumns, TextValues, text_values
from layers.visitor import Visitor

MAX_VALUES, MAX_TITLES = 150, 300
READ_S, AT_ONCE_S = 3.0, 0.5
"""Seconds given to read layers that are not remembered: those left have their names alone, this time.

The results of a search wait for the second.
"""
FEW, BACKGROUND_S = 60, 60.0
"""Results wait for no more layers to be read: they are read beside the request, in so many seconds."""

_indexes: BoundedCache[LayerIndex] = BoundedCache(2_000, is_counted=False)
_vocabularies: BoundedCache[Vocabulary] = BoundedCache(24, is_counted=False)
_last: BoundedCache[Vocabulary] = BoundedCache(24, is_counted=False)
"""The same, found by a key that is compared at once: the keys of hundreds of layers take longer than an answer."""
TOGETHER = 50
"""Layers that are read by one statement."""
_slow: BoundedCache[bool] = BoundedCache(2_000, is_counted=False)
"""The layers that took too long with others."""
logger = logging.getLogger(__name__)
_under_way = Lock()


def understood(visitor: Visitor, text: str) -> Understood:
    """Understand a text with the words of the layers that a visitor sees."""
    vocabulary, _is_complete = vocabulary_of(visitor, READ_S)
    return interpret(text, vocabulary, timezone.localdate(), address_search(visitor, vocabulary))


def understood_at_once(visitor: Visitor, text: str) -> Understood | None:
    """Interpret a text while people type; None while a word may be one of a layer still to be read.

    Many unread layers, as in a new process, are read in the background.
    """
    versioned = access.versioned(visitor)
    if _unread(versioned) > FEW:
        read_in_background(partial(vocabulary_of, visitor, BACKGROUND_S))
        return None
    vocabulary, is_complete = _vocabulary(visitor, versioned, AT_ONCE_S)
    reading = interpret(text, vocabulary, timezone.localdate(), address_search(visitor, vocabulary))
    return None if reading.not_understood and not is_complete else reading


def vocabulary_of(visitor: Visitor, seconds: float) -> tuple[Vocabulary, bool]:
    """Return the vocabulary of a visitor's layers on the map and of their communes, and whether it is complete.

    Cached words need no scope: with hundreds of layers, scopes take longer than an answer.
    """
    return _vocabulary(visitor, access.versioned(visitor), seconds)


def _vocabulary(
    visitor: Visitor, versioned: access.VersionedLayers, seconds: float
) -> tuple[Vocabulary, bool]:
    last = _last.get(versioned.key)
    if last is not None:
        return last, True
    listed = _on_map(versioned)
    key = tuple(each.key for each in listed)
    compiled, is_complete = _vocabularies.get(key), True
    if compiled is None:
        compiled, is_complete = _compiled(visitor, listed, time.monotonic() + seconds)
    if is_complete:
        vocabulary = compiled
        _last.recall(versioned.key, lambda: _vocabularies.recall(key, lambda: vocabulary))
    return compiled, is_complete


def _unread(versioned: access.VersionedLayers) -> int:
    """Return how many layers have to be read to understand a text."""
    if _last.get(versioned.key) is not None:
        return 0
    return sum(_indexes.get(each.key) is None for each in _on_map(versioned) if each.slug != COMMUNES_LAYER)


def _on_map(versioned: access.VersionedLayers) -> list[access.VersionedLayer]:
    return list(versioned.layers)


def _compiled(
    visitor: Visitor, listed: Sequence[access.VersionedLayer], deadline: float
) -> tuple[Vocabulary, bool]:
    """Compile a vocabulary of the cached layers and of the others, which are read until the deadline."""
    missing = [each.slug for each in listed if each.slug == COMMUNES_LAYER or _indexes.get(each.key) is None]
    scopes = scopes_by_slug(visitor, missing) if missing else {}
    # A right or a row that changed since the keys were read is in the scopes: nothing is remembered of its layer.
    now = {each.key for each in access.versioned(visitor).layers}
    known = [(each.key, scopes[each.slug]) for each in listed if each.slug in scopes and each.key in now]
    _read_together(known, deadline)
    indexes, is_complete = [], all(each.key in now for each in listed)
    for each in listed:
        index, scope = _indexes.get(each.key), scopes.get(each.slug)
        if each.slug == COMMUNES_LAYER or (index is None and scope is None):
            continue
        if index is None and scope is not None:
            index, is_read = _index(scope, each.key if each.key in now else None, deadline)
            is_complete = is_complete and is_read
        indexes.append(index)
    ground = scopes.get(COMMUNES_LAYER)
    indexes += [_ground_index(ground)] if ground else []
    return Vocabulary(filter(None, indexes), _towns(ground) if ground else []), is_complete


def _ground_index(ground: access.Scope) -> LayerIndex:
    """Return the communes as a layer that no word names: they are the subject of an area alone."""
    return index_layer(
        replace(layer_words(ground, {}, ()), title="", singular="", fields=(), synonyms=(), keywords=())
    )


def _index(scope: access.Scope, key: Hashable, deadline: float) -> tuple[LayerIndex, bool]:
    """Return the index of a layer, and whether it has its values; it is cached only with them and a key."""
    if key is None or time.monotonic() > deadline:
        return index_layer(replace(layer_words(scope, {}, ()), fields=())), False
    try:
        return _indexes.recall(key, partial(_read, scope)), True
    except TooSlow:
        # What takes too long once takes too long each time: its coded words are all it has.
        return _indexes.recall(key, lambda: index_layer(layer_words(scope, {}, ()))), True


def _read_together(layers: Sequence[tuple[Hashable, access.Scope]], deadline: float) -> None:
    """Read layers of which nothing is cached, some tens in a statement; those that take too long are left out.

    They are read one by one, now and later: the deadline of a request is between them.
    """
    waiting = [
        (key, scope)
        for key, scope in layers
        if scope.slug != COMMUNES_LAYER and _indexes.get(key) is None and not _slow.get(key)
    ]
    for start in range(0, len(waiting), TOGETHER):
        batch = waiting[start : start + TOGETHER]
        if len(batch) == 1 or time.monotonic() > deadline:
            return
        try:
            with time_limit("search"):
                read = text_values([_columns(scope) for _key, scope in batch], most_titles=MAX_TITLES + 1)
        except TooSlow:
            for key, _scope in batch:
                _slow.store(key, True)
            return
        for (key, scope), texts in zip(batch, read, strict=True):
            _indexes.recall(key, partial(_index_of, scope, texts))


def _read(scope: access.Scope) -> LayerIndex:
    with time_limit("search"):
        (texts,) = text_values([_columns(scope)], most_titles=MAX_TITLES + 1)
    return _index_of(scope, texts)


def _columns(scope: access.Scope) -> TextColumns:
    """Return the columns whose values are words: texts of a list, coded or not, and the title."""
    title = scope.filterable.get(scope.definition.title_field)
    is_named = title is not None and title.type is FieldType.TEXT and not (title.choices or title.computed)
    sources = tuple(field.source for field in _listed(scope))
    return TextColumns(scope.queryset, sources, title.source if title and is_named else "")


def _index_of(scope: access.Scope, texts: TextValues) -> LayerIndex:
    """Compile the words of a layer; a list of more than ``MAX_VALUES`` is no list, and many titles are no names."""
    pairs = zip(_listed(scope), texts.values, strict=True)
    values = {
        field.name: [value for value in listed if value]
        for field, listed in pairs
        if len(listed) <= MAX_VALUES
    }
    has_few = len(texts.titles) <= MAX_TITLES
    titles = [(pk, title) for pk, title in texts.titles if title] if has_few else ()
    return index_layer(layer_words(scope, values, titles))


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
            measure=_measure(definition.geometry),
            is_table=not definition.geometry.is_located,
            has_commune=definition.is_placed,
            title_field=definition.title_field,
            time_field=definition.time_field if scope.time_field else "",
            precision_field=definition.precision_field,
            titles=tuple(titles),
            relations=tuple(map(relation_words, scope.relations)),
        )


def _measure(geometry: GeometryType) -> str:
    return {1: LENGTH, 2: AREA}.get(geometry.dimension, "") if geometry.is_located else ""


def relation_words(relation: Relation) -> RelationWords:
    """Return the words of records, whose coded values are known without reading; pictures have their name alone."""
    plain = {FieldType.TEXT, FieldType.TEXTS}
    fields = [
        each
        for each in relation.fields
        if not relation.is_gallery and (each.choices or each.type not in plain)
    ]
    called = Synonyms(
        fields={each.name: each.synonyms for each in fields},
        values={(each.name, code): texts for each in fields for code, texts in each.value_synonyms},
    )
    words = tuple(_field(each, None, called) for each in fields)
    return RelationWords(relation.name, str(relation.title), words)


def _field(field: Field, result: Sequence[str] | None, called: Synonyms) -> FieldWords:
    there = None if result is None else set(result)
    coded = [
        ValueWords(str(code), str(label), is_there=there is None or str(code) in there)
        for code, label in field.choices
    ]
    codes = {value.value for value in coded}
    met = [ValueWords(value, value) for value in result or () if value not in codes]
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
        is_additive=is_additive(field),
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


def read_in_background(read: Callable[[], object]) -> bool:
    """Run ``read`` in a thread with a connection of its own; return False, and run nothing, while another one runs."""
    if not _under_way.acquire(blocking=False):
        return False
    Thread(target=_run, args=(read,), name="read-beside", daemon=True).start()
    return True


def _run(read: Callable[[], object]) -> None:
    try:
        read()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("vocabulary: not read: %s", error)
    finally:
        connection.close()  # of this thread: back to the pool
        _under_way.release()
