"""The address of an answer: the map's own, and how a layer's rows are told.

============  ======================================================================================
``tri``       the property that sorts, after a ``-`` from the last to the first; ``_distance`` around a place
``colonnes``  the properties shown, separated by commas
``apres``     the cursor of a page: the rows that follow the one it names
``par``       the property that statistics are counted by
============  ======================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.map_state.parsing import BY, COLUMNS, SORT, MapQuery, parse_map
from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import single_values

AFTER = "apres"
_OWN = (SORT, COLUMNS, AFTER, BY)
_SORT = re.compile(r"-?\w{1,63}")


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What is told of a layer under the map's question. Names are not resolved: only a scope knows which exist.

    Empty ``sort``, ``columns`` and ``by`` leave the choice to the layer; an empty ``after`` asks for the first page.
    """

    map: MapQuery
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    by: str = ""


def parse_table(parameters: Parameters) -> TableQuery:
    """Read the address of an answer.

    Raises:
        UnknownParameter: a name that is neither the map's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    given = filled(parameters)
    own = single_values({name: given[name] for name in _OWN if name in given}, known=_OWN)
    if SORT in own and not _SORT.fullmatch(own[SORT]):
        raise InvalidParameter(
            _("tri attend un champ, précédé de « - » pour l’ordre inverse ; reçu « %s ».") % own[SORT][:60],
            parameter=SORT,
        )
    return TableQuery(
        map=parse_map(parameters, allowed=_OWN),
        sort=own.get(SORT, ""),
        columns=tuple(dict.fromkeys(filter(None, own.get(COLUMNS, "").split(",")))),
        after=own.get(AFTER, ""),
        by=own.get(BY, ""),
    )
