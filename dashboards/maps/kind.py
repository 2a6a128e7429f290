"""The map: groups coloured by class or as circles, or features in the style of their layer, gathered, as density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.context import context_legend, context_scopes, context_words
from dashboards.maps.definitions import OPTIONS, MapMode, MapOptions, read_options
from dashboards.maps.drawing import MapDrawing, drawing_in
from dashboards.maps.features import features_drawing
from dashboards.maps.files import map_picture, standalone_map
from dashboards.maps.groups import groups_drawing
from dashboards.maps.miniatures import map_miniature
from dashboards.maps.presenters import map_context
from dashboards.panels.controls import ChoiceGroup, EditedPanel, plain
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyFamily,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelDrawing,
    PanelRequest,
    PaperLimits,
    PaperRule,
)
from dashboards.panels.queries import focus
from dashboards.sources.source import FieldRole, PanelSource
from interface.standalone.document import StandaloneMap
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER, CommuneShape
from layers.definitions import FieldType
from layers.visitor import Visitor

_GROUPS = frozenset({MapMode.CHOROPLETH.value, MapMode.SYMBOLS.value})


class Map(GroupsKind):
    """A map of the features of a layer, or of measures by commune or by surface."""

    name = "map"
    title = gettext_lazy("carte")
    short_title = gettext_lazy("Carte")
    icon = "map"
    size = (6, 5)
    options = OPTIONS
    template = "dashboards/maps/map.html"
    keys = KeyRule(1, 1, families=(KeyFamily.LISTED, KeyFamily.TEXTS))
    phrase = gettext_lazy("La carte de {}")
    paper = PaperRule(stretch=1.35)
    shape = Glyph.MAP
    is_resized = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a map with the equivalent table.

        Raises:
            LayersError: what the document asks is not there for this visitor, or cannot be drawn.
        """
        drawing = read_drawing(request)
        return request.answer(
            drawing.table,
            matched=drawing.matched,
            value=drawing.total,
            unit=drawing.unit,
            context=map_context(request, drawing),
            has_drawing=True,
            is_empty=drawing.matched == 0,
            notes=(*drawing.notes, context_words(drawing)),
        )

    def other_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return the communes under every map, the surfaces that a measure is joined to, and the layers around."""
        options = read_options(panel.options)
        joined = (options.join_layer,) if options.join_layer else ()
        return (COMMUNES_LAYER, *joined, *options.context)

    def shows_groups(self, panel: Panel) -> bool:
        """Return whether it colours groups: else it draws features."""
        is_coloured = panel.options.get("mode") == MapMode.CHOROPLETH.value
        return panel.question is not None and (bool(panel.question.by) or is_coloured)

    def obeys_order(self, panel: Panel) -> bool:
        """Return whether it draws groups: features have no order on a map."""
        return self.shows_groups(panel)

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source that has no place on a map."""
        is_placed = COMMUNE_FIELD in source.fields
        is_surface = source.relation is None and source.scope.definition.geometry.is_surface
        return "" if is_placed or is_surface else _("rien ici n’a de place sur une carte.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return a measure by commune or by surface where the question has one; else the features."""
        has_communes = COMMUNE_FIELD in source.fields
        is_measured = COMMUNE_FIELD in question.by or question.measures != ("count",)
        if has_communes and (is_measured or not source.has_geometry):
            grouped = self.grouped(source, question, [COMMUNE_FIELD])
            return Fit(replace(grouped, series=()), {"mode": MapMode.CHOROPLETH.value})
        if not has_communes:  # the surfaces carry the measure themselves
            title = source.scope.definition.title_field
            key = title if title in source.fields else next(iter(source.fields))
            join = {"layer": source.scope.slug, "key": key}
            grouped = self.grouped(source, question, [key])
            return Fit(replace(grouped, series=()), {"mode": MapMode.CHOROPLETH.value, "join": join})
        features = PanelQuestion(question.layer, filter=question.filter)
        return Fit(features, {"mode": MapMode.CATEGORIES.value})

    def option_groups(self, edited: EditedPanel, name: str) -> list[ChoiceGroup] | None:
        """Return the lists of values that may colour the features."""
        source = edited.source
        if name != "category" or source is None:
            return None
        readable = source.scope.filterable if source.relation is None else {}
        fields = [
            each
            for each in source.of_role(FieldRole.CODES, FieldRole.FLAG, FieldRole.COMMUNE)
            if each.name in readable and each.field.type is not FieldType.TEXTS
        ]
        return [
            plain(("", _("le style de la couche")), *((each.name, each.title) for each in fields)),
        ]

    def with_option(self, edited: EditedPanel, name: str, value: Any) -> Panel | None:
        """Return the map drawn otherwise: groups have a key, features have none."""
        panel, source = edited.panel, edited.source
        if name != "mode" or not isinstance(value, str) or panel.question is None or source is None:
            return None
        question, options = panel.question, {**panel.options, name: value}
        if value not in _GROUPS:
            question = PanelQuestion(question.layer, filter=question.filter)
        elif not options.get("value"):
            title = source.scope.definition.title_field
            key = COMMUNE_FIELD if COMMUNE_FIELD in source.fields else title
            question = replace(question, by=question.by or (key,))
        return replace(panel, options=options, question=question)

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the measure of a map of groups, else the layer."""
        return super().question_title(question, source) if question.by else source.title

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the communes in its colours, or some of its features."""
        drawing = drawing_in(answer)
        return map_miniature(drawing, communes) if drawing else Miniature()

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return a map without gathered points, nor their line of the legend; the layers around are in the legend."""
        drawing = drawing_in(answer)
        if drawing is None:
            return answer
        words = context_words(drawing)
        if drawing.options.mode is MapMode.CLUSTERS:
            legend = tuple(line for line in drawing.legend if line.shape != "circle")
            drawing = replace(drawing, legend=legend)
        return replace(
            answer,
            notes=tuple(note for note in answer.notes if note != words),
            context={
                **(answer.context or {}),
                "drawing": drawing,
                "around": context_legend(drawing.context),
            },
        )

    def picture(
        self, answer: PanelAnswer, visitor: Visitor, *, width: float, height: float
    ) -> PanelDrawing | None:
        """Return the map over the communes and the backdrop."""
        drawing = drawing_in(answer)
        return map_picture(drawing, visitor, width=width, height=height) if drawing else None

    def has_map_file(self, panel: Panel) -> bool:
        """Return whether it has a question."""
        return True

    def map_file(self, request: PanelRequest, *, filters: Sequence[str] = ()) -> StandaloneMap:
        """Return the map as one file, under the rights of the visitor."""
        return standalone_map(request, read_drawing(request), filters=filters)


MAP = Map()


def read_drawing(request: PanelRequest) -> MapDrawing:
    """Return what a map shows to its visitor.

    Raises:
        LayersError: what the document asks is not there for this visitor, or cannot be drawn.
    """
    options = read_options(request.panel.options)
    context = tuple(context_scopes(request, options))
    if not _is_of_groups(options):
        return replace(features_drawing(request, options), context=context)
    focused, words = focus(request)
    drawing = replace(groups_drawing(focused, options), context=context)
    return replace(drawing, notes=(words, *drawing.notes)) if words else drawing


def _is_of_groups(options: MapOptions) -> bool:
    return options.mode is MapMode.CHOROPLETH or (options.mode is MapMode.SYMBOLS and not options.value)
