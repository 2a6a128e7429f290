"""A layer as a side of the divider shows it, in the address: ``layer``, ``layer@v2`` for a version, ``layer@from..to``
for what its date puts in a period, either day being left out for an open one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interface.conditions import RANGE
from layers.errors import InvalidParameter

SIDE = r"([a-z0-9][a-z0-9-]*)(?:@(?:v(\d{1,9})|([0-9-]{0,10}\.\.[0-9-]{0,10})))?"
_SIDE = re.compile(SIDE, re.ASCII)
_VERSION = re.compile(r"([a-z0-9][a-z0-9-]*):(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Side:
    """A layer, its version where ``version`` is a number, and the ``period`` asked of its date (``from..to``)."""

    layer: str
    version: int | None = None
    period: str = ""

    def __str__(self) -> str:
        shown = self.period if self.version is None else f"v{self.version}"
        return f"{self.layer}@{shown}" if shown else self.layer


def parse_side(text: str, *, parameter: str) -> Side:
    """Read a side.

    Raises:
        InvalidParameter: another form, or a day that the calendar does not have; ``parameter`` is named.
    """
    match = _SIDE.fullmatch(text)
    if match is None or match[3] == RANGE:
        raise InvalidParameter(
            _("%(name)s attend couche, couche@v2 ou couche@AAAA-MM-JJ..AAAA-MM-JJ ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:60]},
            parameter=parameter,
        )
    for day in filter(None, (match[3] or "").split(RANGE)):
        _check_day(day, parameter)
    return Side(match[1], int(match[2]) if match[2] else None, match[3] or "")


def _check_day(text: str, parameter: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": parameter, "expected": _("une date AAAA-MM-JJ"), "value": text},
            parameter=parameter,
        ) from None


def parse_version(text: str, *, parameter: str) -> tuple[str, int]:
    """Read ``layer:number``, the version of a layer that the map shows.

    Raises:
        InvalidParameter: another form; ``parameter`` is named.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise InvalidParameter(
            _("%(name)s attend couche:numéro ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:60]},
            parameter=parameter,
        )
    return match[1], int(match[2])
