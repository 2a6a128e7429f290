"""Rows of a layer with a few of their fields, or groups with their measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.controls import EditedPanel, PanelControl, plain, select
from dashboards.panels.fitting import GroupsKind, rows_question
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelRequest,
    PanelTable,
    PaperLimits,
    PaperRule,
    first_rows,
)
from dashboards.panels.miniatures import rows_miniature
from dashboards.panels.options import DECIMALS, NAME, TITLES, UNIT, option_schema, role, titled
from dashboards.panels.queries import (
    aggregate_query,
    group_notes,
    largest_first,
    list_fields,
    list_records,
    measures_of,
    period_note,
    record_table,
    run_aggregate,
    total,
)
from dashboards.panels.spans import compared_on_same_spans
from dashboards.panels.states import STATE_OPTIONS, states_of
from dashboards.panels.tables import list_rows, row_notes, row_table, running_note, table_of
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape

MAX_ROWS, MAX_GROUPS, MAX_FIELDS = 10, 50, 5
HALF_COLUMNS = 4


class Table(GroupsKind):
    """Rows of a layer with a few of their fields, or groups with their measures."""

    name = "table"
    title = _("Tableau")
    short_title = _("Tableau")
    icon = "table"
    size = (12, 4)
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        selects=titled(NAME, _("Au clic, filtrer par")),
        bar=titled(role(NAME, "number"), _("Pourcents dessinés en barre")),
        **STATE_OPTIONS,
    )
    template = "dashboards/panels/table.html"
    keys = KeyRule(1, 4, label=_("Puis par"), phrase=_("puis par {}"))
    measures = 20
    has_series = True
    has_columns = True
    is_resized = False
    paper = PaperRule(is_written=True, is_table=True)
    shape = Glyph.ROWS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return groups when the question has keys, else rows."""
        question = request.question
        if question.by or question.series:
            return _groups(request)
        return _records(request) if question.relation else _rows(request)

    def shows_groups(self, panel: Panel) -> bool:
        """Return whether its question has keys: else it lists rows."""
        return panel.question is not None and bool(panel.question.by or panel.question.series)

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse nothing: any rows are listed."""
        return ""

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the groups of a question that has keys or series, else its rows."""
        if question.by or question.series:
            return Fit(self.grouped(source, question, question.by))
        return Fit(rows_question(source, question))

    def question_controls(self, edited: EditedPanel) -> list[PanelControl]:
        """Return what the table lists: rows, or groups."""
        choices = plain(("rows", str(_("des lignes"))), ("groups", str(_("des groupes"))))
        chosen = "groups" if self.shows_groups(edited.panel) else "rows"
        return [select("table-of", str(_("Montrer")), [choices], chosen)]

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the rows, or the groups."""
        if question.by or question.series:
            return super().question_title(question, source)
        return source.title

    def fills_narrow(self, answer: PanelAnswer) -> bool:
        """Return whether it has more columns than half a sheet."""
        return len(answer.table.columns) > HALF_COLUMNS

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return the first rows."""
        return first_rows(answer, limits.rows)

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the first rows."""
        return rows_miniature(answer)


TABLE = Table()


def _groups(request: PanelRequest) -> PanelAnswer:
    question, unit = request.question, request.option("unit", "")
    query = aggregate_query(question, sort=largest_first(question), limit=MAX_GROUPS)
    result, span = compared_on_same_spans(request, query, run_aggregate(request, query))
    return request.answer(
        table_of(result, unit=unit, titles=request.option("titles")),
        matched=result.matched,
        value=total(result),
        unit=unit or measures_of(result)[0].unit,
        notes=(span or running_note(result), period_note(request, result), *group_notes(result)),
    )


def _rows(request: PanelRequest) -> PanelAnswer:
    question = request.question
    selects = request.option("selects", "")
    limited = replace(request, question=replace(question, limit=question.limit or MAX_ROWS))
    listed = list_rows(limited, also=[selects] if selects else ())
    return request.answer(
        _shaped(request, row_table(listed, request.option("titles"), selects=selects)),
        matched=listed.matched,
        value=listed.matched,
        notes=row_notes(listed.matched - len(listed.rows)),
    )


def _shaped(request: PanelRequest, table: PanelTable) -> PanelTable:
    """Return rows with a shape for their state and a bar for their progress, by the options."""
    bar, state = request.option("bar", ""), request.option("state", "")
    if not bar and not state:
        return table
    states = states_of(request) if state else None
    states_by_title = (
        {each.title: each for code, _t in states.field.choices for each in [states.of(code)]}
        if states
        else {}
    )
    columns = tuple(
        replace(column, is_bar=column.name == bar, states=states_by_title if column.name == state else None)
        for column in table.columns
    )
    return replace(table, columns=columns)


def _records(request: PanelRequest) -> PanelAnswer:
    records = list_records(request, limit=MAX_ROWS)
    return request.answer(
        record_table(request, records, list_fields(request, records, MAX_FIELDS)),
        matched=records.matched,
        value=records.matched,
        notes=row_notes(records.matched - len(records.records)),
    )
