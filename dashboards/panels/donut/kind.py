"""A ring of five slices at most: the largest groups, and all others together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.marks import (
    COLOURS,
    ChartLegendLine,
    colours_of,
    haloed,
    interactive_mark,
    mark,
)
from dashboards.panels.charts.theme import LABEL, REST, SMALL, height_of, specification
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Groups, Row, in_order, read_groups, tip
from dashboards.panels.kinds import Fit, Glyph, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import amount, label
from dashboards.panels.miniatures import ring_miniature
from dashboards.panels.options import DECIMALS, ORDER, TITLES, UNIT, option_schema
from dashboards.panels.queries import is_added, measures_of
from dashboards.panels.tables import key_filter
from dashboards.sources.keys import ADDED
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from interface.wording import HARD_SPACE
from layers.aggregates import Scalar
from layers.errors import InvalidParameter
from layers.lazy import lazy_module
from layers.parsing.aggregates import parse_measure

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

SLICES = 5


@dataclass(frozen=True, slots=True)
class DonutSlice:
    """A slice: ``count`` groups together, the code of one."""

    label: str
    value: float
    colour: str
    code: Scalar = None
    count: int = 1


class Donut(GroupsKind):
    """A ring of five slices at most: the largest groups, and all others together."""

    name = "donut"
    title = gettext_lazy("Anneau")
    icon = "chart-pie"
    size = (4, 4)
    options = option_schema(unit=UNIT, decimals=DECIMALS, titles=TITLES, colours=COLOURS, order=ORDER)
    template = "dashboards/panels/chart.html"
    shows_rows = False
    is_additive = True
    shows_total = True
    shape = Glyph.RING

    def read(self, request: PanelRequest) -> PanelAnswer:
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
        total = sum(each.value for each in slices)
        rows = [_row(groups, each, total) for each in slices if total]
        spec = donut_chart(
            rows,
            [each.colour for each in slices],
            total=""
            if groups.result.suppressed
            else amount(total, groups.unit, decimals=groups.words.decimals),
            height=max(height_of(request.panel) - 60, 160),
            description=request.panel.title,
        )
        legend = [
            ChartLegendLine.of(row["full"], each.colour, key_filter(groups.keys[0], each.code))
            for row, each in zip(rows, slices, strict=False)
        ]
        return groups.answer(spec if rows else None, context={"legend": legend}, notes=_grouped(slices))

    def unsuitable_question(self, source: PanelSource, question: PanelQuestion) -> str:
        """Refuse a measure whose groups do not add up to a whole."""
        is_suited = parse_measure(question.measures[0]).function in ADDED
        return "" if is_suited else _("Un anneau montre les parts d’un total, que cette mesure n’a pas")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with a measure that adds up."""
        fitted = super().fit(source, question).question
        return Fit(
            replace(fitted, measures=("count",)) if self.unsuitable_question(source, fitted) else fitted
        )

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return a ring."""
        return ring_miniature(answer)


DONUT = Donut()


def slices_of(groups: Groups) -> list[DonutSlice]:
    """Return the slices, largest first or in the order of the document; what is left is the last of five.

    Nothing and less take no room.
    """
    key = groups.keys[0]
    ranked = sorted((row for row in groups.result.rows if _size(row[1]) > 0), key=lambda row: -_size(row[1]))
    apart = len(ranked) if len(ranked) <= SLICES else SLICES - 1
    own_slices = in_order(groups.request, ranked[:apart], lambda row: row[0])
    colours = colours_of(groups.request, key, [row[0] for row in own_slices])
    slices = [
        DonutSlice(label(key, row[0], groups.words.titles), _size(row[1]), colour, row[0])
        for row, colour in zip(own_slices, colours, strict=True)
    ]
    rest = ranked[apart:]
    if rest:
        words = ngettext("%d autre", "%d autres", len(rest)) % len(rest)
        slices.append(DonutSlice(words, sum(_size(row[1]) for row in rest), REST, count=len(rest)))
    return slices


def _row(groups: Groups, each: DonutSlice, total: float) -> dict[str, Any]:
    share = f"{amount(100 * each.value / total)}{HARD_SPACE}%"
    words = amount(each.value, groups.unit, decimals=groups.words.decimals)
    if not groups.result.suppressed:  # else the whole is not known
        words = _("%(amount)s (%(share)s)") % {"amount": words, "share": share}
    full = tip([each.label], words)
    filter = key_filter(groups.keys[0], each.code)
    return {
        "v0": each.value,
        "share": "" if groups.result.suppressed else share,
        "full": full,
        "tip": full,
        "filters": [filter] if filter else [],
    }


def _grouped(slices: list[DonutSlice]) -> list[str]:
    if not slices or slices[-1].count == 1:
        return []
    return [_("Les %d plus petits groupes sont réunis ; le tableau les détaille.") % slices[-1].count]


def _size(value: Scalar) -> float:
    return value if isinstance(value, int | float) else 0


_LABELLED, _LEAST_LABELLED = 0.07, 76
"""The part of a whole that has room for its share, and the pixels of a radius from which shares are written."""
_LARGEST, _LETTER = 20, 0.55
"""Pixels of the largest total, and the width of a letter over its height: the ring is open on 1.16 radii."""


def donut_chart(
    rows: Sequence[Row], colours: Sequence[str], *, total: str, height: int, description: str
) -> dict[str, Any]:
    """Return the specification of a ring; ``rows`` in the order they turn, clockwise from the top."""
    names = [row["full"] for row in rows]
    radius = "(min(width, height) / 2 - 4)"  # the page gives the ring the room that its legend leaves
    turned = [{**row, "rank": index} for index, row in enumerate(rows)]
    angle = {"theta": altair.Theta("v0:Q", stack=True), "order": altair.Order("rank:Q")}
    scale = altair.Scale(domain=names, range=list(colours))
    colour = altair.Color("full:N", scale=scale, sort=names, legend=altair.Legend(columns=1, orient="right"))
    sum_of_values = sum(row["v0"] for row in rows) or 1
    labels = [
        {**row, "share": row["share"] if row["v0"] / sum_of_values >= _LABELLED else ""} for row in turned
    ]
    words = {**angle, "text": altair.Text("share:N"), "detail": altair.Detail("full:N")}
    layers = [
        interactive_mark(
            "arc",
            turned,
            {**angle, "color": colour},
            innerRadius=altair.ExprRef(f"{radius} * 0.58"),
            outerRadius=altair.ExprRef(radius),
        ),
        *haloed(
            labels,
            words,
            radius=altair.ExprRef(f"{radius} * 0.79"),
            fontSize=altair.ExprRef(f"{radius} < {_LEAST_LABELLED} ? 0 : {LABEL}"),
        ),
        *_total(total, radius),
    ]
    return specification(altair.layer(*layers), height=height, description=description)


def _total(total: str, radius: str) -> list[altair.Chart]:
    """Write the total inside the ring, its unit under it, as large as it fits."""
    number, _space, unit = total.partition(HARD_SPACE)
    shift = 9 if unit else 0
    rows, size = [{"number": number, "unit": unit}], f"{radius} / {max(_LETTER * len(number), 1):.1f}"
    layers = [
        mark("text", rows, {"text": altair.Text("number:N")}, fontWeight=700, dy=-shift,
             fontSize=altair.ExprRef(f"min({_LARGEST}, {size})")),
    ]  # fmt: skip
    if unit:
        small = f"min({SMALL}, {radius} / {_LETTER * len(unit):.1f})"
        layers.append(
            mark("text", rows, {"text": altair.Text("unit:N")}, dy=shift, fontSize=altair.ExprRef(small))
        )
    return layers
