"""Values that a form sends in parts: without script, two bounds are two fields, and another layer is three.

=================================  ===============================================================================
``layer.field.de``, ``.a``         the bounds of a range: together ``layer.field=de..a``
``layer.touching.couche``          another layer, with ``.metres`` around it, ``.choisis`` for only what is asked of it;
                                   so has ``layer.disjoint``
=================================  ===============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from interface.requests import Parameters
from layers.errors import InvalidParameter

FROM, TO = "de", "a"
LAYER, METRES, LIVE = "couche", "metres", "choisis"
_PART = re.compile(r"(?P<whole>[a-z0-9][a-z0-9-]*\.\w+)\.(?P<part>de|a|couche|metres|choisis)", re.ASCII)


def composed(parameters: Parameters) -> dict[str, Sequence[str]]:
    """Put the parts of each value together, after the values that came whole.

    Raises:
        InvalidParameter: a part has several values.
    """
    whole: dict[str, Sequence[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name, values in parameters.items():
        match = _PART.fullmatch(name)
        if match is None:
            whole[name] = values
        elif values:
            parts.setdefault(match["whole"], {})[match["part"]] = _only(name, values)
    for name, given in parts.items():
        if text := _value(given):
            whole[name] = [*whole.get(name, ()), text]
    return whole


def _only(name: str, values: Sequence[str]) -> str:
    texts = {value.strip() for value in values}
    if len(texts) > 1:
        raise InvalidParameter(_("%s est donné plusieurs fois.") % name[:60], parameter=name[:60])
    return texts.pop()


def _value(given: Mapping[str, str]) -> str:
    if other := given.get(LAYER):
        metres = given.get(METRES, "")
        return other + (f"@{metres}" if metres not in {"", "0"} else "") + ("*" if given.get(LIVE) else "")
    first, last = given.get(FROM, ""), given.get(TO, "")
    return f"{first}..{last}" if first or last else ""
