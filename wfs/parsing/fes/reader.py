"""The state of one filter while it is read, with the faults that name an element of it; paths to a property."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from layers.crs import Crs
from layers.errors import FilterTooComplex, InvalidFilter, UnknownProperty, UnreadableRequest
from layers.parsing.cql2.bounds import MAX_NESTING, too_deep
from layers.parsing.cql2.nodes import GeometryLiteral, Literal, Node
from layers.parsing.cql2.parser import MAX_NODES
from layers.parsing.geometry import MAX_VERTICES
from layers.parsing.xml import Element
from wfs.names import NAMESPACE, PREFIXES, local_type
from wfs.parsing.gml import read_geometry
from wfs.versions import FesVersion, GmlVersion

# What a path to the identifier of a feature reads as.
GML_ID = "@gml:id"
# Properties that every feature of GML may have, by what a path to one reads as. No feature of the portal has any.
BOUNDED_BY = "gml:boundedBy"
GML_PROPERTIES = frozenset(
    {
        "gml:metaDataProperty", "gml:description", "gml:descriptionReference", "gml:identifier", "gml:name",
        BOUNDED_BY,
    }
)  # fmt: skip
_GML = frozenset(version.namespace for version in GmlVersion)
# The prefixes of a filter that declares none.
_PREFIXES = {**PREFIXES, "gml": GmlVersion.V3_2.namespace}
_IDENTIFIERS = frozenset({GML_ID, "@id", "@fid"})
_MAX_PATH = 300
# Axes, wildcards, several paths, blanks, and predicates but the first.
_UNREAD = re.compile(r"//|::|[\s*|]|\[(?!1\])")
_FIRST = re.compile(r"\[1\]$")


def read_property_name(
    text: str,
    *,
    prefixes: Mapping[str, str] = PREFIXES,
    types: Collection[str] = (),
    parameter: str,
    in_filter: bool = False,
) -> str:
    """Return the local name of the property that a path leads to, or ``GML_ID``.

    ``in_filter``: the path may lead to one of ``GML_PROPERTIES`` too.

    A path is ``nom``, ``portail:nom``, ``aires-de-jeux/nom`` or ``@gml:id``: flat features need no more of XPath, and
    the rest is refused.
    ``types`` are the local names that may begin the path: those of the feature type and its aliases.

    Raises:
        UnreadableRequest: XPath that is not served.
        InvalidFilter: a prefix of another namespace.
        UnknownProperty: a path through what is not the feature type.
    """
    path = text.strip()
    if not path or len(path) > _MAX_PATH or _UNREAD.search(path):
        raise UnreadableRequest(
            _("« %s » n’est pas un chemin qui est lu : écrivez le nom d’une propriété.") % path[:80],
            parameter=parameter,
        )
    *before, last = path.removeprefix("/").removeprefix("./").removesuffix("/text()").split("/")
    last = _FIRST.sub("", last)
    name = GML_ID if last in _IDENTIFIERS else _gml_name(last, prefixes) if in_filter else ""
    name = name or _local_name(last, prefixes, parameter)
    if len(before) > 1 or any(
        local_type(step, prefixes=prefixes, parameter=parameter) not in types for step in before
    ):
        raise UnknownProperty(path[:80], parameter=parameter)
    return name


def _gml_name(name: str, prefixes: Mapping[str, str]) -> str:
    """Return which of ``GML_PROPERTIES`` a name is, whatever its prefix; empty for another."""
    prefix, mark, local = name.rpartition(":")
    is_gml = bool(mark) and prefixes.get(prefix, _PREFIXES.get(prefix)) in _GML
    return f"gml:{local}" if is_gml and f"gml:{local}" in GML_PROPERTIES else ""


def _local_name(name: str, prefixes: Mapping[str, str], parameter: str) -> str:
    prefix, mark, local = name.rpartition(":")
    if mark and prefixes.get(prefix, PREFIXES.get(prefix)) != NAMESPACE:
        raise InvalidFilter(
            _("« %(name)s » : le préfixe « %(prefix)s » n’est pas celui de l’espace de noms %(namespace)s.")
            % {"name": name[:80], "prefix": prefix[:40], "namespace": NAMESPACE},
            parameter=parameter,
        )
    return local


Handler = Callable[["FilterReader", Element, int], Node]

# Elements of one version alone; what is in neither set is common.
_OF_2 = frozenset(
    {
        "ResourceId", "PropertyIsNil", "After", "Before", "Begins", "BegunBy", "TContains", "During", "EndedBy",
        "Ends", "TEquals", "Meets", "MetBy", "TOverlaps", "OverlappedBy", "AnyInteracts",
    }
)  # fmt: skip
_OF_1 = frozenset({"FeatureId", "GmlObjectId"})
# GDAL writes ResourceId in the namespace of 1.1 too.
_ABSENT = {
    FesVersion.V2_0: _OF_1,
    FesVersion.V1_1: _OF_2 - {"ResourceId"},
    FesVersion.V1_0: _OF_2,
}


class FilterReader:
    """Reads one filter; counts what it has read."""

    def __init__(
        self,
        *,
        version: FesVersion,
        crs: Crs,
        geometry: str,
        types: Collection[str],
        parameter: str,
        predicates: Mapping[str, Handler],
    ) -> None:
        self.version = version
        self.crs = crs
        self.geometry = geometry
        self.types = types
        self.parameter = parameter
        self.predicates = predicates
        self.nodes = 0
        self.vertices = 0
        self.negations = 0

    def predicate(self, element: Element, depth: int) -> Node:
        """Return the node of a condition.

        Raises:
            UnreadableRequest: not an operator of this version.
        """
        self.count(depth)
        self.check_namespace(element)
        handler = self.predicates.get(element.name)
        if handler is None or not self.has(element.name):
            raise self.unreadable(
                _("%(element)s n’est pas un opérateur des filtres %(version)s.")
                % {"element": element, "version": self.version.value}
            )
        return handler(self, element, depth)

    def has(self, name: str) -> bool:
        """Whether an element belongs to this version."""
        return name not in _ABSENT[self.version]

    def shape(self, element: Element) -> GeometryLiteral:
        """Return a geometry literal."""
        geometry: GEOSGeometry = read_geometry(element, default=self.crs, parameter=self.parameter)
        self.vertices += geometry.num_coords
        if self.vertices > MAX_VERTICES:
            raise FilterTooComplex(
                _("Les géométries du filtre ont plus de %d sommets.") % MAX_VERTICES, parameter=self.parameter
            )
        return GeometryLiteral(geometry)

    def unknown(self) -> Literal:
        """Return a condition that selects no feature here, under a ``Not`` neither: what compares no value."""
        return Literal(self.negations % 2 == 1)

    def count(self, depth: int) -> None:
        """Count a term.

        Raises:
            FilterTooComplex: too many, or too deep.
        """
        self.nodes += 1
        if depth > MAX_NESTING:
            raise too_deep(self.parameter)
        if self.nodes > MAX_NODES:
            raise FilterTooComplex(
                _("Le filtre compte plus de %d termes.") % MAX_NODES, parameter=self.parameter
            )

    def check_namespace(self, element: Element) -> None:
        """Refuse an element of another namespace than the filters of this version; one without any is let in.

        Raises:
            UnreadableRequest: another namespace.
        """
        if element.namespace not in {self.version.namespace, ""}:
            raise self.unreadable(
                _("%(element)s est dans l’espace de noms « %(given)s » ; attendu : « %(expected)s ».")
                % {
                    "element": element,
                    "given": element.namespace[:80],
                    "expected": self.version.namespace,
                }
            )

    def check_count(self, element: Element, expected: int) -> None:
        """Refuse an element that has not so many children.

        Raises:
            UnreadableRequest: more, or fewer.
        """
        if len(element.children) != expected:
            raise self.unreadable(
                _("Éléments attendus dans %(element)s : %(expected)d ; reçus : %(count)d.")
                % {"element": element, "expected": expected, "count": len(element.children)}
            )

    def attribute(self, element: Element, *names: str) -> str:
        """Return the first of these attributes that is given.

        Raises:
            UnreadableRequest: none is.
        """
        for name in names:
            if name in element.attributes:
                return element.attributes[name]
        raise self.unreadable(
            _("%(element)s attend l’attribut « %(name)s ».") % {"element": element, "name": names[0]}
        )

    def fault(self, message: str) -> InvalidFilter:
        """Return the fault with ``message`` about a value of this filter."""
        return InvalidFilter(message, parameter=self.parameter)

    def unreadable(self, message: str) -> UnreadableRequest:
        """Return the fault with ``message`` about the form of this filter."""
        return UnreadableRequest(message, parameter=self.parameter)
