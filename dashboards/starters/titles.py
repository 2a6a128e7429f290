"""The title that a panel has until its maker writes another: what it shows, in a few words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.starters.sources import PanelSource
from dashboards.starters.words import DERIVED_WORDS, by_words, field_words, group_key, lowered, measure_words
from layers.errors import InvalidParameter
from layers.parsing.aggregates import parse_measure

TITLE_MAX = 200


def usual_title(panel: Panel, source: PanelSource) -> str:
    """Return what a panel about a source is called when nobody says."""
    question = panel.question
    if question is None:
        return ""
    try:
        return _titled(panel, question, source)[:TITLE_MAX]
    except InvalidParameter:
        return source.title


def _titled(panel: Panel, question: PanelQuestion, source: PanelSource) -> str:
    if panel.kind == "sheet":
        return _("Fiche : %s") % lowered(str(source.scope.definition.singular))
    if panel.kind == "gallery":
        return _("Photos")
    if panel.kind == "due":
        return _("%s : échéances") % source.title
    if panel.kind == "histogram" and question.by:
        return _("%s : répartition") % field_words(source, group_key(question.by[0]).property)
    if panel.kind == "scatter" and not question.by and len(question.fields) > 1:
        return _("%(first)s et %(second)s") % {
            "first": field_words(source, question.fields[0]),
            "second": lowered(field_words(source, question.fields[1])),
        }
    if _is_of_rows(panel, question):
        return source.title
    return _of_groups(question, source)


def _is_of_rows(panel: Panel, question: PanelQuestion) -> bool:
    is_feature_map = panel.kind == "map" and not question.by
    return is_feature_map or (panel.kind == "table" and not (question.by or question.series))


def _of_groups(question: PanelQuestion, source: PanelSource) -> str:
    words = [measured(source, question.measures[0]), *(by_words(source, key) for key in question.by[:1])]
    title = " ".join(words)
    if len(question.by) > 1:
        return _("%(title)s, %(how)s") % {"title": title, "how": by_words(source, question.by[1])}
    return title


def measured(source: PanelSource, text: str) -> str:
    """Name what a measure measures: the things counted, the number added up, else the measure in words."""
    measure = parse_measure(text)
    part = measure.parts[0] if measure.parts and measure.function in DERIVED_WORDS else measure
    name = _short(source, part.function, part.property) or measure_words(source, str(part))
    return _(DERIVED_WORDS[measure.function]) % name if part is not measure else name


def _short(source: PanelSource, function: str, name: str) -> str:
    if function == "count":
        return source.things[:1].upper() + source.things[1:]
    return field_words(source, name) if function == "sum" else ""
