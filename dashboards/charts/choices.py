"""What a reader may draw of a layer, and the address that asks it: the filters of the API, and three parameters.

==============  ==================================================================================
``par``         a group key, as ``/aggregate`` writes it: ``commune``, ``year:date``, ``bins10:hauteur``
``mesure``      what is measured of each group: ``count``, ``avg:hauteur``
``graphique``   how it is drawn: a kind of ``CHART_KINDS``
==============  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.registry import BAR, LAYER_CHART_KINDS, LINE, PANEL_KINDS, TABLE
from dashboards.sources.keys import main_key, suited_function
from dashboards.sources.source import FieldRole, PanelSource
from dashboards.sources.words import key_words, measure_words
from interface.requests import Parameters, filled
from interface.territory import COMMUNE_FIELD
from layers.definitions import Text
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import FeatureQuery, parse_query, single_values

_ALWAYS = ("avg", "median", "min", "max")
_PERIODS = ("year", "month")
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChartChoiceGroup:
    """Choices of a list under a title: their value in the address, their words."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ChartChoices:
    """The choices and the chosen values. ``kind`` is what is drawn; ``note`` says why it is not the requested one."""

    keys: tuple[ChartChoiceGroup, ...]
    measures: tuple[ChartChoiceGroup, ...]
    kinds: tuple[tuple[str, Text], ...]
    by: str
    measure: str
    kind: str
    note: str = ""

    @property
    def pairs(self) -> list[Choice]:
        """The parameters of the address that say this choice."""
        return [(BY, self.by), (MEASURE, self.measure), ("graphique", self.kind)]


def chart_choices(source: PanelSource, query: ChartQuery) -> ChartChoices | None:
    """Return what may be drawn of a layer, and what is; None where nothing groups its features.

    Raises:
        UnknownProperty: a key that its reader does not have.
        InvalidParameter: a measure that is none of the layer, or a sum of what nobody adds up.
    """
    keys, by = chart_keys(source), query.by or main_key(source)
    if not by:
        return None
    offered = {value for group in keys for value, _words in group.choices}
    if by not in offered:
        raise UnknownProperty(by[:63], parameter=BY)
    measures, measure = chart_measures(source, by), query.measure or "count"
    if measure not in {value for group in measures for value, _words in group.choices}:
        raise InvalidParameter(
            _("« %s » n’est pas une mesure que l’on puisse tracer de cette couche.") % measure[:80],
            parameter=MEASURE,
        )
    kind, note = _drawn_kind(source, query.kind, by, measure)
    return ChartChoices(keys, measures, tuple(CHART_KINDS.items()), by, measure, kind, note)


def _drawn_kind(source: PanelSource, name: str, by: str, measure: str) -> Choice:
    """Return the kind that suits a key and a measure, and why it is not the requested one."""
    default = LINE if by.startswith("month:") else BAR
    kind = PANEL_KINDS[name] if name else default
    question = PanelQuestion(source.scope.slug, by=(by,), measures=(measure,))
    unsuitable = kind.unsuitable_question(source, question)
    return (BAR.name, _("%s : voici des barres.") % unsuitable) if unsuitable else (kind.name, "")


def chart_keys(source: PanelSource) -> tuple[ChartChoiceGroup, ...]:
    """Return the keys to group features by, by kind."""
    listed = source.of_role(FieldRole.PLACE, FieldRole.CODES, FieldRole.FLAG)
    texts = [field for field in source.of_role(FieldRole.TEXT) if field.field.is_facet]
    dates = [f"{period}:{field.name}" for field in source.dates for period in _PERIODS]
    years = [field.name for field in source.of_role(FieldRole.YEAR)]
    return _groups(
        (_("Listes de valeurs"), _worded(source, (field.name for field in (*listed, *texts)))),
        (_("Dates"), _worded(source, (*dates, *years))),
        (_("Nombres, par tranches"), [(f"bins10:{field.name}", field.title) for field in source.numbers]),
    )


def _worded(source: PanelSource, keys: Iterable[str]) -> list[Choice]:
    return [(key, capfirst(key_words(source, key))) for key in keys]


def chart_measures(source: PanelSource, by: str) -> tuple[ChartChoiceGroup, ...]:
    """Return what may be measured of groups by a key."""
    counted = ["count", "share:count"]
    if by == COMMUNE_FIELD:
        counted += ["per_inhabitant:count", "per_km2:count"]
    geometry = source.scope.definition.geometry
    if geometry.is_surface:
        counted.append("area")
    elif geometry.is_located and not geometry.is_point and "Line" in geometry.value:
        counted.append("length")
    numbers = [
        (
            field.title,
            [(text, measure_words(source, text)) for text in _of_number(field.name, suited_function(field))],
        )
        for field in source.numbers
    ]
    return _groups(
        (_("La couche"), [(text, measure_words(source, text)) for text in counted]),
        *numbers,
    )


def _of_number(name: str, suited: str) -> list[str]:
    """Return the measures of a number: its sum first where its values add up, never elsewhere."""
    summed = ["sum"] if suited == "sum" else []
    return [f"{function}:{name}" for function in (*summed, *_ALWAYS)]


def _groups(*groups: tuple[str, Sequence[Choice]]) -> tuple[ChartChoiceGroup, ...]:
    return tuple(ChartChoiceGroup(title, tuple(choices)) for title, choices in groups if choices)


def chart_panel(source: PanelSource, choices: ChartChoices) -> Panel:
    """Return the panel that draws a choice: rows in the order of their key where it has one, the largest first else."""
    question = PanelQuestion(source.scope.slug, by=(choices.by,), measures=(choices.measure,))
    panel = Panel("graphique", choices.kind, width=12, height=6, question=question)
    return replace(panel, title=PANEL_KINDS[panel.kind].default_title(panel, source))


BY, MEASURE, KIND = "par", "mesure", "graphique"
OWN = (BY, MEASURE, KIND)
CHART_KINDS = {kind.name: kind.short_title or kind.title for kind in LAYER_CHART_KINDS} | {
    TABLE.name: gettext_lazy("Tableau seul")
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """A requested chart: ``by``, ``measure`` and ``kind`` are empty where the address has none.

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
    filled_parameters = filled(parameters)
    own = single_values(
        {name: filled_parameters[name] for name in OWN if name in filled_parameters}, known=OWN
    )
    rest = {name: values for name, values in filled_parameters.items() if name not in OWN}
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
    selection_pairs = tuple((name, value) for name, values in rest.items() for value in values)
    return ChartQuery(own.get(BY, ""), own.get(MEASURE, ""), kind, parse_query(rest), selection_pairs)
