"""Controls of the measures of a question: function, field, derivation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.controls import Choice, ChoiceGroup, PanelControl, field_groups, plain, select
from dashboards.registry import PANEL_KINDS
from dashboards.sources.keys import ADDED, FOLLOWING, has_delays, is_ordered, suited_function
from dashboards.sources.source import FieldRole, PanelSource, SourceField
from dashboards.sources.words import measure_words, number_of
from interface.wording import number
from layers.definitions import Text
from layers.parsing.aggregates import ADDITIVE, DERIVED, MEAN, SERIES, AggregateMeasure, parse_measure
from layers.parsing.query import DAYS

_WORDS_OF: Mapping[str, Text] = {
    "count": gettext_lazy("Nombre"),
    "sum": gettext_lazy("Somme"),
    "avg": gettext_lazy("Moyenne"),
    "median": gettext_lazy("Médiane"),
    "min": gettext_lazy("Minimum"),
    "max": gettext_lazy("Maximum"),
    "stddev": gettext_lazy("Écart type"),
    "p90": gettext_lazy("9e décile"),
    "distinct": gettext_lazy("Valeurs différentes"),
    "length": gettext_lazy("Longueur totale"),
    "area": gettext_lazy("Surface totale"),
}
_OVER: Mapping[str, Text] = {
    "": gettext_lazy("rien"),
    "per_inhabitant": gettext_lazy("1 000 habitants"),
    "per_km2": gettext_lazy("km²"),
    "share": gettext_lazy("total (en %)"),
    "cumulated": gettext_lazy("cumul depuis le début"),
    "change": gettext_lazy("période d’avant (évolution)"),
}


def measure_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the measures of a panel of groups."""
    question, kind = panel.question, PANEL_KINDS[panel.kind]
    most = kind.measures
    if question is None or not kind.shows_groups(panel) or not most or question.series:
        return []
    controls: list[PanelControl] = []
    for index, text in enumerate(question.measures[:most]):
        controls += _of_measure(panel, question, source, index, text)
    if len(question.measures) < most:
        choices = [(text, measure_words(source, text)) for text in _other_measures(source, question)]
        if choices:
            controls.append(
                select(
                    "measure-added",
                    _("Ajouter une mesure"),
                    [plain(("", "…"), *choices)],
                    "",
                    change="measure-added",
                )
            )
    return controls


def _of_measure(
    panel: Panel, question: PanelQuestion, source: PanelSource, index: int, text: str
) -> Iterable[PanelControl]:
    measure = parse_measure(text)
    base = measure.parts[0] if measure.parts else measure
    function = base.text.partition(":")[0]
    rank = f" {index + 1}" if index else ""
    yield select(
        f"measure.{index}",
        _("Mesure") + rank,
        [_functions(panel, source, base)],
        function,
        change=f"measure.{index}",
    )
    if base.property:
        yield from _measured(source, index, base)
    if measure.function == "ratio":
        words = measure_words(source, text)
        over = [plain((measure.text, words), *_overs(panel, question, source, function))]
        yield select(f"over.{index}", _("Rapportée à"), over, measure.text, change=f"over.{index}")
    elif (overs := _overs(panel, question, source, function)) and len(overs) > 1:
        chosen = measure.function if measure.parts else ""
        yield select(f"over.{index}", _("Rapportée à"), [plain(*overs)], chosen, change=f"over.{index}")
    if index and not PANEL_KINDS[panel.kind].has_fixed_measures:
        yield PanelControl(
            f"measure-removed.{index}",
            _("Retirer cette mesure"),
            "button",
            value=str(index),
            change="measure-removed",
            icon="x",
        )


def _measured(source: PanelSource, index: int, base: AggregateMeasure) -> Iterable[PanelControl]:
    """Return the control of what is measured: a field, or the days between two dates, each with its own control."""
    ends = base.ends()
    groups = field_groups(source, *_measured_roles(base.function))
    if base.function == "sum":
        offered = {each.name for each in _added(source)} | {base.property}
        groups = [
            replace(group, choices=offered_choices)
            for group in groups
            if (offered_choices := _existing_choices(group, offered))
        ]
    if has_delays(source):
        groups.append(plain((DAYS, _("délai entre deux dates, en jours")), title=_("Délais")))
    chosen = DAYS if ends else base.property
    yield select(f"measured.{index}", _("De"), groups, chosen, change=f"measured.{index}")
    if ends is None:
        yield from _weighted(source, index, base)
        return
    dates = field_groups(source, FieldRole.DATE)
    yield select(f"start.{index}", _("Depuis"), dates, ends[0], change=f"start.{index}")
    yield select(f"end.{index}", _("Jusqu’à"), dates, ends[1], change=f"end.{index}")


