"""Filters by the names of properties: ``?typezone=N&age_min=3`` (OGC 19-079r2, 6.3).

Each becomes an equality of the filter, typed by its field, so that everything after it (rights, compilation, counts,
pages) handles one filter. Only the fields the visitor reads are accepted: any other name is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from layers.crs import CRS84
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.cql2 import Expression
from layers.parsing.cql2.nodes import Array, Instant, Literal, Node, Operation, Property
from layers.parsing.datetimes import parse_moment
from layers.parsing.query import PARAMETERS, FeatureQuery, Parameters, parse_query

MAX_VALUE = 1_000
# Far beyond any measure, and well within what PostgreSQL compares exactly.
MAX_NUMBER = Decimal("1e30")
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def parse_query_of(
    parameters: Parameters, fields: Mapping[str, Field], *, allowed: Collection[str] = ()
) -> FeatureQuery:
    """Parse the parameters of a request about one layer, those named after its ``fields`` included.

    A field with the name of a parameter (``commune``) is filtered by ``filter``: the parameter wins.

    Raises:
        UnknownParameter: neither a parameter nor a field of this visitor.
        InvalidParameter: as ``parse_query``, or a value that is not of the type of its field.
    """
    properties = property_names(fields, allowed=allowed) & set(parameters)
    query = parse_query(
        {name: values for name, values in parameters.items() if name not in properties}, allowed=allowed
    )
    if not properties:
        return query
    values_by_name = {name: _single(name, parameters[name]) for name in sorted(properties)}
    tests = tuple(_test(fields[name], text) for name, text in values_by_name.items())
    return replace(
        query,
        filter=_joined(query.filter, tests),
        fingerprint=(*query.fingerprint, *((f"={name}", text) for name, text in values_by_name.items())),
    )


def property_names(fields: Mapping[str, Field], *, allowed: Collection[str] = ()) -> set[str]:
    """Return the fields that are parameters under their own names."""
    return set(fields) - set(PARAMETERS) - set(allowed)


def _joined(filter: Expression | None, tests: tuple[Node, ...]) -> Expression:
    first = () if filter is None else (filter.tree,)
    nodes = (*first, *tests)
    tree = nodes[0] if len(nodes) == 1 else Operation("and", nodes)
    return Expression(tree, CRS84, "filter") if filter is None else replace(filter, tree=tree)


def _single(name: str, values: Collection[str]) -> str:
    texts = list(values)
    if len(texts) != 1:
        raise InvalidParameter(_("%s est donné plusieurs fois.") % name, parameter=name)
    if len(texts[0]) > MAX_VALUE:
        raise InvalidParameter(
            _("%(name)s dépasse %(max)d caractères.") % {"name": name, "max": MAX_VALUE}, parameter=name
        )
    if "\x00" in texts[0]:
        raise InvalidParameter(_("%s contient un caractère nul.") % name, parameter=name)
    return texts[0]


def _test(field: Field, text: str) -> Node:
    """Return the equality of a field and a value; a list of texts holds the value."""
    if field.choices and text and text not in {str(code) for code, _title in field.choices}:
        raise InvalidParameter(
            _("%(name)s attend un de ces codes : %(codes)s ; reçu « %(value)s ».")
            % {
                "name": field.name,
                "codes": ", ".join(str(code) for code, _title in field.choices),
                "value": text[:40],
            },
            parameter=field.name,
        )
    if field.type is FieldType.TEXTS:
        return Operation("a_contains", (Property(field.name), Array((Literal(text),))))
    return Operation("=", (Property(field.name), _READERS[field.type](field.name, text)))


def _integer(name: str, text: str) -> Literal:
    if not _INTEGER.fullmatch(text):
        raise _refused(name, text, _("un nombre entier"))
    return Literal(int(text))


def _number(name: str, text: str) -> Literal:
    if not _NUMBER.fullmatch(text) or abs(Decimal(text)) > MAX_NUMBER:
        raise _refused(name, text, _("un nombre"))
    return Literal(Decimal(text))


def _boolean(name: str, text: str) -> Literal:
    if text not in _BOOLEANS:
        raise _refused(name, text, "true, false")
    return Literal(_BOOLEANS[text])


_READERS: Mapping[FieldType, Callable[[str, str], Node]] = {
    FieldType.TEXT: lambda _name, text: Literal(text),
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: lambda name, text: Instant(parse_moment(text, parameter=name)),
    FieldType.DATETIME: lambda name, text: Instant(parse_moment(text, parameter=name)),
}


def _refused(name: str, text: str, expected: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
        % {"name": name, "expected": expected, "value": text[:40]},
        parameter=name,
    )
