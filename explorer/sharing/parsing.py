"""The addresses of what is taken of a map: the map's own parameters, and two of theirs.

===========  ================================================================================
``vue``      what the map shows first, as its address says it: ``zoom/latitude/longitude``
``interne``  ``1``: with what the reader alone sees; without it, what everybody sees
===========  ================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.map_state.camera import VIEW, Camera, parse_camera
from explorer.map_state.parsing import MapQuery, parse_map
from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import single_values

INTERNAL = "interne"
_OWN = (VIEW, INTERNAL)


@dataclass(frozen=True, slots=True)
class TakenMap:
    """A map to take away: its question, what it shows first, for whom."""

    map: MapQuery
    view: Camera | None
    is_internal: bool


def parse_taken(parameters: Parameters) -> TakenMap:
    """Read the address of a file or a picture of the map.

    Raises:
        UnknownParameter: a name that is neither the map's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    given = filled(parameters)
    own = single_values({name: given[name] for name in _OWN if name in given}, known=_OWN)
    if own.get(INTERNAL, "1") != "1":
        raise InvalidParameter(
            _("%(name)s attend « %(codes)s » ; reçu « %(value)s ».")
            % {"name": INTERNAL, "codes": "1", "value": own[INTERNAL][:40]},
            parameter=INTERNAL,
        )
    view = parse_camera(own[VIEW]) if VIEW in own else None
    return TakenMap(parse_map(parameters, allowed=_OWN), view, INTERNAL in own)
