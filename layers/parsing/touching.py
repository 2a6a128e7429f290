"""A question about another layer: the features that touch, or are near, features of it, and those that do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.cql2 import Expression, parse_filter

PARAMETER = "touching"
DISJOINT = "disjoint"
MAX_TOUCHING = 5
MAX_METRES = 100_000
_FORM = re.compile(
    r"(?P<layer>[a-z0-9][a-z0-9-]{0,99})(?:/(?P<id>\d{1,18}))?(?:@(?P<metres>\d{1,6}(?:\.\d{1,3})?))?(?:\?(?P<filter>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Touching:
    """Features that share a point with, or are at most ``metres`` from, some feature of ``layer``.

    ``pk`` names one feature of it, else ``filter`` narrows them; ``metres`` are measured on the spheroid, 0 asks for
    a shared point. Asked by ``DISJOINT``, it is about those that have no such feature. The layer's name is not resolved
    yet: only the visitor's rights know whether it exists for them.
    """

    layer: str
    pk: int | None = None
    metres: float = 0.0
    filter: Expression | None = None
    text: str = ""
    parameter: str = PARAMETER

    @property
    def is_disjoint(self) -> bool:
        """Whether features that have no such feature are asked for."""
        return self.parameter == DISJOINT


def parse_touching(texts: Sequence[str], *, parameter: str = PARAMETER) -> tuple[Touching, ...]:
    """Read ``layer``, ``layer/12``, ``layer@300``, ``layer/12@300`` or ``layer@300?typezone = 'N'``, each once.

    ``@`` is followed by metres, ``?`` by a CQL2 text filter on that layer; geometry literals are in CRS84.
    ``parameter`` is the name that they were given under, ``PARAMETER`` or ``DISJOINT``.

    Raises:
        InvalidParameter: not of this form, more than five, or a distance over 100 km.
        InvalidFilter: the filter after ``?`` cannot be read.
    """
    if len(texts) > MAX_TOUCHING:
        raise InvalidParameter(
            _("%(name)s est donné %(n)d fois ; %(max)d au plus.")
            % {"name": parameter, "n": len(texts), "max": MAX_TOUCHING},
            parameter=parameter,
        )
    return tuple(_touching(text, parameter) for text in dict.fromkeys(texts))


def _touching(text: str, parameter: str) -> Touching:
    match = _FORM.fullmatch(text)
    if match is None or (match["id"] and match["filter"]):
        raise InvalidParameter(
            _(
                "%(name)s attend couche, couche/objet, couche@mètres ou couche@mètres?filtre ; reçu « %(value)s »."
            )
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    metres = float(match["metres"] or 0)
    if metres > MAX_METRES:
        raise InvalidParameter(
            _("%(name)s attend au plus %(max)d mètres ; reçu « %(value)s ».")
            % {"name": parameter, "max": MAX_METRES, "value": match["metres"]},
            parameter=parameter,
        )
    return Touching(
        layer=match["layer"],
        pk=int(match["id"]) if match["id"] else None,
        metres=metres,
        filter=parse_filter(match["filter"], parameter=parameter) if match["filter"] else None,
        text=text,
        parameter=parameter,
    )
