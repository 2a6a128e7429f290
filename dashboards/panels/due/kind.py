"""What falls due: past its day, this month, the next one; of features or of their records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import plain_question
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    Miniature,
    PanelAnswer,
    PanelColumn,
    PanelKind,
    PanelRequest,
    PanelTable,
    PaperLimits,
    PaperRule,
)
from dashboards.panels.options import NAME, number_between, option_schema, role, titled
from dashboards.panels.queries import feature_name, list_records
from dashboards.panels.tables import capitalised, list_rows
from dashboards.sources.keys import main_date
from dashboards.sources.source import PanelSource, related_source
from interface import wording
from interface.territory import CommuneShape
from interface.titles import row_title
from layers.crs import CRS84
from layers.definitions import FieldType
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing.cql2 import Expression
from layers.parsing.cql2.nodes import Instant, Node, Operation, Property
from layers.parsing.query import SortKey

MAX_READ, VISIBLE_ROWS = 1_000, 5
LATE, MONTH, NEXT = "late", "month", "next"


@dataclass(frozen=True, slots=True)
class DueItem:
    """A thing to do: of which feature, of which kind, when; ``days`` from today, negative when late."""

    feature: int
    name: str
    kind: str
    date: dt.date
    days: int
    state: str
    address: str

    @property
    def away(self) -> str:
        """How far the day is, in words; the day itself of the next month, which may be « dans 2 mois »."""
        if self.state == NEXT:
            return _("le %(day)s") % {"day": wording.date_words(self.date, "MONTH_DAY_FORMAT")}
        return wording.days_away(self.days)


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Things of one state: how many, the most urgent of them, and how many more there are."""

    state: str
    title: str
    count: int
    items: Sequence[DueItem]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.items)


