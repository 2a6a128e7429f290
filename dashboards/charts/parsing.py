"""The address of a chart of a layer: the filters of the API, and three parameters of its own.

==============  ==================================================================================
``par``         a group key, as ``/aggregate`` writes it: ``commune``, ``year:date``, ``bins10:hauteur``
``mesure``      what is measured of each group: ``count``, ``avg:hauteur``
``graphique``   how it is drawn: a kind of ``CHART_KINDS``
==============  ==================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.registry import LAYER_CHART_KINDS, TABLE
from interface.parsing import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query, single_values

BY, MEASURE, KIND = "par", "mesure", "graphique"
OWN = (BY, MEASURE, KIND)
CHART_KINDS = {kind.name: kind.short_title or kind.title for kind in LAYER_CHART_KINDS} | {
    TABLE.name: gettext_lazy("Tableau seul")
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """A chart that is asked: ``by``, ``measure`` and ``kind`` are empty where the address says nothing.

    ``selection`` are the features that it counts, ``kept`` the parameters that select them.
    """

    by: str
    measure: str
    kind: str
    selection: FeatureQuery
    kept: tuple[tuple[str, str], ...]


def parse_chart(parameters: Parameters) -> ChartQuery:
    """Read the address of a chart.

    Raises:
        UnknownParameter: a name that is neither the API's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    given = filled(parameters)
    own = single_values({name: given[name] for name in OWN if name in given}, known=OWN)
    others = {name: values for name, values in given.items() if name not in OWN}
    kind = own.get(KIND, "")
    if kind and kind not in CHART_KINDS:
        raise InvalidParameter(
            _("%(name)s attend l’une de ces valeurs : %(choices)s ; reçu « %(value)s ».")
            % {"name": KIND, "choices": ", ".join(CHART_KINDS), "value": kind[:40]},
            parameter=KIND,
        )
    for name in (BY, MEASURE):
        if len(own.get(name, "")) > _LONGEST:
            raise InvalidParameter(_("%(name)s est trop long.") % {"name": name}, parameter=name)
    kept = tuple((name, value) for name, values in others.items() for value in values)
    return ChartQuery(own.get(BY, ""), own.get(MEASURE, ""), kind, parse_query(others), kept)
