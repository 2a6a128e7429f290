"""A spatial join: how many features of a layer lie in those of another one, by the values of a field of the latter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.marks import COLOURS
from dashboards.panels.charts.stacked_bars import stacked_answer
from dashboards.panels.charts.theme import height_of
from dashboards.panels.controls import ChoiceGroup, EditedPanel, plain
from dashboards.panels.fitting import plain_question
from dashboards.panels.groups import Groups, Words, chart_rows
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyFamily,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelKind,
    PanelRequest,
)
from dashboards.panels.labels import measure_units
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import FLAG, NAME, ORDER, TITLES, UNIT, Schema, needed, option_schema, titled
from dashboards.panels.queries import aggregate_query, check_keys, run_aggregate
from dashboards.panels.sentences import bold
from dashboards.sources.source import PanelSource
from interface.conditions import condition, value_text
from interface.territory import CommuneShape
from layers import access
from layers.access import Scope
from layers.aggregates import AggregateResult, ResultColumn, Scalar, aggregate
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, UnknownLayer, UnknownProperty
from layers.parsing import FeatureQuery, parse_query
from layers.parsing.aggregates import SERIES
from layers.parsing.query import DISJOINT, TOUCHING, parse_spatial_relations
from layers.queries import select
from layers.visitor import Visitor

MAX_VALUES = 12
"""Values of the other field that a panel counts: each is a statement."""
_OUTSIDE = "outside"
_LAYER: Schema = {"type": "string", "maxLength": 80, "description": "Name of the other layer."}


class SpatialJoin(PanelKind):
    """Features of a layer by the values of another one in which they lie, cut by a field of their own or not."""

    name = "spatial_join"
    title = gettext_lazy("Croisement de deux couches")
    short_title = gettext_lazy("Croisement")
    icon = "chart-bar-stacked"
    options = option_schema(
        other=needed(titled(_LAYER, gettext_lazy("Couche croisée"))),
        other_field=needed(titled(NAME, gettext_lazy("Champ de la couche croisée"))),
        unit=UNIT,
        titles=TITLES,
        colours=COLOURS,
        order=ORDER,
        share=titled(FLAG, gettext_lazy("En parts de 100 %")),
    )
    template = "dashboards/panels/chart.html"
    keys = KeyRule(0, 1, families=(KeyFamily.LISTED, KeyFamily.YEARS))
    has_order = False
    shape = Glyph.BARS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return bars, one a value of the other layer.

        Raises:
            UnknownLayer, UnknownProperty: the visitor does not read the other layer, or its field.
            InvalidParameter: the field has too many values; more than one key of its own, or another measure.
        """
        check_keys(request.question, 0, 1)
        if request.question.measures != ("count",):
            raise InvalidParameter(
                _("Un croisement compte des objets : la mesure attendue est count."), parameter="measures"
            )
        result = joined_groups(request)
        words = Words(
            request.option("unit", ""),
            request.option("titles"),
            measure_units(result.columns, request.option("unit", "")),
        )
        groups = Groups(request, result, words, chart_rows(result, words))
        notes = (
            ()
            if request.scope.definition.geometry.dimension == 0
            else (_("Un objet qui va dans plusieurs valeurs compte dans chacune."),)
        )
        if request.question.by:
            return stacked_answer(groups, notes=notes)
        chart = BarChart(groups.rows, request.panel.title, height_of(request.panel))
        return groups.answer(bar_chart(chart), notes=notes)

    def other_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return the other layer."""
        return self.needed_layers(panel)

    def needed_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return the other layer: without it there is no panel."""
        slug = str(panel.options.get("other", ""))
        return (slug,) if slug else ()

    def shows_groups(self, panel: Panel) -> bool:
        """Whether a panel shows groups: it always does."""
        return panel.question is not None

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse what has no place, and a maker who sees no surfaces to cross it with."""
        if not source.has_geometry:
            return _("rien ici n’a de place sur une carte.")
        return (
            ""
            if _joinable(source.scope.visitor, source.scope.slug)
            else _("aucune surface à croiser ne vous est ouverte.")
        )

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with one key at most, and the first layer that its maker may cross it with."""
        scope = _joinable(source.scope.visitor, source.scope.slug)[0]
        options = {"other": scope.slug, "other_field": _listed_fields(scope)[0].name}
        return Fit(replace(plain_question(question), by=question.by[:1]), options)

    def option_groups(self, edited: EditedPanel, name: str) -> list[ChoiceGroup] | None:
        """Return the layers of surfaces that the maker sees, and the lists of values of the one that is named."""
        if edited.source is None or name not in {"other", "other_field"}:
            return None
        scopes = _joinable(edited.maker, edited.source.scope.slug)
        if name == "other":
            return [plain(*((scope.slug, scope.layer.title) for scope in scopes))]
        slug = edited.panel.options.get("other")
        fields = [field for scope in scopes if scope.slug == slug for field in _listed_fields(scope)]
        return [plain(*((field.name, str(field.title)) for field in fields))]

    def with_option(self, edited: EditedPanel, name: str, value: Any) -> Panel | None:
        """Return the panel with another layer to cross, and the first list of values of it."""
        if name != "other" or edited.source is None:
            return None
        scopes = _joinable(edited.maker, edited.source.scope.slug)
        scope = next((each for each in scopes if each.slug == value), None)
        if scope is None:
            raise UnknownLayer(str(value)[:80])
        options = {**edited.panel.options, "other": scope.slug, "other_field": _listed_fields(scope)[0].name}
        return replace(edited.panel, options=options)

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the layer that is counted."""
        return source.title

    def default_title(self, panel: Panel, source: PanelSource) -> str:
        """Name both layers."""
        words = {"title": source.title, "text": _layer_title(panel, source.scope.visitor)}
        return _("%(title)s : %(text)s") % words

    def sentence(self, panel: Panel, question: PanelQuestion, source: PanelSource) -> SafeString:
        """Say what is counted, and where."""
        other = _layer_title(panel, source.scope.visitor)
        form = _("Le nombre de {} dans chaque valeur de {}")
        return format_html(form, bold(source.things), bold(other))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars."""
        return bars_miniature(answer)


