"""What the templates of panels need: words of the table, of the notice, of the source, and the chart's text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import Panel, PanelNotice
from dashboards.panels.charts.marks import ChartLegendLine
from dashboards.panels.groups import is_symbol
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelKind, PanelTable
from dashboards.panels.labels import amount
from dashboards.panels.tables import cell_words
from interface import wording

Address = Callable[[str, str], str]
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell in words; ``bar`` is how much of a bar it fills, in percents, ``state`` what its words mean.

    ``title`` is that of its column, shown with it where rows are cards.
    """

    text: str
    is_number: bool
    bar: int | None = None
    state: Any = None
    title: str = ""

    @classmethod
    def of(cls, column: PanelColumn, value: Any) -> TableCell:
        """Return the cell of a plain value."""
        is_amount = isinstance(value, int | float) and not isinstance(value, bool)
        bar = round(min(max(value, 0), 100)) if column.is_bar and is_amount else None
        text = cell_words(column, value, has_unit=is_symbol(column.unit))
        return cls(text, column.is_number, bar, (column.states or {}).get(text), column.title)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row in words; ``field`` and ``value`` are the page filter that it sets, at ``address``; ``feature`` its id."""

    cells: Sequence[TableCell]
    field: str = ""
    value: str = ""
    address: str = ""
    feature: int | None = None


@dataclass(frozen=True, slots=True)
class PanelLegendLine:
    """A line of a legend, with the ``address`` of the page under the filter that it sets."""

    label: str
    token: str
    strength: int
    field: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class PanelPresentation:
    """A panel that was read, ready for ``dashboards/panels/panel.html``.

    ``chart`` is a Vega-Lite specification; ``element`` an id for what needs one in the page.
    """

    panel: Panel
    kind: PanelKind
    answer: PanelAnswer
    columns: Sequence[PanelColumn]
    rows: Sequence[TableRow]
    notice: str
    source: str
    ignored: str
    context: Mapping[str, Any]
    legend: Sequence[PanelLegendLine] = ()

    @property
    def chart(self) -> Mapping[str, Any] | None:
        """The specification that the page draws."""
        return self.answer.spec

    @property
    def has_drawing(self) -> bool:
        """Whether the panel has a drawing, equivalent to its table."""
        return self.chart is not None or self.answer.has_drawing

    @property
    def lines(self) -> list[tuple[Any, TableRow]]:
        """The kind's own cells for each row of its table, with the row."""
        return list(zip(self.context.get("lines", ()), self.rows, strict=False))

    @property
    def short_source(self) -> str:
        """The source with a short date, for the foot of a panel."""
        return source_words(self.answer, is_short=True)

    @property
    def element(self) -> str:
        """An id of the page."""
        return f"panel-{self.panel.id}"


def present(
    panel: Panel,
    kind: PanelKind,
    answer: PanelAnswer,
    *,
    ignored: Sequence[str] = (),
    address: Address | None = None,
) -> PanelPresentation:
    """Return a panel ready for its template; ``address`` gives that of the page with a filter more, or less."""
    return PanelPresentation(
        panel=panel,
        kind=kind,
        answer=answer,
        columns=answer.table.columns,
        rows=table_rows(answer.table, address),
        notice=notice_words(panel.notice, answer),
        source=source_words(answer),
        ignored=_("Sans effet ici : %s") % ", ".join(ignored) if ignored else "",
        context=answer.context or {},
        legend=_legend(answer, address),
    )


def _legend(answer: PanelAnswer, address: Address | None) -> list[PanelLegendLine]:
    lines: Sequence[ChartLegendLine] = (answer.context or {}).get("legend", ()) if answer.spec else ()
    return [
        PanelLegendLine(
            label=line.label,
            token=line.token,
            strength=line.strength,
            field=line.field,
            value=line.value,
            address=address(line.field, line.value) if address and line.field else "",
        )
        for line in lines
    ]


def notice_words(notice: PanelNotice | None, answer: PanelAnswer) -> str:
    """Return the notice of a panel whose value passes its threshold; nothing otherwise, nor without a value."""
    if notice is None or answer.value is None:
        return ""
    compare = _COMPARED.get(notice.operator)
    if compare is None or not compare(answer.value, notice.threshold):
        return ""
    return notice.text.replace(
        "{value}", amount(answer.value, is_year=answer.is_year, decimals=answer.decimals)
    )


def source_words(answer: PanelAnswer, *, is_short: bool = False) -> str:
    """Say where the data come from and when they last changed."""
    if answer.date is None:
        return answer.source
    day = wording.short_day(answer.date) if is_short else wording.day(answer.date)
    return _("%(source)s, %(day)s") % {"source": answer.source, "day": day}


def unit_and_source(answer: PanelAnswer) -> str:
    """Return the unit of the values with their source, as the foot of a panel says them."""
    source = source_words(answer)
    if not answer.unit:
        return source
    unit = _("Unité : %(unit)s") % {"unit": wording.unit(answer.unit)}
    return f"{unit} · {source}" if source else unit


def table_rows(table: PanelTable, address: Address | None = None) -> list[TableRow]:
    """Return the rows of a table in words."""
    rows = []
    for index, cells in enumerate(table.rows):
        filter = table.filters[index] if table.filters else None
        field, value = filter or ("", "")
        rows.append(
            TableRow(
                [TableCell.of(column, cell) for column, cell in zip(table.columns, cells, strict=True)],
                field=field,
                value=value,
                address=address(field, value) if address and filter else "",
                feature=table.features[index] if table.features else None,
            )
        )
    return rows
