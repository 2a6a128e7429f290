"""The legend of a layer on the map and on paper: each line with its count and the address that selects it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from explorer.buffers.presenters import BufferLegendLine, legend_entries
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
from layers.cache import BoundedCache
from layers.formats.mvt.rendering import MAX_POINTS
from layers.styles.definitions import Category, ClusterKind, NumberInterval, Overlay, Style
from styles.layer_icons import alike, layer_icon

# Of so many classes, those that nothing answers to are told too, in grey: they are still on the map, dimmed.
_FEW = 8
MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class OverlayLegendLine:
    """What lies over the classes, and over how many features that answer; None when that is suppressed."""

    overlay: Overlay
    count: int | None


@dataclass(frozen=True, slots=True)
class LayerLegend:
    """A layer that is on. ``lines`` are its classes; ``scale`` draws sizes or a density, with ``scale_words``.

    ``overlays`` are what lies over them. ``state`` says why it has no answer, empty when it has some. ``has_rest``:
    features in no class are drawn too.
    """

    result: LayerResult
    lines: tuple[LegendLine, ...]
    overlays: tuple[OverlayLegendLine, ...]
    has_rest: bool
    scale: SafeString | None
    scale_words: str
    state: str

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer."""
        return self.result.scope

    @property
    def is_counted(self) -> bool:
        """Whether a map from afar writes counts by commune instead of the features: points, but those of a density."""
        return self.scope.definition.geometry.is_point and self.scope.style.heat is None

    @property
    def shows_icon(self) -> bool:
        """Whether the face of the layer is how it is drawn: points, and what has classes below."""
        return bool(self.lines) or self.scale is not None or self.scope.definition.geometry.is_point


@dataclass(frozen=True, slots=True)
class MapLegend:
    """The legend of a map: a line for each visible layer, and notes about them together.

    ``gathers``: points may be gathered in discs. ``has_pies``: these show shares of classes. ``alike`` are the titles
    of two layers that look alike, empty without. ``surroundings`` are the outlines around objects of the question's
    distances, and the marks of matched ones.
    """

    entries: tuple[LayerLegend, ...]
    gathers: bool
    has_pies: bool
    alike: tuple[str, ...]
    surroundings: tuple[BufferLegendLine, ...] = ()


def map_legend(view: MapResult) -> MapLegend:
    """Return the legend of the layers that are on, the one above the others first."""
    lists = view.lists
    gathered = [result for result in lists if _may_gather(result)]
    pairs = alike([layer_icon(result.scope.style) for result in lists])
    near = tuple(str(lists[index].scope.layer.title) for index in pairs[0]) if pairs else ()
    return MapLegend(
        entries=tuple(legend_entry(result, view.query) for result in lists),
        gathers=bool(gathered),
        has_pies=any(_is_pie(result.scope.style) for result in gathered),
        alike=near,
        surroundings=surroundings(view),
    )


def _is_pie(style: Style) -> bool:
    return style.clusters is ClusterKind.PIE and bool(style.categories)


def surroundings(view: MapResult) -> tuple[BufferLegendLine, ...]:
    """Return the lines of the legend for the relations of the question."""
    scopes = {result.scope.slug: result.scope for result in view.everything}
    return tuple(legend_entries([result.scope for result in view.lists], view.query, scopes))


def legend_entry(result: LayerResult, query: MapQuery) -> LayerLegend:
    """Return the legend of one layer."""
    style, lines = result.scope.style, legend(result, query)
    visible = tuple(line for line in lines if _is_listed(line, result, len(lines)))
    scale = legend_scale(result.scope, style)
    return LayerLegend(
        result=result,
        lines=visible if style.heat is None else (),
        overlays=_overlays(result),
        has_rest=bool(visible) and not style.hides_others and _has_rest(result),
        scale=inline(scale[0], "scale") if scale else None,
        scale_words=scale[1] if scale else "",
        state=_state(result),
    )


def _overlays(result: LayerResult) -> tuple[OverlayLegendLine, ...]:
    """Return what lies over the classes, the highest first; of what dims a question, as for classes."""
    counts = overlay_counts(result.question)
    lines = [OverlayLegendLine(*pair) for pair in zip(result.scope.style.overlays, counts, strict=False)]
    is_dimmed = bool(result.question.tile_query) and result.matched > 0
    return tuple(line for line in reversed(lines) if line.count != 0 or is_dimmed)


def _is_listed(line: LegendLine, result: LayerResult, count: int) -> bool:
    """Return whether a class is in the legend: on the map, filtered, or one of a few that the question dims."""
    if line.count != 0 or line.is_selected:
        return True
    return count <= _FEW and bool(result.question.tile_query) and result.matched > 0


def _has_rest(result: LayerResult) -> bool:
    """Return whether something that answers may be in no class: what is suppressed may hide it."""
    counts = [(result.classes or {}).get(class_key(one), 0) for one in classes_of(result.scope)]
    return None in counts or sum(count or 0 for count in counts) < result.matched


def _state(result: LayerResult) -> str:
    if result.matched or not result.total:
        return ""
    return _("hors question") if result.question.tile_query else _("hors de la vue")


def _may_gather(result: LayerResult) -> bool:
    is_point = result.scope.definition.geometry.is_point
    return is_point and result.scope.style.heat is None and result.total > MAX_POINTS


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A class of the legend. ``count`` is None while the layer is off, or suppressed.

    ``address`` is a query string of the map that selects the class, empty for an interval.
    """

    style_class: Category | NumberInterval
    count: int | None
    is_selected: bool
    address: str
    name: str


def legend(result: LayerResult, query: MapQuery) -> list[LegendLine]:
    """Return the lines of a layer's legend; none when its style has no class that this visitor may read.

    Of a code list with more than ``MAX_LINES`` values, only those that something answers to are told, or asked.
    """
    scope = result.scope
    if not has_classes(scope):
        return []
    name = scope.style.field
    values = query.own.get(scope.slug, {}).get(name, ())
    classes = classes_of(scope)
    return [
        LegendLine(
            style_class=each,
            count=None if result.classes is None else result.classes.get(key, 0),
            is_selected=key in values,
            address=_address(query, scope.slug, name, values, each),
            name=f"{scope.slug}.{name}",
        )
        for each in classes
        for key in [class_key(each)]
        if len(classes) <= MAX_LINES or key in {*values, *_present(result)}
    ]


def _present(result: LayerResult) -> set[str]:
    return {value for value, count in (result.classes or {}).items() if count != 0}


def _address(
    query: MapQuery, slug: str, name: str, values: tuple[str, ...], legend_class: Category | NumberInterval
) -> str:
    if isinstance(legend_class, NumberInterval):
        return ""
    return query.asking(slug, {name: _toggled(values, str(legend_class.value))}).legend_link


def style_digest(style: Style) -> str:
    """Return what tells a style from others, in the language of now, whatever it draws and says."""
    owner, digest = _digests.recall((id(style), get_language()), lambda: (style, _digest(style)))
    return digest if owner is style else _digest(style)


def _digest(style: Style) -> str:
    return sha256(repr(style).encode()).hexdigest()


# By the identity of a style, which the value keeps: its classes take longer to hash than to look up.
_digests: BoundedCache[tuple[Style, str]] = BoundedCache(500, weigh=lambda value: len(value[1]))


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)
