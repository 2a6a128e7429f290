"""Lists of the versions of a style, and the differences between two of them, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.pictures import legend_scale
from layers.access import Scope, reads_style
from layers.definitions import Text
from layers.models import StyleVersion
from layers.styles.definitions import Style
from layers.styles.documents import write_style
from layers.vocabulary import STYLE_KINDS, StyleState
from styles.frame import default_symbol
from styles.pictures import SvgPicture
from styles.services import is_readable, style_of, version_of
from styles.styled_layers import overlay_symbol
from styles.swatches import swatch

MAX_LISTED = 100
_TITLES: dict[str, Text] = {
    "token": gettext_lazy("la couleur de la couche"),
    "icon": gettext_lazy("le pictogramme"),
    "field": gettext_lazy("le champ"),
    "categories": gettext_lazy("les catégories"),
    "intervals": gettext_lazy("les classes"),
    "proportion": gettext_lazy("les tailles"),
    "heat": gettext_lazy("la carte de chaleur"),
    "symbol": gettext_lazy("le symbole"),
    "hides_others": gettext_lazy("ce qui est hors des classes"),
    "method": gettext_lazy("la méthode"),
    "palette": gettext_lazy("la palette"),
    "clusters": gettext_lazy("les points rassemblés"),
    "labels": gettext_lazy("les étiquettes"),
    "zooms": gettext_lazy("les zooms"),
    "rank": gettext_lazy("le rang"),
    "overlays": gettext_lazy("ce qui est mis en évidence"),
}


@dataclass(frozen=True, slots=True)
class StyleVersionLine:
    """A version as the list says it. ``is_readable``: its reader reads every field that it shows."""

    number: int
    state: str
    author: str
    date: dt.datetime
    note: str
    published_at: dt.datetime | None
    is_published: bool
    is_draft: bool
    is_readable: bool


@dataclass(frozen=True, slots=True)
class StyleLegendLine:
    """A line of a legend: its picture and its words."""

    picture: SvgPicture
    title: str


@dataclass(frozen=True, slots=True)
class StyleComparison:
    """Two styles side by side: what changes, and the legend of each."""

    lines: tuple[str, ...]
    old: tuple[StyleLegendLine, ...]
    new: tuple[StyleLegendLine, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing changes."""
        return not self.lines


def version_lines(scope: Scope) -> list[StyleVersionLine]:
    """Return the last versions of the style of a layer, the last first."""
    rows = scope.layer.style_versions.select_related("author").order_by("-number")[:MAX_LISTED]
    return [_line(scope, version) for version in rows]


def _line(scope: Scope, version: StyleVersion) -> StyleVersionLine:
    author = version.author
    return StyleVersionLine(
        number=version.number,
        state=version.get_state_display(),
        author=(author.get_full_name() or author.get_username()) if author else "–",
        date=version.updated_at,
        note=version.note,
        published_at=version.published_at,
        is_published=version.state == StyleState.PUBLISHED,
        is_draft=version.state == StyleState.DRAFT,
        is_readable=is_readable(scope, version),
    )


def versions_context(scope: Scope, values: tuple[int, int] | None, draft_mark: str) -> dict[str, Any]:
    """Return the context of the list of versions; ``values`` are the two that are compared.

    Raises:
        UnknownStyleVersion: one of them is not there.
    """
    lines = version_lines(scope)
    numbers = [line.number for line in lines]
    old, new = values or ((numbers[1], numbers[0]) if len(numbers) > 1 else (0, 0))
    compared = None
    if values is not None:
        first, second = (style_of(scope, version_of(scope, number).document) for number in values)
        compared = comparison(scope, first, second)
    return {
        "scope": scope,
        "layer": scope.layer,
        "lines": lines,
        "count": scope.layer.style_versions.count() if len(lines) == MAX_LISTED else len(lines),
        "mark": draft_mark,
        "comparison": compared,
        "old": old,
        "new": new,
    }


def comparison(scope: Scope, old: Style, new: Style) -> StyleComparison:
    """Return the differences of a style from another."""
    return StyleComparison(tuple(_changes(old, new)), legend(scope, old), legend(scope, new))


def _changes(old: Style, new: Style) -> Iterator[str]:
    if old.kind is not new.kind:
        yield _("le genre : %(old)s, puis %(new)s") % {
            "old": STYLE_KINDS[old.kind],
            "new": STYLE_KINDS[new.kind],
        }
    before, after = write_style(old), write_style(new)
    yield from (str(title) for name, title in _TITLES.items() if before[name] != after[name])


def legend(scope: Scope, style: Style) -> tuple[StyleLegendLine, ...]:
    """Return the legend of a style for a reader of its fields: its classes and overlays."""
    visible = style if reads_style(scope, style) else style.readable(scope.filterable)
    return (*class_legend(scope, visible), *overlay_lines(scope, visible))


def class_legend(scope: Scope, visible: Style) -> tuple[StyleLegendLine, ...]:
    """Return the classes of a style, its scale, or its symbol alone."""
    geometry = scope.definition.geometry
    default = default_symbol(visible, geometry)
    if scale := scale_of(scope, visible):
        return (scale,)
    classes = visible.intervals or visible.categories
    if not classes:
        picture = swatch(visible.symbol_of(None, default), geometry, visible.icon)
        return (StyleLegendLine(picture, str(scope.layer.title)),)
    return tuple(
        StyleLegendLine(swatch(visible.symbol_of(each, default), geometry, visible.icon), str(each.title))
        for each in classes
    )


def overlay_lines(scope: Scope, style: Style) -> tuple[StyleLegendLine, ...]:
    """Return the overlays, the highest first."""
    geometry = scope.definition.geometry
    return tuple(
        StyleLegendLine(swatch(overlay_symbol(style, each, geometry), geometry, style.icon), str(each.title))
        for each in (() if style.heat else reversed(style.overlays))
    )


def scale_of(scope: Scope, style: Style) -> StyleLegendLine | None:
    """Return the line of a density or of a proportion; None for another kind."""
    scale = legend_scale(scope, style)
    return StyleLegendLine(*scale) if scale else None
