"""ResourceId, FeatureId, GmlObjectId, and comparisons with ``@gml:id``: features by their identifier."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.definitions import ID
from layers.parsing.cql2.nodes import Literal, Node, Operation, Property, Untyped
from wfs.names import read_resource_id
from wfs.parsing.fes.reader import FilterReader, Handler
from wfs.parsing.fes.references import GML_ID
from wfs.parsing.xml import Element

_GML_IDS = ("{http://www.opengis.net/gml}id", "{http://www.opengis.net/gml/3.2}id", "id")
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "ResourceId": ("rid",),
    "FeatureId": ("fid",),
    "GmlObjectId": _GML_IDS,
}


def identifier(reader: FilterReader, element: Element) -> str:
    """Return the identifier that an element names.

    Raises:
        UnreadableRequest: not of this version, without identifier, or asking for versions of the feature.
    """
    reader.check_namespace(element)
    if not reader.has(element.name):
        raise reader.unreadable(
            _("%(element)s n’est pas un opérateur des filtres %(version)s.")
            % {"element": element, "version": reader.version.value}
        )
    names = _ATTRIBUTES[element.name]
    others = set(element.attributes) - set(names)
    if others:
        raise reader.unreadable(
            _("%(element)s : l’attribut « %(name)s » n’est pas servi ; un objet n’a qu’une version.")
            % {"element": element, "name": min(others)[:40]}
        )
    return reader.attribute(element, *names)


def compared(reader: FilterReader, operator: str, left: Node, right: Node) -> Node:
    """Return the comparison of ``@gml:id`` with an identifier.

    Raises:
        InvalidFilter: another operator than equality, or another value than a literal.
    """
    literal = next((node for node in (left, right) if isinstance(node, Untyped)), None)
    if operator not in {"=", "<>"} or literal is None:
        raise reader.fault(_("%s se compare par égalité à un identifiant, et à rien d’autre.") % GML_ID)
    found = _is(reader, literal.value.strip())
    return found if operator == "=" else Operation("not", (found,))


def _one(reader: FilterReader, element: Element, _depth: int) -> Node:
    """One identifier among other conditions."""
    return _is(reader, identifier(reader, element))


def _is(reader: FilterReader, text: str) -> Node:
    """Return the condition to be this feature: nothing is when it is of another type."""
    name, pk = read_resource_id(text, parameter=reader.parameter)
    if name not in reader.types:
        return Literal(False)
    return Operation("=", (Property(ID.name), Literal(pk)))


PREDICATES: Mapping[str, Handler] = dict.fromkeys(_ATTRIBUTES, _one)
