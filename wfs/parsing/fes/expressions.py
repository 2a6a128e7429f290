"""Values of a filter: references to properties, literals, functions and calculations.

Functions are those of the kernel, by the names that desktop tools look for. Capabilities list them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidFilter
from layers.parsing.cql2.bounds import check_characters
from layers.parsing.cql2.nodes import Literal, Node, Operation, Property, Untyped, read_number
from layers.parsing.xml import Element
from wfs.parsing.fes.reader import FilterReader, read_property_name
from wfs.parsing.gml import is_geometry, is_time, read_time

TEXT, NUMBER = "xsd:string", "xsd:decimal"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: ``operator`` is that of CQL2; ``arguments`` are (name, type) pairs; types are those of XML Schema."""

    name: str
    operator: str
    arguments: tuple[tuple[str, str], ...]
    returns: str

    @property
    def is_calculation(self) -> bool:
        """Whether it takes and gives numbers."""
        return self.returns == NUMBER


def _of_text(name: str, operator: str) -> Function:
    return Function(name, operator, (("text", TEXT),), TEXT)


def _of_numbers(name: str, operator: str) -> Function:
    return Function(name, operator, (("first", NUMBER), ("second", NUMBER)), NUMBER)


# QGIS calls ``lower`` and ``unaccent``, GeoServer's clients ``strToLowerCase``; the two first are CQL2's own.
# Small letters are not folded ones: those of « Straße » are « straße », where the folded ones are « strasse ».
FUNCTIONS: tuple[Function, ...] = (
    _of_text("accenti", "accenti"),
    _of_text("casei", "casei"),
    _of_text("lower", "lower"),
    _of_text("strToLowerCase", "lower"),
    _of_text("unaccent", "accenti"),
    _of_numbers("Add", "+"),
    _of_numbers("Sub", "-"),
    _of_numbers("Mul", "*"),
    _of_numbers("Div", "/"),
    _of_numbers("IntDiv", "div"),
    _of_numbers("Mod", "%"),
    _of_numbers("Pow", "^"),
)
_BY_NAME: Mapping[str, Function] = {function.name.lower(): function for function in FUNCTIONS}
# Elements of their own in Filter Encoding 1.1 and 1.0, functions in FES 2.0; QGIS writes the elements there too.
CALCULATIONS: Mapping[str, Function] = {name: _BY_NAME[name.lower()] for name in ("Add", "Sub", "Mul", "Div")}


def function_named(name: str) -> Function | None:
    """Return the function of a name, in any case; None when there is none."""
    return _BY_NAME.get(name.lower())


REFERENCES = frozenset({"ValueReference", "PropertyName"})


def value(reader: FilterReader, element: Element, depth: int) -> Node:
    """Return the node of a value.

    Raises:
        UnreadableRequest: not an expression of this version.
        UnknownProperty: a path that leads nowhere.
    """
    reader.count(depth)
    if is_geometry(element):
        return reader.shape(element)
    if is_time(element):
        return read_time(element, parameter=reader.parameter)
    reader.check_namespace(element)
    read = _READERS.get(element.name)
    if read is None or not reader.has(element.name):
        raise reader.unreadable(
            _("%(element)s n’est pas une valeur des filtres %(version)s.")
            % {"element": element, "version": reader.version.value}
        )
    return read(reader, element, depth)


def values(reader: FilterReader, element: Element, count: int, depth: int) -> list[Node]:
    """Return the nodes of the values that an operator compares."""
    reader.check_count(element, count)
    return [value(reader, child, depth + 1) for child in element.children]


def text_of(reader: FilterReader, element: Element) -> str:
    """Return the text of a literal or of another element, which holds nothing else.

    Raises:
        UnreadableRequest: elements in it.
    """
    if element.children:
        raise reader.unreadable(
            _("%(element)s attend un texte ; il contient %(child)s.")
            % {"element": element, "child": element.children[0]}
        )
    check_characters(element.text, parameter=reader.parameter)
    return element.text


def reference(reader: FilterReader, element: Element, _depth: int = 0) -> Property:
    """Return the property that a ``ValueReference`` or a ``PropertyName`` names."""
    name = read_property_name(
        text_of(reader, element),
        prefixes=element.prefixes,
        types=reader.types,
        parameter=reader.parameter,
        in_filter=True,
    )
    return Property(name)


def _literal(reader: FilterReader, element: Element, depth: int) -> Node:
    """A text; or a geometry or a time, which FES 2.0 allows in a literal."""
    if len(element.children) == 1 and not element.text.strip():
        child = element.children[0]
        if is_geometry(child) or is_time(child):
            return value(reader, child, depth + 1)
    return Untyped(text_of(reader, element))


def _function(reader: FilterReader, element: Element, depth: int) -> Node:
    name = reader.attribute(element, "name")
    function = function_named(name)
    if function is None:
        raise InvalidFilter(_("La fonction « %s » n’est pas servie.") % name[:40], parameter=reader.parameter)
    return _called(reader, element, function, depth)


def _calculation(reader: FilterReader, element: Element, depth: int) -> Node:
    return _called(reader, element, CALCULATIONS[element.name], depth)


def _called(reader: FilterReader, element: Element, function: Function, depth: int) -> Node:
    arguments = values(reader, element, len(function.arguments), depth)
    if function.is_calculation:
        arguments = [_number(reader, argument) for argument in arguments]
    return Operation(function.operator, tuple(arguments))


def _number(reader: FilterReader, node: Node) -> Node:
    """Read a literal of a calculation, which can only be a number."""
    if not isinstance(node, Untyped):
        return node
    try:
        return Literal(read_number(node.value.strip()))
    except ValueError:
        raise reader.fault(_("« %s » n’est pas un nombre.") % node.value[:40]) from None


_READERS: Mapping[str, Callable[[FilterReader, Element, int], Node]] = {
    **dict.fromkeys(REFERENCES, reference),
    **dict.fromkeys(CALCULATIONS, _calculation),
    "Literal": _literal,
    "Function": _function,
}
