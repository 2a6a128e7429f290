"""Positions of GML: ``pos``, ``posList``, ``coordinates`` and ``coord``, in the order of the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from layers.errors import InvalidGeometry
from wfs.parsing.xml import Element

Position = tuple[float, ...]
# GML calls it ``srsDimension``, and 3.1 before its last form ``dimension``.
_DIMENSIONS = {"2": 2, "3": 3}


def dimension_of(element: Element, inherited: int, parameter: str) -> int:
    """Return how many numbers a position has in an element: what it says, or else what is around it.

    Raises:
        InvalidGeometry: neither two nor three.
    """
    text = element.attributes.get("srsDimension", element.attributes.get("dimension"))
    if text is None:
        return inherited
    if text.strip() not in _DIMENSIONS:
        raise InvalidGeometry(
            _("%(element)s : srsDimension attend 2 ou 3 ; reçu « %(value)s ».")
            % {"element": element, "value": text[:20]},
            parameter=parameter,
        )
    return _DIMENSIONS[text.strip()]


def positions(element: Element, dimension: int, parameter: str) -> list[Position]:
    """Return the positions that the children of an element hold, in their order.

    Raises:
        InvalidGeometry: none, a number that cannot be read, or a list that is cut in the middle of a position.
    """
    found: list[Position] = []
    for child in element.children:
        read = _READERS.get(child.name)
        if read is not None:
            found += read(child, dimension_of(child, dimension, parameter), parameter)
    if not found:
        raise InvalidGeometry(_("%s n’a pas de coordonnées.") % element, parameter=parameter)
    if len({len(position) for position in found}) > 1:
        raise InvalidGeometry(
            _("%s mêle des positions de deux et de trois nombres.") % element, parameter=parameter
        )
    return found


def _pos(element: Element, _dimension: int, parameter: str) -> list[Position]:
    return [_position(_numbers(element, parameter), element, parameter)]


def _pos_list(element: Element, dimension: int, parameter: str) -> list[Position]:
    numbers = _numbers(element, parameter)
    if len(numbers) % dimension:
        raise InvalidGeometry(
            _("%(element)s compte %(count)d nombres : un multiple de %(dimension)d est attendu.")
            % {"element": element, "count": len(numbers), "dimension": dimension},
            parameter=parameter,
        )
    return list(zip(*[iter(numbers)] * dimension, strict=True))


def _coordinates(element: Element, _dimension: int, parameter: str) -> list[Position]:
    """GML 2: ``2.2,48.8 2.3,48.9``, whose three separators may be others."""
    decimal = element.attributes.get("decimal") or "."
    within, between = element.attributes.get("cs") or ",", element.attributes.get("ts") or " "
    parts = element.text.split() if between.isspace() else element.text.strip().split(between)
    return [
        _position(
            [_number(part.strip().replace(decimal, "."), element, parameter) for part in text.split(within)],
            element,
            parameter,
        )
        for text in parts
    ]


def _coord(element: Element, _dimension: int, parameter: str) -> list[Position]:
    """GML 2: ``<coord><X>2.2</X><Y>48.8</Y></coord>``."""
    numbers = [_number(child.text.strip(), child, parameter) for child in element.named("X", "Y", "Z")]
    return [_position(numbers, element, parameter)]


def _point(element: Element, dimension: int, parameter: str) -> list[Position]:
    """A position by way of a point: ``<pointProperty><Point><pos>…``."""
    return [found for child in element.children for found in positions(child, dimension, parameter)]


def _position(numbers: list[float], element: Element, parameter: str) -> Position:
    if len(numbers) not in {2, 3}:
        raise InvalidGeometry(
            _("%(element)s : une position compte 2 ou 3 nombres ; reçu %(count)d.")
            % {"element": element, "count": len(numbers)},
            parameter=parameter,
        )
    return tuple(numbers)


def _numbers(element: Element, parameter: str) -> list[float]:
    """Return the numbers of a text; a list of them has thousands, so they are read one by one to tell a fault alone."""
    parts = element.text.split()
    try:
        if "_" not in element.text:
            return list(map(float, parts))
    except ValueError:
        pass
    return [_number(part, element, parameter) for part in parts]


def _number(text: str, element: Element, parameter: str) -> float:
    try:
        if "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        raise InvalidGeometry(
            _("%(element)s : « %(value)s » n’est pas un nombre.") % {"element": element, "value": text[:40]},
            parameter=parameter,
        ) from None


_READERS: Mapping[str, Callable[[Element, int, str], list[Position]]] = {
    "pos": _pos,
    "posList": _pos_list,
    "coordinates": _coordinates,
    "coord": _coord,
    "pointProperty": _point,
    "pointRep": _point,
}
