"""Features of a stand-alone map: their geometry, style and the key facts of their sheet, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from interface.territory import label_communes
from interface.titles import row_title
from interface.wording import is_empty, number, words
from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.formats.geojson import feature_collection
from layers.queries import Selection, select

# What a browser opens from a file without a pause, and what a mail still carries.
MAX_FEATURES = 5_000
MAX_BYTES = 8 * 1024 * 1024
# Rows of large outlines are read by fewer: three times what is kept at the end.
_MAX_READ_BYTES = 3 * MAX_BYTES
Feature = dict[str, Any]
Row = Mapping[str, Any]
PathStyle = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileContent:
    """The features of a file, GeoJSON in EPSG:4326, and notes on the omissions.

    Their ``properties`` are ``title``, ``facts`` (pairs of texts) and ``style`` (Leaflet's options of a path).
    ``size`` is what they weigh, in bytes.
    """

    features: tuple[Feature, ...]
    notes: tuple[str, ...] = ()
    size: int = 0


def feature(
    geometry: Any, pk: object, title: str, facts: list[tuple[str, str]], style: Mapping[str, Any]
) -> Feature:
    """Return a feature of a file."""
    properties = {"title": title, "facts": facts, "style": dict(style)}
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _no_fact(_row: Row) -> list[tuple[str, str]]:
    return []


def read_features(
    selection: Selection,
    style: Callable[[Row], PathStyle | None],
    first: Callable[[Row], list[tuple[str, str]]] = _no_fact,
    *,
    without: str = "",
    most: int | None = None,
    most_bytes: int | None = None,
) -> FileContent:
    """Read the rows of a selection with the key facts of their sheets, as many as a file may hold.

    ``style`` gives the look of a row, None for one that is not drawn; ``first`` what is told of it before its facts, of
    which ``without`` is left out. A file that others are already in has room for ``most`` rows and ``most_bytes``.

    Raises:
        TooSlow: the database did not answer in time.
    """
    scope, most, most_bytes = (
        selection.scope,
        MAX_FEATURES if most is None else most,
        MAX_BYTES if most_bytes is None else most_bytes,
    )
    facts = [field for field in _key_facts(scope) if field.name != without]
    rows, matched = _raw(selection, facts, most)
    features, size = [], 0
    for row in rows:
        values = {ID.name: row["id"], **row["properties"]}
        look = style(values)
        if look is None:
            continue
        texts = [*first(values), *_fact_texts(facts, values)]
        result = feature(row["geometry"], row["id"], row_title(scope, values), texts, look)
        weight = len(json.dumps(result))
        if size + weight > most_bytes:
            break
        size += weight
        features.append(result)
    return FileContent(tuple(features), _left_out(len(features), matched), size)


def _raw(selection: Selection, facts: Iterable[Field], most: int) -> tuple[list[Any], int]:
    """Return the rows that have a place, and how many match; fewer are read where their outlines are large."""
    scope, limit = selection.scope, max(most, 1)
    requested = {scope.definition.title_field, scope.style.field, *(field.name for field in facts)}
    requested |= {key.name for key in selection.query.sort}
    names = tuple(sorted(name for name in requested if name in scope.filterable and name != ID.name))
    while True:
        query = select(scope, replace(selection.query, properties=names, limit=limit))
        collection = feature_collection(query, links=lambda _around: [])
        with closing(collection.body) as body:
            if collection.size <= _MAX_READ_BYTES or limit == 1:
                rows = json.load(body)["features"]
                return [row for row in rows if row["geometry"] is not None][:most], collection.matched
        limit = max(1, collection.returned * _MAX_READ_BYTES // (2 * collection.size))


def _key_facts(scope: Scope) -> list[Field]:
    """Return the key facts of the sheets of a layer, as far as they are read; communes under their names."""
    readable = {field.name: field for field in label_communes(scope.fields)}
    return [readable[name] for name in scope.definition.summary if name in readable]


def _fact_texts(facts: Iterable[Field], values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for field in facts:
        value = values.get(field.name)
        if not is_empty(value):
            is_text = field.type is FieldType.TEXT  # never the link that a page makes of an address
            text = str(field.label(value)) if is_text else str(words(field, values))
            yield capfirst(str(field.title)), text


def _left_out(exported: int, matched: int) -> tuple[str, ...]:
    if exported >= matched:
        return ()
    parts = {"held": number(exported), "all": number(matched)}
    return (
        _("Objets montrés : %(held)s sur %(all)s. Les autres sont sans position, ou trop nombreux.") % parts,
    )
