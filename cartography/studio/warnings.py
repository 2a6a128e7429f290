"""Remarks of a cartographer on a style: contrast, colours too near, too many classes, values left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartography.classes.queries import ClassStatistics
from interface.wording import number
from layers.access import Scope
from layers.definitions import Text
from layers.styles.colours import mixed
from layers.styles.definitions import Style, StyleKind
from layers.styles.symbols import SURFACE_SYMBOL, Fill, Stroke
from styles.colours import (
    CLEARLY_APART,
    DARK,
    LIGHT,
    MIN_GRAPHIC,
    MIN_TEXT,
    Theme,
    Vision,
    contrast,
    difference,
    resolved,
    smallest_difference,
)

MAX_GRADUATED, MAX_NAMED = 7, 12
# Faces of two layers that people take for one another.
ALIKE = 5.0
_NAMED = 3
THEMES: tuple[tuple[Theme, Text], ...] = (
    (LIGHT, gettext_lazy("le fond clair")),
    (DARK, gettext_lazy("le fond sombre")),
)
VISIONS: dict[Vision, Text] = {
    Vision.NORMAL: gettext_lazy("vision normale"),
    Vision.DEUTERANOPIA: gettext_lazy("deutéranopie"),
    Vision.PROTANOPIA: gettext_lazy("protanopie"),
    Vision.TRITANOPIA: gettext_lazy("tritanopie"),
}


@dataclass(frozen=True, slots=True)
class ClassColour:
    """A class by its title and its colour."""

    title: str
    colour: str


def class_colours(style: Style) -> tuple[ClassColour, ...]:
    """Return the colours that a style is drawn in, one a class; its own where it has none."""
    result = tuple(
        ClassColour(str(each.title), mixed(each.token, each.strength))
        for each in style.intervals or style.categories
    )
    return result or (ClassColour("", style.token),)


def warnings(scope: Scope, style: Style, study: ClassStatistics, other_scopes: Iterable[Scope]) -> list[str]:
    """Return the remarks on a style, in sentences."""
    colours = class_colours(style)
    return [
        *_faint(scope, style, colours),
        *_alike_classes(style, colours),
        *_labels(style),
        *_too_many(style),
        *_left_out(style, study),
        *_alike_layers(scope, style, other_scopes),
    ]


def _faint(scope: Scope, style: Style, colours: Sequence[ClassColour]) -> Iterator[str]:
    """Tell which classes stand out too little from the map; the edge of a surface stands for its inside."""
    if style.kind is StyleKind.HEAT or _has_edge(scope, style):
        return
    for theme, name in THEMES:
        ground = theme["paper-2"]
        ratios = [(contrast(resolved(each.colour, theme), ground), each.title) for each in colours]
        faint = [(ratio, title) for ratio, title in ratios if ratio < MIN_GRAPHIC]
        if not faint:
            continue
        ratio, title = min(faint)
        values = {"ground": name, "ratio": number(round(ratio, 1)), "title": title, "n": len(faint)}
        if not title:
            yield _("Sur %(ground)s, la couleur n’atteint que %(ratio)s pour 1 : il en faut 3.") % values
        elif len(faint) == 1:
            yield _("Sur %(ground)s, « %(title)s » n’atteint que %(ratio)s pour 1 : il en faut 3.") % values
        else:
            yield (
                _(
                    "Sur %(ground)s, %(n)d classes se détachent peu ; la plus faible, « %(title)s », "
                    "n’atteint que %(ratio)s pour 1 : il en faut 3."
                )
                % values
            )


def _has_edge(scope: Scope, style: Style) -> bool:
    """Whether surfaces have an edge with enough contrast by itself, in both themes."""
    if not scope.definition.geometry.is_surface:
        return False
    edges = [layer for layer in style.symbol or SURFACE_SYMBOL if isinstance(layer, Stroke) and layer.width]
    fills = [layer for layer in style.symbol or SURFACE_SYMBOL if isinstance(layer, Fill)]
    return any(edge.colour.startswith("ink") for edge in edges) and bool(fills)


def _alike_classes(style: Style, colours: Sequence[ClassColour]) -> Iterator[str]:
    visible = [resolved(each.colour) for each in colours]
    for vision, name in VISIONS.items():
        result = smallest_difference(visible, vision)
        if result is None or result[0] >= CLEARLY_APART:
            continue
        one, other = result[1]
        yield _("« %(one)s » et « %(other)s » se confondent en %(vision)s (écart %(gap)s).") % {
            "one": colours[one].title,
            "other": colours[other].title,
            "vision": name,
            "gap": number(round(result[0])),
        }


def _labels(style: Style) -> Iterator[str]:
    if style.labels is None:
        return
    for theme, name in THEMES:
        text, halo = (resolved(colour, theme) for colour in (style.labels.colour, style.labels.halo))
        if (ratio := contrast(text, halo)) < MIN_TEXT:
            yield _(
                "Sur %(ground)s, les étiquettes n’atteignent que %(ratio)s pour 1 sur leur halo : "
                "il en faut 4,5."
            ) % {"ground": name, "ratio": number(round(ratio, 1))}


def _too_many(style: Style) -> Iterator[str]:
    if len(style.intervals) > MAX_GRADUATED:
        yield _("Au-delà de 7 classes, l’œil ne suit plus un dégradé : regroupez.")
    if len(style.categories) > MAX_NAMED:
        yield _("Au-delà de 12 couleurs, personne ne les retrouve en légende : regroupez.")


def _left_out(style: Style, study: ClassStatistics) -> Iterator[str]:
    if not study.unclassed or style.kind not in {StyleKind.CATEGORIES, StyleKind.GRADUATED}:
        return
    count = study.unclassed
    counted = ngettext("%s objet n’est dans aucune classe", "%s objets ne sont dans aucune classe", count)
    rest = _("ils sont cachés.") if style.hides_others else _("ils sont dessinés comme « Autres ».")
    yield _("%(objects)s : %(rest)s") % {"objects": counted % number(count), "rest": rest}


def _alike_layers(scope: Scope, style: Style, other_scopes: Iterable[Scope]) -> Iterator[str]:
    own = resolved(style.token)
    alike = [
        str(other.layer.title)
        for other in other_scopes
        if other.slug != scope.slug and difference(own, resolved(other.style.token)) < ALIKE
    ]
    if alike:
        named = ", ".join(f"« {title} »" for title in alike[:_NAMED])
        more = len(alike) - _NAMED
        if more > 0:
            named += ngettext(" et %d autre", " et %d autres", more) % more
        yield _("Presque la couleur de %s.") % named
