"""Filters in XML (FES 2.0, Filter Encoding 1.1 and 1.0): one ``Filter`` becomes the nodes that CQL2 compiles from.

The three versions are read by the same code: they differ in their namespace and in what they may hold. The nodes are
those of ``layers.parsing.cql2``, so that one compiler, with one whitelist of names, answers every protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from layers.crs import LAMBERT_93
from layers.definitions import ID
from layers.errors import UnreadableRequest
from layers.parsing import SortKey
from layers.parsing.cql2 import Expression
from layers.parsing.cql2.nodes import Array, Instant, IntervalNode, Node, Operation, Property
from layers.parsing.query import MAX_IDS
from layers.parsing.srs_names import SrsName
from layers.parsing.xml import Element
from wfs.parsing.fes.expressions import FUNCTIONS
from wfs.parsing.fes.predicates import IDENTIFIERS, PREDICATES, read_identifier
from wfs.parsing.fes.reader import GML_ID, FilterReader, read_property_name
from wfs.versions import FesVersion

__all__ = [
    "FUNCTIONS",
    "GML_ID",
    "PREDICATES",
    "FesVersion",
    "ParsedFilter",
    "read_filter",
    "read_property_name",
    "read_sort",
    "rename_properties",
]

# 1.1 has the short words; FES 2.0 kept them.
_ORDERS = {"": False, "ASC": False, "A": False, "DESC": True, "D": True}


@dataclass(frozen=True, slots=True)
class ParsedFilter:
    """A filter: an expression, or the identifiers of the features that it names (``ids``, as they are written)."""

    expression: Expression | None
    ids: tuple[str, ...] = ()


def read_filter(
    element: Element,
    *,
    version: FesVersion,
    srs: SrsName | None = None,
    geometry: str = "geom",
    types: Collection[str] = (),
    parameter: str = "FILTER",
) -> ParsedFilter:
    """Read an element ``Filter``, in the namespace of ``version`` or in none.

    ``srs`` is the system of geometries that name none, ``geometry`` the property that an operator without one is about.
    ``types`` are the local names that may begin a path: of the feature type, first, and its aliases.

    Raises:
        UnreadableRequest: not a filter of this version: an element, or what it holds.
        InvalidFilter: a value that cannot be read.
        InvalidGeometry, InvalidDatetime, UnknownCrs: as ``wfs.parsing.gml``.
        FilterTooComplex: over the bounds of CQL2 filters.
    """
    reader = FilterReader(
        version=version,
        crs=srs.crs if srs else LAMBERT_93,
        geometry=geometry,
        types=tuple(types),
        parameter=parameter,
        predicates=PREDICATES,
    )
    reader.check_namespace(element)
    if element.name != "Filter" or not element.children:
        raise UnreadableRequest(
            _("%s n’est pas un filtre : <Filter> est attendu, avec une condition.") % element,
            parameter=parameter,
        )
    if all(child.name in IDENTIFIERS for child in element.children):
        if len(element.children) > MAX_IDS:
            raise reader.fault(_("Le filtre nomme plus de %d objets.") % MAX_IDS)
        return ParsedFilter(None, tuple(read_identifier(reader, child) for child in element.children))
    if len(element.children) > 1:
        raise UnreadableRequest(
            _("%s attend une condition, ou des identifiants seuls : réunissez-les dans <And> ou <Or>.")
            % element,
            parameter=parameter,
        )
    tree = reader.predicate(element.children[0], 0)
    return ParsedFilter(Expression(tree, reader.crs, parameter))


def rename_properties(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Return the expression with the properties that ``names`` has renamed.

    Names of XML become those of the portal, which XML may not have a place for (``surface_m²``).
    """
    return replace(expression, tree=_rename(expression.tree, names))


def _rename(node: Node, names: Mapping[str, str]) -> Node:
    match node:
        case Property(name):
            return Property(names.get(name, name))
        case Operation(operator, arguments):
            return Operation(operator, tuple(_rename(argument, names) for argument in arguments))
        case Array(items):
            return Array(tuple(_rename(item, names) for item in items))
        case IntervalNode(start, end):
            return IntervalNode(_rename_end(start, names), _rename_end(end, names))
    return node


def _rename_end(node: Instant | Property | None, names: Mapping[str, str]) -> Instant | Property | None:
    return Property(names.get(node.name, node.name)) if isinstance(node, Property) else node


def read_sort(
    element: Element, *, version: FesVersion, types: Collection[str] = (), parameter: str = "SORTBY"
) -> tuple[SortKey, ...]:
    """Read an element ``SortBy``: the properties to sort on, by local name, the first first.

    Raises:
        UnreadableRequest: not the SortBy of this version, or a property twice.
        UnknownProperty: a path that leads nowhere.
    """
    if element.name != "SortBy" or element.namespace not in {version.namespace, ""} or not element.children:
        raise UnreadableRequest(
            _("%s n’est pas un <SortBy> avec ses propriétés.") % element, parameter=parameter
        )
    keys = tuple(_sort_key(child, types, parameter) for child in element.children)
    if len({key.name for key in keys}) < len(keys):
        raise UnreadableRequest(_("%s nomme deux fois une propriété.") % element, parameter=parameter)
    return keys


def _sort_key(element: Element, types: Collection[str], parameter: str) -> SortKey:
    names = element.named("ValueReference", "PropertyName")
    orders = element.named("SortOrder")
    if element.name != "SortProperty" or len(names) != 1 or len(orders) > 1:
        raise UnreadableRequest(
            _("%s n’est pas un <SortProperty> avec sa propriété.") % element, parameter=parameter
        )
    order = orders[0].text.strip().upper() if orders else ""
    if order not in _ORDERS:
        raise UnreadableRequest(
            _("SortOrder attend ASC ou DESC ; reçu « %s ».") % order[:20], parameter=parameter
        )
    name = read_property_name(names[0].text, prefixes=names[0].prefixes, types=types, parameter=parameter)
    return SortKey(ID.name if name == GML_ID else name, _ORDERS[order])
