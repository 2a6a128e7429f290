"""The legend of a layer on the map and on paper: each line with its count and the address that asks for it alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from explorer.buffers.presenters import SurroundingsEntry, legend_entries
from explorer.layer_panel.queries import (
    LayerResult,
    MapResult,
    class_key,
    classes_of,
    has_classes,
    overlay_counts,
)
from explorer.map_state.parsing import MapQuery
from interface.pictures import inline, legend_scale
from layers.access import Scope
from layers.formats.mvt.rendering import MOST_POINTS
from layers.styles.definitions import Category, ClusterKind, NumberInterval, Overlay
from styles.layer_icons import alike, layer_icon

# Of so many classes, those that nothing answers to are told too, in grey: they are still on the map, dimmed.
_FEW = 8
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class OverlayLegendLine:
    """What lies over the classes, and over how many features that answer; None when that is suppressed."""

    found: Overlay
    count: int | None


@dataclass(frozen=True, slots=True)
class LayerLegend:
    """A layer that is on. ``lines`` are its classes; ``scale`` draws sizes or a density, with ``scale_words``.

    ``overlays`` are what lies over them. ``state`` says why nothing of it answers, empty when something does.
    ``has_rest`` tells that what is in no class is drawn too.
    """

    found: LayerResult
    lines: tuple[LegendLine, ...]
    overlays: tuple[OverlayLegendLine, ...]
    has_rest: bool
    scale: SafeString | None
    scale_words: str
    state: str

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer."""
        return self.found.scope

    @property
    def is_face(self) -> bool:
        """Whether the face of the layer is how it is drawn: points, and what has classes below."""
        return bool(self.lines) or self.scale is not None or self.scope.definition.geometry.is_point


@dataclass(frozen=True, slots=True)
class MapLegend:
    """The legend of a map: a line for each layer that is on, and what is to be said of them together.

    ``gathers`` tells that points may be gathered in discs, ``has_pies`` that these show parts of classes. ``alike`` are
    the titles of two layers that cannot be told apart, empty when all can. ``surroundings`` are the outlines around
    objects that the question asks a distance to, and the marks of those of its answers.
    """

    entries: tuple[LayerLegend, ...]
    gathers: bool
    has_pies: bool
    alike: tuple[str, ...]
    surroundings: tuple[SurroundingsEntry, ...] = ()


def map_legend(view: MapResult) -> MapLegend:
    """Return the legend of the layers that are on, the one above the others first."""
    lists = view.lists
    gathered = [found for found in lists if _may_gather(found)]
    pairs = alike([layer_icon(found.scope.style) for found in lists])
    near = tuple(str(lists[place].scope.layer.title) for place in pairs[0]) if pairs else ()
    return MapLegend(
        entries=tuple(legend_entry(found, view.query) for found in lists),
        gathers=bool(gathered),
        has_pies=any(found.scope.style.clusters is ClusterKind.PIE for found in gathered),
        alike=near,
        surroundings=surroundings(view),
    )


def surroundings(view: MapResult) -> tuple[SurroundingsEntry, ...]:
    """Return what the legend tells of what the map asks of other layers."""
    beside = {found.scope.slug: found.scope for found in view.everything}
    return tuple(legend_entries([found.scope for found in view.lists], view.query, beside))


def legend_entry(found: LayerResult, query: MapQuery) -> LayerLegend:
    """Return what the legend tells of one layer."""
    style, lines = found.scope.style, legend(found, query)
    shown = tuple(line for line in lines if _is_told(line, found, len(lines)))
    scale = legend_scale(found.scope, style)
    return LayerLegend(
        found=found,
        lines=shown if style.heat is None else (),
        overlays=_overlays(found),
        has_rest=bool(shown) and not style.hides_others and _has_rest(found),
        scale=inline(scale[0], "scale") if scale else None,
        scale_words=scale[1] if scale else "",
        state=_state(found),
    )


def _overlays(found: LayerResult) -> tuple[OverlayLegendLine, ...]:
    """Return what lies over the classes, the highest first; of what dims a question, as for classes."""
    counts = overlay_counts(found.question)
    lines = [OverlayLegendLine(*pair) for pair in zip(found.scope.style.overlays, counts, strict=False)]
    is_dimmed = bool(found.question.drawn) and found.matched > 0
    return tuple(line for line in reversed(lines) if line.count != 0 or is_dimmed)


def _is_told(line: LegendLine, found: LayerResult, count: int) -> bool:
    """Return whether a class is in the legend: it is on the map, asked, or one of a few that the question dims."""
    if line.count != 0 or line.is_asked:
        return True
    return count <= _FEW and bool(found.question.drawn) and found.matched > 0


def _has_rest(found: LayerResult) -> bool:
    """Return whether something that answers may be in no class: what is suppressed may hide it."""
    counts = [(found.classes or {}).get(class_key(one), 0) for one in classes_of(found.scope)]
    return None in counts or sum(count or 0 for count in counts) < found.matched


def _state(found: LayerResult) -> str:
    if found.matched or not found.total:
        return ""
    return _("hors question") if found.question.drawn else _("hors de la vue")


def _may_gather(found: LayerResult) -> bool:
    is_point = found.scope.definition.geometry.is_point
    return is_point and found.scope.style.heat is None and found.total > MOST_POINTS


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A class of the legend. ``count`` is None while the layer is off, or suppressed.

    ``address`` is a query string of the map that asks for the class, empty for an interval.
    """

    found: Category | NumberInterval
    count: int | None
    is_asked: bool
    address: str
    name: str


def legend(found: LayerResult, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend; none when its style has no class that this visitor may read.

    Of a code list with more than ``MOST_LINES`` values, only those that something answers to are told, or asked.
    """
    scope = found.scope
    if not has_classes(scope):
        return []
    name = scope.style.field
    asked = query.own.get(scope.slug, {}).get(name, ())
    classes = classes_of(scope)
    return [
        LegendLine(
            found=each,
            count=None if found.classes is None else found.classes.get(key, 0),
            is_asked=key in asked,
            address=_address(query, scope.slug, name, asked, each),
            name=f"{scope.slug}.{name}",
        )
        for each in classes
        for key in [class_key(each)]
        if len(classes) <= MOST_LINES or key in {*asked, *_present(found)}
    ]


def _present(found: LayerResult) -> set[str]:
    return {value for value, count in (found.classes or {}).items() if count != 0}


def _address(
    query: MapQuery, slug: str, name: str, asked: tuple[str, ...], found: Category | NumberInterval
) -> str:
    if isinstance(found, NumberInterval):
        return ""
    return query.asking(slug, {name: _toggled(asked, str(found.value))}).link


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)
