"""The curve of one row: the one that the page has chosen, else the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.charts.theme import height_of
from dashboards.panels.charts.trajectory import TrajectoryChart, trajectory_chart
from dashboards.panels.groups import Row, tip
from dashboards.panels.kinds import (
    Glyph,
    Miniature,
    PanelAnswer,
    PanelColumn,
    PanelRequest,
    PanelTable,
    PaperRule,
)
from dashboards.panels.labels import signed
from dashboards.panels.markdown import rendered
from dashboards.panels.miniatures import lines_miniature
from dashboards.panels.options import NAME, option_schema, role, titled
from dashboards.panels.trajectories import (
    FOLLOWED,
    TrajectoriesKind,
    TrajectoryRow,
    TrajectoryRows,
    YearValue,
    read_trajectories,
)
from interface.territory import CommuneShape
from interface.wording import HARD_SPACE, number

_ALSO = ("projection", "relative_gap", "comment", "method", "origin", "perimeter")
_AROUND = 170
_BRACED = re.compile(r"\{(\w+)\}")


class TrajectoryCurve(TrajectoriesKind):
    """The curve of one row: the one that the page has chosen, else the first."""

    name = "trajectory"
    title = gettext_lazy("Trajectoire")
    icon = "chart-spline"
    size = (7, 6)
    options = option_schema(
        **FOLLOWED,
        projection=titled(role(NAME, "number"), gettext_lazy("Valeur projetée")),
        relative_gap=titled(role(NAME, "number"), gettext_lazy("Écart en pourcents")),
        comment=titled(role(NAME, "text"), gettext_lazy("Commentaire")),
        method=titled(role(NAME, "text"), gettext_lazy("Méthode")),
        perimeter=titled(role(NAME, "text"), gettext_lazy("Périmètre")),
        origin=titled(role(NAME, "text"), gettext_lazy("Source")),
        rule={
            "type": "string",
            "maxLength": 4_000,
            "title": gettext_lazy("Comment l’état est calculé"),
            "description": "Markdown; a field of the row between braces is its value.",
        },
    )
    template = "dashboards/panels/trajectory.html"
    phrase = gettext_lazy("La courbe de l’un de {}, celui que la page a choisi")
    paper = PaperRule(around=130, least=230)
    shape = Glyph.LINE

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return the curve of a row; where the chosen one is not among those of the page, the first that is.

        Raises:
            UnknownProperty: a field or a relation that the visitor does not have.
        """
        listed = _trajectory_rows(request)
        row = listed.rows[0] if listed.rows else None
        return request.answer(
            _table(row),
            matched=listed.matched,
            value=row.number("gap") if row else None,
            unit=row.amounts.unit if row else "",
            spec=_chart(request, row) if row else None,
            context=_context(request, row) if row else None,
            is_empty=row is None,
        )

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the line of what was measured."""
        return lines_miniature(answer)


TRAJECTORY = TrajectoryCurve()


def _trajectory_rows(request: PanelRequest) -> TrajectoryRows:
    names = _rule_fields(request)
    fields = (*request.question.fields, *names)
    extended = replace(request, question=replace(request.question, fields=fields))
    listed = read_trajectories(extended, limit=1, also=_ALSO)
    selects = request.option("selects", "")
    if listed.rows or selects not in request.chosen:
        return listed
    return read_trajectories(extended, limit=1, also=_ALSO, selection=request.without([selects]))


def _rule_fields(request: PanelRequest) -> list[str]:
    """Return the fields between braces in the rule, as far as the visitor reads them."""
    names = _BRACED.findall(request.option("rule", ""))
    return [name for name in dict.fromkeys(names) if name in request.scope.filterable]


def _context(request: PanelRequest, row: TrajectoryRow) -> dict[str, Any]:
    amounts = row.amounts
    years = {name: row.year(f"{name}_year") for name in ("reference", "measure", "target")}
    return {
        "name": row.name,
        "headline": headline(row),
        "unit": amounts.unit,
        "state": row.state,
        "gap_sentence": gap_sentence(row) if row.number("measure") is not None else "",
        "projection": projection_sentence(row),
        "facts": [
            (_("Référence %s") % (years["reference"] or ""), amounts.plain(row.number("reference"))),
            (_("Mesure %s") % (years["measure"] or ""), amounts.plain(row.number("measure"))),
            (_("Attendu %s") % (years["measure"] or ""), amounts.plain(row.number("expected"))),
            (_("Cible %s") % (years["target"] or ""), amounts.plain(row.number("target"))),
        ],
        "notes": _notes(row),
        "comment": row.options.get("comment") or "",
        "method": row.options.get("method") or "",
        "perimeter": row.options.get("perimeter") or "",
        "origin": row.options.get("origin") or "",
        "rule": rendered(_rule(request, row)),
    }


def _rule(request: PanelRequest, row: TrajectoryRow) -> str:
    def replaced(match: re.Match[str]) -> str:
        value = row.values.get(match[1])
        return number(float(value)) if isinstance(value, int | float | Decimal) else str(value or "")

    return _BRACED.sub(replaced, request.option("rule", ""))


def _notes(row: TrajectoryRow) -> list[str]:
    """Explain the shapes of the drawing."""
    notes = []
    if row.beyond:
        years = ", ".join(str(point.year) for point in row.beyond)
        notes.append(_("Losange vide : valeur prévue au-delà de la dernière année mesurée (%s).") % years)
    provisional = [str(point.year) for point in row.own if point.is_provisional]
    if provisional:
        notes.append(_("Mesure provisoire : %s.") % ", ".join(provisional))
    if row.other_sources:
        notes.append(
            _("En trait mixte, une autre source, qui ne compte pas dans l’état : %s.")
            % ", ".join(row.other_sources)
        )
    return notes


def _chart(request: PanelRequest, row: TrajectoryRow) -> dict[str, Any] | None:
    own, last_year = row.own, row.year("measure_year")
    if not own and not row.steps:
        return None
    last = own[-1:] if own else []
    projection, horizon = row.number("projection"), row.year("target_year")
    projected: list[Row] = []
    if last and projection is not None and horizon:
        projected = [
            _row(row, last[0], _("mesuré")),
            _end(row, YearValue(horizon, projection), _("projetés"), _("projection")),
        ]
    expected = row.number("expected")
    then = [YearValue(last_year, expected)] if last and last_year and expected is not None else []
    return trajectory_chart(
        TrajectoryChart(
            measured=[_row(row, point, _("mesure")) for point in own],
            steps=_steps(row, last_year),
            projected=projected,
            beyond=[_row(row, point, _("valeur prévue")) for point in row.beyond],
            other_sources=[
                {**_row(row, point, source), "l1": source}
                for source, points in row.other_sources.items()
                for point in points
            ],
            expected_then=[_row(row, point, _("attendu")) for point in then],
            gap=projected_gap(row),
            is_gap_good=is_projection_good(row),
            words={"measured": _("mesuré"), "projected": _("projeté")},
            height=max(height_of(request.panel) - _AROUND, 200),
            description=f"{row.name}. {headline(row)}",
        )
    )


def _steps(row: TrajectoryRow, last_year: int | None) -> list[Row]:
    """Return the points of the trajectory: passed ones and those to come, the last one named."""
    steps = []
    for index, point in enumerate(row.steps):
        if index == len(row.steps) - 1 and len(row.steps) > 1:
            steps.append(_end(row, point, _("la cible"), _("cible")))
        elif index == 0:
            steps.append(_row(row, point, _("référence")))
        else:
            is_passed = last_year is not None and point.year <= last_year
            steps.append(_row(row, point, _("étape passée") if is_passed else _("étape à venir")))
    return steps


def _row(row: TrajectoryRow, point: YearValue, title: str) -> Row:
    words = row.amounts.with_unit(point.value)
    title = f"{title} {point.year}" + (f" ({_('provisoire')})" if point.is_provisional else "")
    return {
        "k0": f"{point.year}-01-01",
        "v0": point.value,
        "w0": row.amounts.plain(point.value),
        "tip": tip([title], words),
        "filters": [],
    }


def _end(row: TrajectoryRow, point: YearValue, words: str, title: str) -> Row:
    """Return an end of the chart, with its name and value."""
    return _row(row, point, title) | {"w0": f"{row.amounts.plain(point.value)} {words}"}


def _table(row: TrajectoryRow | None) -> PanelTable:
    """Return every year with its measure, its expected value and those of other sources."""
    sources: dict[str, list[YearValue]] = row.other_sources if row else {}
    columns = (
        PanelColumn("year", _("Année")),
        PanelColumn("measure", _("Mesure"), row.amounts.unit if row else "", is_number=True),
        PanelColumn("step", _("Trajectoire"), row.amounts.unit if row else "", is_number=True),
        *(PanelColumn(f"source_{n}", source, row.amounts.unit if row else "", is_number=True)
          for n, source in enumerate(sources)),
    )  # fmt: skip
    rows = list(_years(row, sources)) if row else []
    return PanelTable(columns=columns, rows=tuple(rows), filters=tuple(None for _row in rows))


def _years(row: TrajectoryRow, sources: dict[str, list[YearValue]]) -> Iterable[tuple[Any, ...]]:
    series: Sequence[Sequence[YearValue]] = ([*row.own, *row.beyond], row.steps, *sources.values())
    values_by_year = [{point.year: point.value for point in points} for points in series]
    for year in sorted({year for each in values_by_year for year in each}):
        yield (year, *(each.get(year) for each in values_by_year))


def headline(row: TrajectoryRow) -> str:
    """Return the sentence over the curve: « Au rythme actuel, la cible 2030 serait manquée de 128 kt »."""
    year, target, measure = row.year("target_year"), row.number("target"), row.number("measure")
    if measure is None:
        return _("Aucune mesure ne dit où en est cet indicateur")
    if target is None or year is None:
        return _("Aucune cible n’est fixée")
    words = {"year": year, "measured": row.year("measure_year") or ""}
    if row.is_better(measure - target):
        return _("La cible %(year)s est atteinte en %(measured)s") % words
    gap = _projected_gap(row)
    if gap is None:
        return gap_sentence(row)
    if row.is_better(gap):
        return _("Au rythme actuel, la cible %(year)s serait atteinte") % words
    return _("Au rythme actuel, la cible %(year)s serait manquée de %(gap)s") % {
        **words,
        "gap": row.amounts.size(gap),
    }


def gap_sentence(row: TrajectoryRow) -> str:
    """Say how far the last measure is from what was expected: in value, and in percents."""
    gap, year = row.number("gap"), row.year("measure_year")
    if gap is None:
        return _("La trajectoire ne dit pas ce qui était attendu")
    words = {"year": year or "", "gap": row.amounts.size(gap)}
    percent = row.number("relative_gap")
    if not round(gap, row.amounts.decimals):
        return _("En %(year)s, la mesure est sur la trajectoire") % words
    text = (
        _("En %(year)s, %(gap)s de plus qu’attendu")
        if gap > 0
        else _("En %(year)s, %(gap)s de moins qu’attendu")
    ) % words
    if percent is None:
        return text
    share = signed(round(percent, 1))
    return f"{text} ({share}{HARD_SPACE}%)"


def projection_sentence(row: TrajectoryRow) -> str:
    """Say where the present pace leads: « 898 kt projetés en 2030, pour une cible de 770 kt »."""
    projection, year = row.number("projection"), row.year("target_year")
    if projection is None or year is None:
        return ""
    return _("%(value)s projetés en %(year)s, pour une cible de %(target)s") % {
        "value": row.amounts.with_unit(projection),
        "year": year,
        "target": row.amounts.with_unit(row.number("target")),
    }


def _projected_gap(row: TrajectoryRow) -> float | None:
    projection, target = row.number("projection"), row.number("target")
    return None if projection is None or target is None else projection - target


def projected_gap(row: TrajectoryRow) -> str:
    """Write how far the projection ends from the target."""
    gap = _projected_gap(row)
    return "" if gap is None else row.amounts.signed(gap)


def is_projection_good(row: TrajectoryRow) -> bool:
    """Whether the present pace reaches the target."""
    gap = _projected_gap(row)
    return gap is not None and row.is_better(gap)
