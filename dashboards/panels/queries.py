"""Queries of panels on the kernel: aggregates in the words of the API, records, the latest year of one feature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.documents.questions import question_parameters
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelRequest, PanelTable
from dashboards.panels.labels import is_year, last_day
from dashboards.panels.options import NAME, TEXT, Schema, role, titled
from dashboards.panels.stated_periods import rows_period
from dashboards.panels.tables import capitalised, cell, is_amount
from dashboards.panels.units import converted
from dashboards.sources.keys import ADDED
from interface import wording
from interface.titles import name_of
from layers import queries
from layers.aggregates import AggregateResult, ResultColumn, aggregate
from layers.aggregates.plan import FEATURE
from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import SERIES, SERIES_VALUE, AggregateQuery, parse_aggregate
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import Operation
from layers.queries import RecordList, RecordQuery, RelatedRecord
from layers.queries.lists import record_field, sort_keys

# A page has as many panels under way at once (``dashboards/static/dashboards/reading/panels.js``).
_PARALLEL_QUERIES = 2
_IN_ORDER = ("year:", "quarter:", "month:", "week:", "day:", "width", "bins")


def aggregate_query(
    question: PanelQuestion, *, sort: Sequence[str] = (), limit: int = 0, measures: Sequence[str] = ()
) -> AggregateQuery:
    """Return the aggregate of a question; the arguments are the defaults of the kind.

    Raises:
        InvalidParameter: a word that the API does not know either; it says which.
    """
    completed = replace(
        question,
        filter="",
        measures=tuple(measures) or question.measures,
        sort=question.sort or tuple(sort),
        limit=question.limit or limit,
    )
    return parse_aggregate(question_parameters(completed))[1]


def run_aggregate(
    request: PanelRequest, query: AggregateQuery, *, selection: FeatureQuery | None = None
) -> AggregateResult:
    """Run an aggregate, under the visitor's scope and the filters of the page, or on ``selection`` instead.

    Amounts are in the unit of the panel, where theirs converts to it.
    """
    selected = queries.select(request.scope, selection or request.query)
    result = aggregate(selected, query, parallel_queries=_PARALLEL_QUERIES)
    return converted(result, request.option("unit") or "")


def largest_first(question: PanelQuestion) -> tuple[str, ...]:
    """Return the default order of groups: largest first, but periods and bins in their order."""
    if is_in_order(question) or not (question.by or question.series):
        return ()
    return (f"-{first_measure(question)}",)


def first_measure(question: PanelQuestion) -> str:
    """Return the name of the first measure in the answer."""
    is_default = question.measures == PanelQuestion("").measures
    return f"sum:{SERIES_VALUE}" if question.series and is_default else question.measures[0]


def check_keys(question: PanelQuestion, least: int, most: int) -> None:
    """Refuse a question that has not as many group keys as a kind draws; series make one.

    Raises:
        InvalidParameter: too few, or too many.
    """
    count = len(question.by) + (bool(question.series) and SERIES not in question.by)
    if not least <= count <= most:
        expected = str(least) if least == most else _("%(start)s à %(end)s") % {"start": least, "end": most}
        raise InvalidParameter(
            _("Nombre de clés de regroupement attendu : %(expected)s ; reçu %(count)d.")
            % {"expected": expected, "count": count},
            parameter="by",
        )


def is_in_order(question: PanelQuestion) -> bool:
    """Whether the first key is a period or a bin, read from left to right."""
    return bool(question.by) and question.by[0].startswith(_IN_ORDER)


def is_added(measure: ResultColumn) -> bool:
    """Whether the groups of a measure add up to that of the whole."""
    return measure.name.partition(":")[0] in ADDED


def keys_of(result: AggregateResult) -> tuple[ResultColumn, ...]:
    """Return the group keys of an answer."""
    return tuple(column for column in result.columns if column.is_key)


def measures_of(result: AggregateResult) -> tuple[ResultColumn, ...]:
    """Return the measures of an answer."""
    return tuple(column for column in result.columns if not column.is_key)


def total(result: AggregateResult) -> float | None:
    """Return the first measure over all groups; None when some are left out or untold, share rows, or do not add up."""
    index = len(keys_of(result))
    if index >= len(result.columns) or result.is_cut or result.suppressed:
        return None
    if index and not (is_added(result.columns[index]) and all(key.counts_once for key in keys_of(result))):
        return None
    values = [row[index] for row in result.rows]
    numbers = [value for value in values if isinstance(value, int | float)]
    if result.hides_groups and index and sum(numbers) != result.matched:
        return None
    return sum(numbers) if numbers else None


def group_notes(result: AggregateResult) -> tuple[str, ...]:
    """Say what an answer leaves out: groups beyond its limit, and groups too small to publish."""
    notes = []
    if result.is_cut:
        words = ngettext(
            "%d autre groupe n’est pas montré.", "%d autres groupes ne sont pas montrés.", result.beyond
        )
        notes.append(words % result.beyond)
    if result.suppressed:
        notes.append(
            _("Des valeurs sont tues : elles portent sur moins de %d objets, ou les feraient déduire.")
            % result.smallest_count
        )
    if result.hides_groups:
        notes.append(
            _("Les effectifs de moins de %d objets sont tus, avec ceux qui les feraient déduire.")
            % result.smallest_count
        )
    return tuple(notes)


def period_note(request: PanelRequest, result: AggregateResult) -> str:
    """Say the period of groups that no period or year parts; empty where nothing says it, or what is focused does."""
    is_parted = any(key.period or is_year(key) for key in keys_of(result))
    if is_parted or (request.option("latest") and ":" not in request.option("latest")):
        return ""
    words = rows_period(request.scope, request.question, request.query)
    return _("Période : %s.") % words if words else ""


def narrowed_by(query: FeatureQuery, text: str) -> FeatureQuery:
    """Return a selection narrowed by a text in CQL2."""
    more = parse_filter(text, parameter="filter")
    filter = more
    if query.filter is not None:
        tree = Operation("and", (query.filter.tree, more.tree))
        filter = replace(query.filter, tree=tree, day=query.filter.day or more.day)
    return replace(query, filter=filter, fingerprint=(*query.fingerprint, ("also", text)))


# Groups of one feature, and of the latest year that it has any: what compares communes, whatever is followed.
# ``latest`` names a number of the rows, or a period of their date (``month:mois``): only those of its largest value
# stay. ``one`` names a field of the
# features: only one value of it stays, that of ``prefer`` where it is there. The panel says what stays.
FOCUS: Mapping[str, Schema] = {
    "latest": titled(role(NAME, "last"), gettext_lazy("Seulement la dernière période")),
    "one": titled(role(NAME, "feature"), gettext_lazy("Un seul objet à la fois")),
    "prefer": {**TEXT, "title": gettext_lazy("L’objet montré d’abord"), "description": "A value of ``one``."},
    "units": titled(role(NAME, "feature"), gettext_lazy("Unité de chaque objet")),
}
_MAX = 2_000
Read = Callable[[PanelRequest], PanelAnswer]


def focused(read: Read) -> Read:
    """Return how a kind reads once its question is narrowed as its options say."""

    def narrowed(request: PanelRequest) -> PanelAnswer:
        narrow_request, words = focus(request)
        answer = read(narrow_request)
        return replace(answer, notes=(words, *answer.notes)) if words else answer

    return narrowed


def focus(request: PanelRequest) -> tuple[PanelRequest, str]:
    """Return the question about one feature and one year, and what that is in words.

    It is as it was without any row to choose from, or when the options say nothing.
    """
    if not request.option("latest") and not request.option("one"):
        return request, ""
    query = request.query
    groups = _groups(request, query)
    if (
        not groups and request.unfiltered_query is not None
    ):  # what the page has chosen has none: those of the whole are shown
        query = request.unfiltered_query
        groups = _groups(request, query)
    if not groups:
        return request, ""
    name, prefer = request.option("one", ""), request.option("prefer", "")
    first = next((each for each in groups if name and each["one"] == prefer), groups[0])
    years = [each["latest"] for each in groups if each["one"] == first["one"] and each["latest"] is not None]
    latest = max(years, default=None)
    question = request.question
    if name:
        query = narrowed_by(query, f"{name} = {_quoted(str(first['one']))}")
    if latest is not None:
        own = _latest_text(str(request.option("latest")), latest)
        if question.relation:
            text = f"({question.relation_filter}) AND {own}" if question.relation_filter else own
            question = replace(question, relation_filter=text)
        else:
            query = narrowed_by(query, own)
    focused_request = replace(
        request, question=question, panel=replace(request.panel, question=question), query=query
    )
    return focused_request, _words(first, latest)


def _latest_text(key: str, latest: Any) -> str:
    """Return the CQL2 text of the rows of the latest year, or period of a date (``month:mois``)."""
    period, colon, name = key.rpartition(":")
    if not colon:
        return f"{key} = {latest}"
    return f"T_INTERSECTS(\"{name}\", INTERVAL('{latest}', '{last_day(latest, period)}'))"


def _groups(request: PanelRequest, query: FeatureQuery) -> list[dict[str, Any]]:
    """Return what there is to choose from: values of ``one`` with their titles, and of ``latest``."""
    fields = {
        "one": request.option("one", ""),
        "title": request.scope.definition.title_field if request.option("one") else "",
        "unit": request.option("units", ""),
    }
    keys = {
        name: f"{FEATURE}{field}" if request.question.relation else field
        for name, field in fields.items()
        if field
    }
    if request.option("latest"):
        keys["latest"] = str(request.option("latest"))
    question = PanelQuestion(
        request.question.layer,
        relation=request.question.relation,
        relation_filter=request.question.relation_filter,
        by=tuple(keys.values()),
        sort=tuple(keys.values())[:1],
    )
    result = run_aggregate(request, aggregate_query(question, limit=_MAX), selection=query)
    positions = {name: index for index, name in enumerate(keys)}
    assert len(keys_of(result)) == len(keys)
    return [
        {
            name: row[positions[name]] if name in positions else None
            for name in ("one", "title", "unit", "latest")
        }
        for row in result.rows
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _words(first: Mapping[str, Any], latest: Any) -> str:
    """Say what is shown: « Émissions par habitant, en t par habitant : 2025 »."""
    title = str(first["title"] or "")
    if title and first["unit"]:
        title = _("%(title)s, en %(unit)s") % {"title": title, "unit": wording.unit(str(first["unit"]))}
    if latest is None or isinstance(latest, dt.date):
        return title  # a period is worded with that of the rows
    return (
        _("%(title)s : %(text)s") % {"title": title, "text": wording.year(latest)}
        if title
        else wording.year(latest)
    )


MAX_RECORDS = 5_000
"""Records that are read to find whose they are."""


def list_records(request: PanelRequest, *, relation: str = "", limit: int, **options: Any) -> RecordList:
    """Return the records of the features that a panel selects, under its filter of records.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter of records does not fit them.
    """
    question = request.question
    text = question.relation_filter
    query = RecordQuery(
        relation=relation or question.relation,
        limit=question.limit or limit,
        sort=sort_keys(question.sort) or options.pop("sort", ()),
        filter=parse_filter(text, parameter="relation_filter") if text else None,
        filter_text=text,
        **options,
    )
    return queries.record_list(queries.select(request.scope, request.query), query)


def features_of_records(request: PanelRequest, most: int) -> tuple[tuple[int, ...], bool]:
    """Return the ids of the features whose records a panel selects, ``most`` at most, and whether there are others.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter of records does not fit them.
    """
    question, text = request.question, request.question.relation_filter
    query = RecordQuery(
        relation=question.relation,
        limit=MAX_RECORDS,
        filter=parse_filter(text, parameter="relation_filter") if text else None,
        filter_text=text,
    )
    records = queries.record_list(queries.select(request.scope, request.query), query)
    ids = sorted({record.feature for record in records.records})
    return tuple(ids[:most]), len(ids) > most or records.matched > len(records.records)


def feature_name(request: PanelRequest, record: RelatedRecord) -> str:
    """Return what the feature of a record is called."""
    return name_of(request.scope, record.feature, record.title)


def list_fields(request: PanelRequest, records: RecordList, most: int) -> tuple[Field, ...]:
    """Return the fields of records that a panel shows: those of its question, else the first of the relation."""
    names = request.question.fields
    if names:
        return tuple(record_field(records.relation, name) for name in names)
    return records.relation.fields[:most]


def record_table(request: PanelRequest, records: RecordList, fields: Iterable[Field]) -> PanelTable:
    """Return records as a table, each after the name of its feature."""
    chosen = tuple(fields)
    singular = capitalised(str(request.scope.definition.singular))
    return PanelTable(
        columns=(
            PanelColumn("feature", singular),
            *(PanelColumn(f.name, capitalised(str(f.title)), f.unit, is_amount(f)) for f in chosen),
        ),
        rows=tuple(
            (feature_name(request, record), *(cell(field, record.values) for field in chosen))
            for record in records.records
        ),
        filters=tuple(None for _record in records.records),
        features=tuple(record.feature for record in records.records),
    )
