"""And, Or, Not. Desktop tools write long lists as pairs in pairs: those of one operator are read as one level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Node, Operation
from wfs.parsing.fes.reader import FilterReader, Handler
from wfs.parsing.xml import Element


def _chain(reader: FilterReader, element: Element, depth: int) -> Node:
    found = tuple(reader.predicate(part, depth + 1) for part in _parts(reader, element))
    return found[0] if len(found) == 1 else Operation(element.name.lower(), found)


def _parts(reader: FilterReader, element: Element) -> Iterator[Element]:
    """Yield the conditions of an operator and of those of the same name right below it, in their order."""
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if part.name != element.name:
            yield part
            continue
        reader.check_namespace(part)
        if not part.children:
            raise reader.unreadable(_("%s est vide : des conditions sont attendues.") % part)
        waiting += reversed(part.children)


def _not(reader: FilterReader, element: Element, depth: int) -> Node:
    reader.check_count(element, 1)
    return Operation("not", (reader.predicate(element.children[0], depth + 1),))


PREDICATES: Mapping[str, Handler] = {"And": _chain, "Or": _chain, "Not": _not}
