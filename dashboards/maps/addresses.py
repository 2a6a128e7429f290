"""Where a map reads what it draws: the API and the tiles, under the visitor's own rights."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from layers.definitions import Field, FieldType
from layers.parsing import FeatureQuery
from layers.queries import Selection

# How ``FeatureQuery.fingerprint`` marks a field asked by its own name.
_BY_NAME = "="


def question_text(query: FeatureQuery, fields: Mapping[str, Field]) -> str:
    """Return what a query selects as the text of an address, as tiles and items read it.

    Fields asked by their own names, which tiles do not read, become a part of ``filter``.
    """
    pairs = [(name, text) for name, text in query.fingerprint if not name.startswith(_BY_NAME)]
    tests = [
        _test(fields[name.removeprefix(_BY_NAME)], text)
        for name, text in query.fingerprint
        if name.startswith(_BY_NAME)
    ]
    if tests:
        given = [f"({text})" for name, text in pairs if name == "filter"]
        pairs = [pair for pair in pairs if pair[0] != "filter"]
        pairs.append(("filter", " AND ".join([*given, *tests])))
    return urlencode(sorted(pairs))


def _test(field: Field, text: str) -> str:
    """Return the equality of a field and a value in CQL2 text."""
    name, quoted = '"{}"'.format(field.name.replace('"', '""')), "'{}'".format(text.replace("'", "''"))
    if field.type is FieldType.TEXTS:
        return f"A_CONTAINS({name}, ({quoted}))"
    if field.type in {FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN}:
        return f"{name} = {text}"
    call = {FieldType.DATE: "DATE({})", FieldType.DATETIME: "TIMESTAMP({})"}.get(field.type, "{}")
    return f"{name} = {call.format(quoted)}"


def items_address(selection: Selection, properties: tuple[str, ...], *, limit: int, sort: str = "") -> str:
    """Return the address of the rows of a selection as GeoJSON, with these properties alone."""
    scope = selection.scope
    asked = urlencode(
        {"properties": ",".join(properties), "limit": limit} | ({"sortby": sort} if sort else {})
    )
    question = question_text(selection.query, scope.filterable)
    return "&".join(part for part in (f"{reverse('ogc:items', args=[scope.slug])}?{asked}", question) if part)


def feature_template(view: str, slug: str) -> str:
    """Return the address of a feature as a template whose ``{id}`` the script fills."""
    before, _zero, after = reverse(view, args=[slug, 0]).rpartition("0")
    return f"{before}{{id}}{after}"
