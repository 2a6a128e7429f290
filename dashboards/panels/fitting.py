"""Make a question fit a kind of panel: suitable parts stay, missing ones are chosen, so that it can be read.

``fit_panel`` does it for any kind; ``GroupsKind`` and ``TwoKeysKind`` serve most kinds of groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.documents.questions import check_question
from dashboards.panels.kinds import Fit, KeyRule, PanelKind
from dashboards.sources.keys import (
    existing_keys,
    existing_measures,
    is_period,
    list_fields,
    main_key,
    second_key,
    time_key,
    valid_measure,
)
from dashboards.sources.source import PanelSource
from layers.errors import InvalidParameter, LayersError
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = lazy_module("jsonschema")


def fit_panel(panel: Panel, kind: PanelKind, source: PanelSource) -> Panel:
    """Return a panel of a kind, about a source; ``panel`` gives the question and options to reuse.

    Raises:
        InvalidParameter: the kind cannot show the source.
    """
    if not kind.needs_question:
        return replace(
            panel, kind=kind.name, question=None, options=_shared_options(panel, kind), notice=None
        )
    why = kind.unsuitable(source)
    if why:
        raise InvalidParameter(_("%(kind)s : %(text)s") % {"kind": kind.title, "text": why}, parameter="kind")
    before = panel.question or PanelQuestion(source.scope.slug)
    rows = kind.source_of(source)
    is_same_kind = panel.kind == kind.name
    fit = (kind.refit if is_same_kind else kind.fit)(rows, _question_about(rows, before))
    made = replace(panel, kind=kind.name, question=valid_question(rows, fit.question, before))
    own_options = _shared_options(panel, kind)
    return replace(
        made, options={**fit.options, **own_options} if is_same_kind else {**own_options, **fit.options}
    )


def _question_about(source: PanelSource, before: PanelQuestion) -> PanelQuestion:
    """Return the parts of the former question that suit a source."""
    is_same_layer = before.layer == source.scope.slug
    is_same = is_same_layer and before.relation == source.relation_name
    return replace(
        before,
        layer=source.scope.slug,
        relation=source.relation_name,
        filter=before.filter if is_same_layer else "",
        relation_filter=before.relation_filter if is_same else "",
        by=existing_keys(source, before.by),
        measures=existing_measures(source, before.measures),
        series=tuple(name for name in before.series if name in source.fields) if is_same else (),
        fields=tuple(name for name in before.fields if name in source.fields),
    )


def valid_question(source: PanelSource, question: PanelQuestion, before: PanelQuestion) -> PanelQuestion:
    """Return a question that the kernel accepts; with the previous order and empty periods where they apply."""
    columns = {*question.by, *question.measures} if question.by or question.series else set(source.fields)
    sort = tuple(name for name in before.sort if name.removeprefix("-") in columns)
    periods = [key for key in question.by if is_period(key)]
    made = replace(question, sort=sort, empty=before.empty and len(periods) == 1)
    try:
        check_question(source.scope, made)
    except LayersError:  # what a filter says is its maker's: it stays, and is told
        return replace(made, sort=(), measures=("count",), limit=0, empty=False)
    return made


def _shared_options(panel: Panel, kind: PanelKind) -> dict[str, Any]:
    """Return the options of a panel that another kind reads too."""
    schemas: Mapping[str, Any] = kind.options.get("properties", {})
    return {
        name: value
        for name, value in panel.options.items()
        if name in schemas and jsonschema.Draft202012Validator(dict(schemas[name])).is_valid(value)
    }


class GroupsKind(PanelKind):
    """A kind of groups by one key: a kind overrides how its keys are chosen."""

    keys = KeyRule(1, 1)

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source that nothing groups."""
        return "" if main_key(source) else _("aucun champ à regrouper ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with its first key, else the main one; series make a key."""
        if question.series:
            return Fit(self.grouped(source, question, ()))
        return Fit(self.grouped(source, question, [*question.by, main_key(source)][:1]))

    def grouped(self, source: PanelSource, question: PanelQuestion, by: Iterable[str]) -> PanelQuestion:
        """Return a question of groups: keys, and as many measures as the kind draws."""
        keys = tuple(dict.fromkeys(key for key in by if key))
        measures = tuple(valid_measure(source, measure, keys) for measure in question.measures)
        return replace(question, by=keys, measures=measures[: self.measures] or ("count",), fields=())


class TwoKeysKind(GroupsKind):
    """A kind of groups by one key, cut by a second one or by columns that are series."""

    keys = KeyRule(2, 2)

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with two keys; the second is a list of values, else a period."""
        first = question.by[0] if question.by else main_key(source)
        if question.series:
            return Fit(self.grouped(source, question, [first]))
        second = question.by[1] if len(question.by) > 1 else ""
        second = second or second_key(source, first) or _other_time_key(source, first)
        return Fit(self.grouped(source, question, [first, second]))

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source that has not two keys."""
        first = main_key(source)
        is_suited = first and (second_key(source, first) or _other_time_key(source, first))
        return "" if is_suited else _("il faut deux champs à regrouper.")


def _other_time_key(source: PanelSource, first: str) -> str:
    key = time_key(source)
    return key if key != first else ""


def rows_question(source: PanelSource, question: PanelQuestion) -> PanelQuestion:
    """Return the question of rows, with the fields that a list may show."""
    fields = tuple(name for name in question.fields if name in source.listed) or list_fields(source)
    return replace(plain_question(question), fields=fields)


def plain_question(question: PanelQuestion) -> PanelQuestion:
    """Return a question without groups, fields nor order: that of a kind which chooses what it shows."""
    return replace(question, by=(), measures=("count",), series=(), fields=(), sort=(), empty=False)
