"""Times of GML: ``TimeInstant`` and ``TimePeriod`` become the instants and intervals of a filter."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.errors import InvalidDatetime
from layers.parsing.cql2.nodes import Instant, IntervalNode
from layers.parsing.datetimes import Interval, is_ordered, parse_local_moment
from wfs.parsing.gml.shapes import NAMESPACES
from wfs.parsing.xml import Element


def is_time(element: Element) -> bool:
    """Whether an element is a time that is read."""
    return element.namespace in NAMESPACES and element.name in {"TimeInstant", "TimePeriod"}


def read_time(element: Element, *, parameter: str) -> Instant | IntervalNode:
    """Read a ``TimeInstant`` or a ``TimePeriod``, whose ends may be unknown: open.

    Raises:
        InvalidDatetime: a position that is not a date or an instant, or an end before its start.
    """
    if element.name == "TimePeriod":
        start, end = (_end(element, name, parameter) for name in ("begin", "end"))
        return read_span(start, end, parameter=parameter)
    found = _instant(element, parameter)
    if found is None:
        raise InvalidDatetime(_("%s n’a pas de date.") % element, parameter=parameter)
    return found


def read_span(start: Instant | None, end: Instant | None, *, parameter: str) -> IntervalNode:
    """Return an interval whose ends are in order; None is an open end.

    Raises:
        InvalidDatetime: an end before its start.
    """
    if start is not None and end is not None and not is_ordered(Interval(start.value, end.value)):
        raise InvalidDatetime(_("La fin de l’intervalle précède son début."), parameter=parameter)
    return IntervalNode(start, end)


def _end(period: Element, name: str, parameter: str) -> Instant | None:
    """Return an end of a period, written ``begin`` with an instant in it, or ``beginPosition``."""
    position = period.child(f"{name}Position")
    if position is not None:
        return _position(position, parameter)
    holder = period.child(name)
    if holder is None or len(holder.children) != 1:
        raise InvalidDatetime(
            _("%(element)s attend un élément « %(name)s ».") % {"element": period, "name": name},
            parameter=parameter,
        )
    return _instant(holder.children[0], parameter)


def _instant(element: Element, parameter: str) -> Instant | None:
    position = element.child("timePosition")
    if element.name != "TimeInstant" or position is None:
        raise InvalidDatetime(
            _("%s n’est pas un TimeInstant avec sa timePosition.") % element, parameter=parameter
        )
    return _position(position, parameter)


def _position(element: Element, parameter: str) -> Instant | None:
    """Return an instant, None when it is unknown."""
    vague = element.attributes.get("indeterminatePosition")
    if vague == "now":
        return Instant(timezone.now())
    if vague == "unknown" and not element.text.strip():
        return None
    if vague:
        raise InvalidDatetime(
            _("%(element)s : indeterminatePosition « %(value)s » n’est pas servi.")
            % {"element": element, "value": vague[:20]},
            parameter=parameter,
        )
    return Instant(parse_local_moment(element.text, parameter=parameter))
