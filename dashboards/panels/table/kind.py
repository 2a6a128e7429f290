"""Rows of a layer with a few of their fields, or groups with their measures."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import answer, group_notes, option
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest, PanelTable
from dashboards.panels.options import NAME, TITLES, UNIT, options, role, titled
from dashboards.panels.questions import aggregate_query, ask, largest_first, measures_of, total
from dashboards.panels.records import list_records, record_table, shown_fields
from dashboards.panels.rows import list_rows, row_notes, row_table
from dashboards.panels.states import STATE_OPTIONS, states_of
from dashboards.panels.tables import table_of

MOST_ROWS, MOST_GROUPS, MOST_FIELDS = 10, 50, 5


def read(request: PanelRequest) -> PanelAnswer:
    """Return groups when the question has keys, else rows."""
    question = request.question
    if question.by or question.series:
        return _groups(request)
    return _records(request) if question.relation else _rows(request)


def _groups(request: PanelRequest) -> PanelAnswer:
    question, unit = request.question, option(request, "unit", "")
    query = aggregate_query(question, sort=largest_first(question), limit=MOST_GROUPS)
    result = ask(request, query)
    return answer(
        request,
        table_of(result, unit=unit, titles=option(request, "titles")),
        matched=result.matched,
        value=total(result),
        unit=unit or measures_of(result)[0].unit,
        notes=group_notes(result),
    )


def _rows(request: PanelRequest) -> PanelAnswer:
    question = request.question
    selects = option(request, "selects", "")
    asked = replace(request, question=replace(question, limit=question.limit or MOST_ROWS))
    found = list_rows(asked, also=[selects] if selects else ())
    return answer(
        request,
        _shaped(request, row_table(found, option(request, "titles"), selects=selects)),
        matched=found.matched,
        value=found.matched,
        notes=row_notes(found.matched - len(found.rows)),
    )


def _shaped(request: PanelRequest, table: PanelTable) -> PanelTable:
    """Return rows whose state is told by a shape, and whose progress is drawn as a bar, as the options name them."""
    bar, state = option(request, "bar", ""), option(request, "state", "")
    if not bar and not state:
        return table
    found = states_of(request) if state else None
    known = (
        {each.title: each for code, _t in found.field.choices for each in [found.of(code)]} if found else {}
    )
    columns = tuple(
        replace(column, is_bar=column.name == bar, states=known if column.name == state else None)
        for column in table.columns
    )
    return replace(table, columns=columns)


def _records(request: PanelRequest) -> PanelAnswer:
    found = list_records(request, limit=MOST_ROWS)
    return answer(
        request,
        record_table(request, found, shown_fields(request, found, MOST_FIELDS)),
        matched=found.matched,
        value=found.matched,
        notes=row_notes(found.matched - len(found.records)),
    )


KIND = PanelKind(
    name="table",
    title=_("Tableau"),
    icon="table",
    options=options(
        unit=UNIT,
        titles=TITLES,
        selects=titled(NAME, _("Au clic, filtrer par")),
        bar=titled(role(NAME, "number"), _("Pourcents dessinés en barre")),
        **STATE_OPTIONS,
    ),
    template="dashboards/panels/table.html",
    read=read,
)
