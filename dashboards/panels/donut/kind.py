"""A ring of five slices at most: the largest groups, and all others together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.panels.charts.colours import COLOURS, ChartLegendLine, colours_of
from dashboards.panels.charts.palette import REST
from dashboards.panels.charts.rows import tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.donut.spec import donut_chart
from dashboards.panels.groups import Groups, in_order, read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import amount, label
from dashboards.panels.options import ORDER, TITLES, UNIT, options
from dashboards.panels.questions import is_added, measures_of
from dashboards.panels.tables import key_filter
from interface.wording import HARD_SPACE
from layers.aggregates import Scalar
from layers.errors import InvalidParameter

SLICES = 5


@dataclass(frozen=True, slots=True)
class DonutSlice:
    """A slice: ``count`` groups together, the code of one."""

    label: str
    value: float
    colour: str
    code: Scalar = None
    count: int = 1


def read(request: PanelRequest) -> PanelAnswer:
    """Return a ring; the groups of its last slice are in the table, each by itself.

    Raises:
        InvalidParameter: a measure whose groups do not add up to a whole.
    """
    groups = read_groups(request, keys=(1, 1))
    measure = measures_of(groups.result)[0]
    if not is_added(measure):
        raise InvalidParameter(
            _("« %s » ne s’additionne pas d’un groupe à l’autre.") % measure.title, parameter="measures"
        )
    slices = slices_of(groups)
    whole = sum(each.value for each in slices)
    rows = [_row(groups, each, whole) for each in slices if whole]
    spec = donut_chart(
        rows,
        [each.colour for each in slices],
        total="" if groups.result.suppressed else amount(whole, groups.unit),
        height=max(height_of(request.panel) - 60, 160),
        description=request.panel.title,
    )
    legend = [
        ChartLegendLine.of(row["full"], each.colour, key_filter(groups.keys[0], each.code))
        for row, each in zip(rows, slices, strict=False)
    ]
    return groups.answer(spec if rows else None, context={"legend": legend}, notes=_grouped(slices))


def slices_of(groups: Groups) -> list[DonutSlice]:
    """Return the slices, largest first or in the order of the document; what is left is the last of five.

    Nothing and less take no room.
    """
    key = groups.keys[0]
    ranked = sorted((row for row in groups.result.rows if _size(row[1]) > 0), key=lambda row: -_size(row[1]))
    apart = len(ranked) if len(ranked) <= SLICES else SLICES - 1
    shown = in_order(groups.request, ranked[:apart], lambda row: row[0])
    colours = colours_of(groups.request, key, [row[0] for row in shown])
    slices = [
        DonutSlice(label(key, row[0], groups.words.titles), _size(row[1]), colour, row[0])
        for row, colour in zip(shown, colours, strict=True)
    ]
    others = ranked[apart:]
    if others:
        words = ngettext("%d autre", "%d autres", len(others)) % len(others)
        slices.append(DonutSlice(words, sum(_size(row[1]) for row in others), REST, count=len(others)))
    return slices


def _row(groups: Groups, each: DonutSlice, whole: float) -> dict[str, Any]:
    share = f"{amount(100 * each.value / whole)}{HARD_SPACE}%"
    words = amount(each.value, groups.unit)
    if not groups.result.suppressed:  # else the whole is not known
        words = _("%(amount)s (%(share)s)") % {"amount": words, "share": share}
    full = tip([each.label], words)
    found = key_filter(groups.keys[0], each.code)
    return {
        "v0": each.value,
        "share": "" if groups.result.suppressed else share,
        "full": full,
        "tip": full,
        "filters": [found] if found else [],
    }


def _grouped(slices: list[DonutSlice]) -> list[str]:
    if not slices or slices[-1].count == 1:
        return []
    return [_("Les %d plus petits groupes sont réunis ; le tableau les détaille.") % slices[-1].count]


def _size(value: Scalar) -> float:
    return value if isinstance(value, int | float) else 0


KIND = PanelKind(
    name="donut",
    title=gettext_lazy("Anneau"),
    icon="chart-pie",
    options=options(unit=UNIT, titles=TITLES, colours=COLOURS, order=ORDER),
    template="dashboards/panels/chart.html",
    read=read,
    is_counted=True,
)
