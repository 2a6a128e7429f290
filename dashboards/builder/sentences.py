"""A panel in a sentence, made from its question for its maker."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.builder.conditions import question_filters
from dashboards.builder.draft import PanelDraft
from dashboards.builder.filter_rows import ConditionRow
from dashboards.documents.document import PanelQuestion
from dashboards.panels.sentences import bold
from dashboards.sources.source import PanelSource
from dashboards.sources.words import field_words, lowered
from interface.conditions import value_words
from layers.errors import InvalidParameter

_MAX_VALUES = 4


def sentence(draft: PanelDraft) -> SafeString:
    """Describe a panel; only why not, when its layer is not visible to its maker."""
    question, source = draft.full_panel.question, draft.source
    if question is None:
        return format_html("{}", _("Un texte, le même pour tous les lecteurs."))
    if source is None:
        return format_html("{}", _("Une question sur une couche qui n’existe pas ou que vous ne voyez pas."))
    try:
        subject = draft.kind.sentence(draft.full_panel, question, source)
        parts = [subject, *_row_filters(question, source), *_order(draft, question, source)]
    except InvalidParameter as refused:
        return format_html("{}", refused.detail)
    return format_html("{}.", format_html_join(", ", "{}", ((part,) for part in parts)))


def _row_filters(question: PanelQuestion, source: PanelSource) -> Iterable[SafeString]:
    """Describe the selection of rows."""
    filters = question_filters(question, source)
    sentences = [condition_words(row) for row in filters.rows]
    if filters.features.rest or filters.records.rest:
        sentences.append(format_html("{}", _("un filtre écrit en CQL2")))
    if sentences:
        yield format_html(_("pour {}"), format_html_join(_(" et "), "{}", ((each,) for each in sentences)))


def condition_words(row: ConditionRow) -> SafeString:
    """Say a condition: « état : ouvert ou fermé »."""
    words = [_value(row, value) for value in row.values[:_MAX_VALUES]]
    more = len(row.values) - len(words)
    words += [ngettext("%d autre", "%d autres", more) % more] if more else []
    values = _(" ou ").join(words)
    form = _("{} autre que {}") if row.is_excluded else _("{} : {}")
    return format_html(form, lowered(str(row.field.title)), bold(values))


def _value(row: ConditionRow, value: str) -> str:
    try:
        return value_words(row.field, value)
    except (ValueError, InvalidParameter):
        return value


def _order(draft: PanelDraft, question: PanelQuestion, source: PanelSource) -> Iterable[SafeString]:
    """Describe the order and the limit of the question."""
    if question.sort and not draft.kind.shows_groups(draft.full_panel):
        name = question.sort[0].removeprefix("-")
        yield format_html(_("dans l’ordre de {}"), bold(lowered(field_words(source, name))))
    if question.limit:
        words = ngettext("%d au plus", "%d au plus", question.limit) % question.limit
        yield format_html("{}", words)