SPATIAL_JOIN = SpatialJoin()


def joined_groups(request: PanelRequest) -> AggregateResult:
    """Count the features of a panel in each value of the other layer, and outside of it: a statement each.

    Raises:
        UnknownLayer, UnknownProperty: the visitor does not read the other layer, or its field.
        InvalidParameter: the field has more than ``MAX_VALUES`` values.
    """
    slug, name = str(request.option("other", "")), str(request.option("other_field", ""))
    other = access.scope(request.visitor, slug)
    if not other.can_read_rows:
        raise UnknownLayer(slug)
    field = other.filterable.get(name)
    if field is None:
        raise UnknownProperty(name, parameter="other_field")
    query = replace(aggregate_query(request.question, measures=("count",)), sort=())
    values = _values(request, other, field)
    results = [
        (value, run_aggregate(request, query, selection=_inside(request.query, slug, field, value)))
        for value in values
    ]
    outside = run_aggregate(request, query, selection=_outside(request.query, slug))
    first = _labelled(outside, [result for _value, result in results])
    rows = [(value, *row) for value, result in results for row in result.rows if row[-1]]
    rows += [(_OUTSIDE, *row) for row in outside.rows if row[-1]]
    key = ResultColumn(
        SERIES,
        str(field.title),
        FieldType.TEXT,
        is_key=True,
        counts_once=request.scope.definition.geometry.dimension == 0,
        labels={
            **{value: str(field.label(value)) for value in values},
            _OUTSIDE: _("hors de « %s »") % other.layer.title,
        },
    )
    suppressed = (
        any(result.suppressed or result.hides_groups for _value, result in results) or outside.hides_groups
    )
    return AggregateResult(
        (key, *first),
        tuple(rows),
        None if suppressed else select(request.scope, request.query).count(),
        len(rows),
        len(rows),
        smallest_count=outside.smallest_count,
        hides_groups=suppressed,
    )


def _labelled(outside: AggregateResult, results: Sequence[AggregateResult]) -> tuple[ResultColumn, ...]:
    """Return the columns of the counts, with the words of every value that one of them has."""
    every = zip(outside.columns, *(result.columns for result in results), strict=True)
    return tuple(
        replace(own, labels={code: text for each in (own, *related) for code, text in each.labels.items()})
        for own, *related in every
    )


def _values(request: PanelRequest, other: Scope, field: Field) -> list[Scalar]:
    """Return the values that features of the other layer have, in the order of their list."""
    question = PanelQuestion(other.slug, by=(field.name,))
    result = aggregate(select(other, parse_query({})), aggregate_query(question, limit=MAX_VALUES))
    if result.is_cut:
        raise InvalidParameter(
            _("« %(field)s » a plus de %(most)d valeurs.") % {"field": field.title, "most": MAX_VALUES},
            parameter="other_field",
        )
    present = [row[0] for row in result.rows if row[0] not in (None, "")]
    ranks = {text: rank for rank, text in enumerate(request.option("order", ()))}
    codes = [code for code, _label in field.choices]
    return sorted(
        present, key=lambda value: (ranks.get(str(value), len(ranks)), _rank(codes, value), str(value))
    )


def _rank(codes: Sequence[str], value: Scalar) -> int:
    return codes.index(str(value)) if str(value) in codes else len(codes)


def _inside(query: FeatureQuery, slug: str, field: Field, value: Scalar) -> FeatureQuery:
    text = f"{slug}?{condition(field, [value_text(value)], parameter='other_field')}"
    relations = parse_spatial_relations((text,), parameter=TOUCHING)
    return replace(
        query, touching=(*query.touching, *relations), fingerprint=(*query.fingerprint, (TOUCHING, text))
    )


def _outside(query: FeatureQuery, slug: str) -> FeatureQuery:
    relations = parse_spatial_relations((slug,), parameter=DISJOINT)
    return replace(
        query, disjoint=(*query.disjoint, *relations), fingerprint=(*query.fingerprint, (DISJOINT, slug))
    )


def _joinable(visitor: Visitor, own: str) -> list[Scope]:
    """Return the layers of surfaces that a visitor reads and that have a list of values, but ``own``."""
    return [
        scope
        for scope in access.visible(visitor)
        if scope.slug != own
        and scope.can_read_rows
        and scope.definition.geometry.is_surface
        and _listed_fields(scope)
    ]


def _listed_fields(scope: Scope) -> list[Field]:
    return [
        field
        for field in scope.filterable.values()
        if 0 < len(field.choices) <= MAX_VALUES and field.type is FieldType.TEXT and field.computed is None
    ]


def _layer_title(panel: Panel, visitor: Visitor) -> str:
    slug = str(panel.options.get("other", ""))
    scope = next((each for each in access.visible(visitor) if each.slug == slug), None)
    return scope.layer.title if scope else slug