def _weighted(source: PanelSource, index: int, base: AggregateMeasure) -> Iterable[PanelControl]:
    """Return the control of the weight of a mean: the amount that a share or a rate is about."""
    field = source.fields.get(base.property)
    if base.function != MEAN or field is None or field.role is not FieldRole.NUMBER:
        return
    numbers = [each for each in source.of_role(FieldRole.NUMBER) if each.name != field.name]
    amounts = sorted(
        (each for each in numbers if not each.field.unit.startswith("%")),
        key=lambda each: suited_function(each) != "sum",
    )
    if (amounts and suited_function(field) == "avg") or base.weight:
        declared = source.fields.get(field.field.weight) if field.field.weight else None
        alone = _("rien : chaque ligne compte autant")
        none = ("", _("ce que déclare la colonne : %s") % declared.title if declared else alone)
        choices = plain(none, *((each.name, each.title) for each in amounts))
        control = select(f"weight.{index}", _("Pondérée par"), [choices], base.weight)
        words = _("Une part ou un taux se pondère par ce qu’il partage : les places d’un taux d’occupation.")
        yield replace(control, help=words)


def _functions(panel: Panel, source: PanelSource, chosen: AggregateMeasure) -> ChoiceGroup:
    geometry = source.scope.definition.geometry
    names = ["count"]
    names += ["length"] if source.relation is None and "Line" in geometry.value else []
    names += ["area"] if source.relation is None and geometry.is_surface else []
    if source.of_role(FieldRole.NUMBER, FieldRole.YEAR) or has_delays(source):
        is_added = has_delays(source) or bool(_added(source))
        names += ["sum"] * is_added + ["avg", "median", "min", "max", "stddev", "p90"]
    names.append("distinct")
    if PANEL_KINDS[panel.kind].is_additive:
        names = [name for name in names if name in ADDITIVE]
    words = {name: str(_WORDS_OF[name]) for name in names} | {"count": number_of(source.things)}
    percentile = chosen.text.partition(":")[0]
    if chosen.function == "percentile" and percentile not in words:
        names.append(percentile)
        words[percentile] = _("Centile %s") % number(round(chosen.share * 100, 1))
    return plain(*((name, words[name]) for name in names))


def _added(source: PanelSource) -> list[SourceField]:
    """Return the numbers whose sum means something."""
    return [each for each in source.of_role(FieldRole.NUMBER) if suited_function(each) == "sum"]


def _existing_choices(group: ChoiceGroup, names: Collection[str]) -> tuple[Choice, ...]:
    return tuple(choice for choice in group.choices if choice.value in names)


def _measured_roles(function: str) -> tuple[FieldRole, ...]:
    return tuple(FieldRole) if function == "distinct" else (FieldRole.NUMBER, FieldRole.YEAR)


def _overs(
    panel: Panel, question: PanelQuestion, source: PanelSource, function: str
) -> list[tuple[str, str]]:
    """Return the derivations of a measure that can be computed from it."""
    is_along = any(is_ordered(source, key) for key in question.by if key != SERIES)
    choices = [("", str(_OVER[""]))]
    for name, fitting in DERIVED.items():
        is_fitting = fitting is None or function in fitting
        if (
            is_fitting
            and (is_along or name not in FOLLOWING)
            and (name in ADDED or not PANEL_KINDS[panel.kind].is_additive)
        ):
            choices.append((name, str(_OVER[name])))
    return choices


def _other_measures(source: PanelSource, question: PanelQuestion) -> list[str]:
    added = _added(source)
    numbers = [
        f"{function}:{each.name}"
        for each in source.numbers
        for function in (["sum"] * (each in added) + ["avg"])
    ]
    candidates = ["count", "per_inhabitant:count", "share:count", *numbers]
    return [text for text in candidates if text not in question.measures]
