"""What a reader may draw of a layer: by what, which measures; sums of what may be summed, means of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.charts.parsing import BY, CHART_KINDS, MEASURE, ChartQuery
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.starters.keys import is_ordered
from dashboards.starters.questions import main_key, suited_function
from dashboards.starters.sources import FieldRole, PanelSource
from dashboards.starters.titles import usual_title
from dashboards.starters.words import key_words, measure_words
from interface.territory import COMMUNE_FIELD
from layers.definitions import Text
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing.aggregates import ADDITIVE, parse_measure

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
    """What may be chosen, and what is. ``kind`` is what is drawn; ``note`` says why it is not what was asked."""

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


def chart_choices(source: PanelSource, asked: ChartQuery) -> ChartChoices | None:
    """Return what may be drawn of a layer, and what is; None where nothing groups its features.

    Raises:
        UnknownProperty: a key that its reader does not have.
        InvalidParameter: a measure that is none of the layer, or a sum of what nobody adds up.
    """
    keys, by = chart_keys(source), asked.by or main_key(source)
    if not by:
        return None
    known = {value for group in keys for value, _words in group.choices}
    if by not in known:
        raise UnknownProperty(by[:63], parameter=BY)
    measures, measure = chart_measures(source, by), asked.measure or "count"
    if measure not in {value for group in measures for value, _words in group.choices}:
        raise InvalidParameter(
            _("« %s » n’est pas une mesure que l’on puisse tracer de cette couche.") % measure[:80],
            parameter=MEASURE,
        )
    kind, note = _drawn_kind(source, asked.kind, by, measure)
    return ChartChoices(keys, measures, tuple(CHART_KINDS.items()), by, measure, kind, note)


def _drawn_kind(source: PanelSource, kind: str, by: str, measure: str) -> Choice:
    """Return the kind that suits a key and a measure, and why it is not the one that was asked."""
    if kind == "line" and not is_ordered(source, by):
        return "bar", _("Une courbe suit une date ou un nombre : voici des barres.")
    if kind == "donut" and parse_measure(measure).function not in {*ADDITIVE, "count"}:
        return "bar", _("Un anneau montre les parts d’un total, que cette mesure n’a pas : voici des barres.")
    return kind or ("line" if by.startswith("month:") else "bar"), ""


def chart_keys(source: PanelSource) -> tuple[ChartChoiceGroup, ...]:
    """Return what features may be grouped by, by what it is."""
    listed = source.of_role(FieldRole.PLACE, FieldRole.CODES, FieldRole.FLAG)
    texts = [found for found in source.of_role(FieldRole.TEXT) if found.field.is_facet]
    dates = [f"{period}:{found.name}" for found in source.dates for period in _PERIODS]
    years = [found.name for found in source.of_role(FieldRole.YEAR)]
    return _groups(
        (_("Listes de valeurs"), _worded(source, (found.name for found in (*listed, *texts)))),
        (_("Dates"), _worded(source, (*dates, *years))),
        (_("Nombres, par tranches"), [(f"bins10:{found.name}", found.title) for found in source.numbers]),
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
            found.title,
            [(text, measure_words(source, text)) for text in _of_number(found.name, suited_function(found))],
        )
        for found in source.numbers
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
    return Panel(
        "graphique", choices.kind, title=usual_title(panel, source), width=12, height=6, question=question
    )