class Due(PanelKind):
    """What falls due: past its day, this month, the next one; of features or of their records."""

    name = "due"
    title = gettext_lazy("Échéances")
    icon = "calendar-clock"
    size = (6, 5)
    options = option_schema(
        field=titled(role(NAME, "date"), gettext_lazy("Date d’échéance")),
        shown=number_between(
            1, 50, title=gettext_lazy("Lignes de chaque état"), description="Things listed of each state."
        ),
    )
    template = "dashboards/panels/due.html"
    phrase = gettext_lazy("Les échéances de {} : dépassées, ce mois-ci, le mois prochain")
    is_resized = False
    paper = PaperRule(is_written=True, base=230, row=0)
    shape = Glyph.ROWS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return what is due until the end of the next month, most urgent first.

        Raises:
            InvalidParameter: nothing says when things fall due.
            UnknownProperty: a relation or a field that the visitor does not have.
        """
        today = timezone.localdate()
        items, matched = (
            _of_records(request, today) if request.question.relation else _of_rows(request, today)
        )
        late = sum(item.state == LATE for item in items)
        return request.answer(
            _table(request, items),
            matched=matched,
            value=late,
            context={"groups": groups_of(items, int(request.option("shown", VISIBLE_ROWS)))},
            is_empty=False,
            notes=_beyond(matched - len(items)),
        )

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source of which nothing falls due."""
        is_suited = due_records(source) or (source.relation is None and source.dates)
        return "" if is_suited else _("aucune échéance ici.")

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the records that fall due, else the features."""
        return related_source(source, due_records(source))

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question about records, or features by their main date."""
        date = main_date(source)
        options = {"field": date.name} if source.relation is None and date else {}
        return Fit(plain_question(question), options)

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name what falls due."""
        return _("%s : échéances") % source.title

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return fewer items of each group on a sheet of few rows."""
        groups: Sequence[DueGroup] = (answer.context or {})["groups"]
        shorter = [replace(group, items=group.items[: max(limits.rows // 2, 1)]) for group in groups]
        return replace(answer, context={**(answer.context or {}), "groups": shorter})

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return how many things of each state there are."""
        groups: Sequence[DueGroup] = (answer.context or {})["groups"]
        return Miniature(lines=tuple((group.title, str(group.count)) for group in groups))


DUE = Due()


def groups_of(due_items: Sequence[DueItem], most: int) -> list[DueGroup]:
    """Return the three groups, empty ones too: that nothing is late is worth saying."""
    groups = []
    for state, title in _titles().items():
        items = [item for item in due_items if item.state == state]
        groups.append(DueGroup(state, title, len(items), items[:most]))
    return groups


def _titles() -> dict[str, str]:
    """Return the words of the states: « en retard » is a state of its own in some layers, whatever the day."""
    return {LATE: _("Échéance dépassée"), MONTH: _("Ce mois-ci"), NEXT: _("Le mois prochain")}


def state_of(day: dt.date, today: dt.date) -> str:
    """Return whether a day is past, in the month of today, or after it."""
    if day < today:
        return LATE
    return MONTH if day < _next_month(today) else NEXT


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _horizon(today: dt.date) -> dt.date:
    """Return the last day of the next month."""
    return _next_month(_next_month(today)) - dt.timedelta(days=1)


def _of_records(request: PanelRequest, today: dt.date) -> tuple[list[DueItem], int]:
    """Return the records due, by the latest record of each kind of a feature."""
    name = request.question.relation
    due = next((each.due for each in request.scope.relations if each.name == name), None)
    if due is None:
        raise (
            UnknownProperty(name[:63], parameter="relation")
            if all(each.name != name for each in request.scope.relations)
            else InvalidParameter(
                _("Rien ne dit quand « %s » arrive à échéance.") % name, parameter="relation"
            )
        )
    records = list_records(
        request,
        limit=MAX_READ,
        sort=(SortKey(due.field),),
        is_latest=True,
        until=_horizon(today),
    )
    kinds = next(field for field in records.relation.fields if field.name == due.kind)
    items = [
        _item(
            request,
            record.feature,
            feature_name(request, record),
            str(kinds.label(record.values[due.kind])),
            record.values[due.field],
            today,
        )
        for record in records.records
    ]
    return items, records.matched


def _of_rows(request: PanelRequest, today: dt.date) -> tuple[list[DueItem], int]:
    """Return the features due, by their own date."""
    name = request.option("field", request.scope.definition.time_field)
    field = request.scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(str(name)[:63], parameter="field")
    if field.type not in {FieldType.DATE, FieldType.DATETIME}:
        raise InvalidParameter(_("« %s » n’est pas une date.") % field.title, parameter="field")
    title = request.scope.definition.title_field
    question = replace(
        request.question,
        fields=tuple(dict.fromkeys([name, *([title] if title in request.scope.filterable else [])])),
        sort=(name,),
        limit=request.question.limit or MAX_READ,
    )
    until = _horizon(today)
    narrowed = replace(
        request.query,
        filter=_joined(request.query.filter, Operation("<=", (Property(name), Instant(until)))),
        fingerprint=(*request.query.fingerprint, ("due", f"{name} {until}")),
    )
    rows = list_rows(replace(request, question=question, query=narrowed))
    items = [
        _item(request, row["id"], row_title(request.scope, row), "", row[name], today) for row in rows.rows
    ]
    return items, rows.matched


def _joined(filter: Expression | None, node: Node) -> Expression:
    if filter is None:
        return Expression(node, CRS84, "filter")
    return replace(filter, tree=Operation("and", (filter.tree, node)))


def _item(request: PanelRequest, feature: int, name: str, kind: str, when: Any, today: dt.date) -> DueItem:
    day = timezone.localtime(when).date() if isinstance(when, dt.datetime) else when
    address = reverse("explorer:feature", args=[request.scope.slug, feature])
    return DueItem(feature, name, kind, day, (day - today).days, state_of(day, today), address)


def _table(request: PanelRequest, items: Sequence[DueItem]) -> PanelTable:
    titles = _titles()
    return PanelTable(
        columns=(
            PanelColumn("feature", capitalised(str(request.scope.definition.singular))),
            PanelColumn("kind", _("Nature")),
            PanelColumn("date", _("Échéance")),
            PanelColumn("state", _("État")),
        ),
        rows=tuple((item.name, item.kind or None, item.date, titles[item.state]) for item in items),
        filters=tuple(None for _item in items),
        features=tuple(item.feature for item in items),
    )


def _beyond(count: int) -> tuple[str, ...]:
    words = ngettext("%d autre échéance n’est pas lue.", "%d autres échéances ne sont pas lues.", count)
    return (words % count,) if count > 0 else ()


def due_records(source: PanelSource) -> str:
    """Return the name of the records of a source that fall due, of its own first; empty without them."""
    if source.relation is not None and source.relation.due:
        return source.relation.name
    return next((each.name for each in source.scope.relations if each.due), "")
