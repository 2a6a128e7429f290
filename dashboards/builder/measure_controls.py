"""Controls of the measures of a question: what is computed, of which field, reported to what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.builder.controls import Choice, ChoiceGroup, PanelControl, plain, select
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.starters.keys import FOLLOWING, has_delays, is_ordered
from dashboards.starters.questions import suited_function
from dashboards.starters.sources import FieldRole, PanelSource, SourceField
from dashboards.starters.words import measure_words, number_of
from interface.wording import number
from layers.definitions import Text
from layers.parsing.aggregates import ADDITIVE, DAYS, DERIVED, SERIES, AggregateMeasure, parse_measure

# Kinds that show groups, with how many keys they take (fewest, most) and how many measures.
KEYS: Mapping[str, tuple[int, int]] = {
    "figure": (0, 1), "bar": (1, 1), "stacked_bar": (2, 2), "line": (1, 2), "area": (1, 2), "histogram": (1, 1),
    "heat_table": (2, 2), "donut": (1, 1), "small_multiples": (2, 2), "scatter": (1, 1), "map": (1, 1), "table": (1, 4),
    "progress": (1, 1),
}  # fmt: skip
# Kinds whose groups make a whole.
ADDED = frozenset({"donut"})
MEASURES: Mapping[str, int] = {"table": 20, "scatter": 2, "histogram": 0}
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


def is_of_groups(panel: Panel) -> bool:
    """Whether a panel shows groups: one that shows rows has no measure."""
    question = panel.question
    if question is None or panel.kind not in KEYS:
        return False
    if panel.kind in {"table", "scatter"}:
        return bool(question.by or question.series)
    if panel.kind == "map":
        return bool(question.by) or panel.options.get("mode") == "choropleth"
    return True


def measure_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the measures of a panel of groups."""
    question, most = panel.question, MEASURES.get(panel.kind, 1)
    if question is None or not is_of_groups(panel) or not most or question.series:
        return []
    found: list[PanelControl] = []
    for place, text in enumerate(question.measures[:most]):
        found += _of_measure(panel, question, source, place, text)
    if len(question.measures) < most:
        choices = [(text, measure_words(source, text)) for text in _other_measures(source, question)]
        if choices:
            found.append(
                select(
                    "measure-added",
                    _("Ajouter une mesure"),
                    [plain(("", "…"), *choices)],
                    "",
                    change="measure-added",
                )
            )
    return found


def _of_measure(
    panel: Panel, question: PanelQuestion, source: PanelSource, place: int, text: str
) -> Iterable[PanelControl]:
    measure = parse_measure(text)
    base = measure.parts[0] if measure.parts else measure
    function = base.text.partition(":")[0]
    rank = f" {place + 1}" if place else ""
    yield select(
        f"measure.{place}",
        _("Mesure") + rank,
        [_functions(panel, source, base)],
        function,
        change=f"measure.{place}",
    )
    if base.property:
        yield from _measured(source, place, base)
    if measure.function == "ratio":
        words = measure_words(source, text)
        over = [plain((measure.text, words), *_overs(panel, question, source, function))]
        yield select(f"over.{place}", _("Rapportée à"), over, measure.text, change=f"over.{place}")
    elif (overs := _overs(panel, question, source, function)) and len(overs) > 1:
        chosen = measure.function if measure.parts else ""
        yield select(f"over.{place}", _("Rapportée à"), [plain(*overs)], chosen, change=f"over.{place}")
    if place and panel.kind != "scatter":
        yield PanelControl(
            f"measure-removed.{place}",
            _("Retirer cette mesure"),
            "button",
            value=str(place),
            change="measure-removed",
            icon="x",
        )


def _measured(source: PanelSource, place: int, base: AggregateMeasure) -> Iterable[PanelControl]:
    """Return the control of what is measured: a field, or the days between two dates, each with its own control."""
    ends = base.ends()
    groups = field_groups(source, *_measured_roles(base.function))
    if base.function == "sum":
        offered = {each.name for each in _added(source)} | {base.property}
        groups = [replace(group, choices=kept) for group in groups if (kept := _kept(group, offered))]
    if has_delays(source):
        groups.append(plain((DAYS, _("délai entre deux dates, en jours")), title=_("Délais")))
    chosen = DAYS if ends else base.property
    yield select(f"measured.{place}", _("De"), groups, chosen, change=f"measured.{place}")
    if ends is None:
        return
    dates = field_groups(source, FieldRole.DATE)
    yield select(f"start.{place}", _("Depuis"), dates, ends[0], change=f"start.{place}")
    yield select(f"end.{place}", _("Jusqu’à"), dates, ends[1], change=f"end.{place}")


def _functions(panel: Panel, source: PanelSource, chosen: AggregateMeasure) -> ChoiceGroup:
    geometry = source.scope.definition.geometry
    names = ["count"]
    names += ["length"] if source.relation is None and "Line" in geometry.value else []
    names += ["area"] if source.relation is None and geometry.is_surface else []
    if source.of_role(FieldRole.NUMBER, FieldRole.YEAR) or has_delays(source):
        is_added = has_delays(source) or bool(_added(source))
        names += ["sum"] * is_added + ["avg", "median", "min", "max", "stddev", "p90"]
    names.append("distinct")
    if panel.kind in ADDED:
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


def _kept(group: ChoiceGroup, names: Collection[str]) -> tuple[Choice, ...]:
    return tuple(choice for choice in group.choices if choice.value in names)


def _measured_roles(function: str) -> tuple[FieldRole, ...]:
    return tuple(FieldRole) if function == "distinct" else (FieldRole.NUMBER, FieldRole.YEAR)


def _overs(
    panel: Panel, question: PanelQuestion, source: PanelSource, function: str
) -> list[tuple[str, str]]:
    """Return what a measure may be reported to: what it cannot be computed from is left out."""
    is_along = any(is_ordered(source, key) for key in question.by if key != SERIES)
    found = [("", str(_OVER[""]))]
    for name, fitting in DERIVED.items():
        is_fitting = fitting is None or function in fitting
        if (
            is_fitting
            and (is_along or name not in FOLLOWING)
            and (panel.kind not in ADDED or name == "share")
        ):
            found.append((name, str(_OVER[name])))
    return found


def _other_measures(source: PanelSource, question: PanelQuestion) -> list[str]:
    added = _added(source)
    numbers = [
        f"{function}:{each.name}"
        for each in source.numbers
        for function in (["sum"] * (each in added) + ["avg"])
    ]
    known = ["count", "per_inhabitant:count", "share:count", *numbers]
    return [text for text in known if text not in question.measures]


def field_groups(source: PanelSource, *roles: FieldRole) -> list[ChoiceGroup]:
    """Return the fields of some roles: those of the rows, then those of their feature."""
    found = source.of_role(*roles)
    own = plain(*((each.name, each.title) for each in found if not each.is_of_feature))
    singular = str(source.scope.definition.singular)
    others = plain(*((each.name, each.title) for each in found if each.is_of_feature), title=singular)
    return [group for group in (own, others) if group.choices]
