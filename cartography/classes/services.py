"""Classes made of the values of a field, and coloured by a palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _

from cartography.classes.queries import numbers, values_of
from interface.wording import is_year, number, year
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.errors import InvalidStyle
from layers.styles.definitions import Category, ClassMethod, NumberInterval, Proportion, Style
from layers.styles.palettes import PALETTES, Palette, PaletteKind
from styles.classification import classify

# More classes than people tell apart: the rest is drawn as « Autres ».
MAX_CATEGORIES = 24
FIRST_CATEGORIES = 12
DEFAULT_QUALITATIVE, DEFAULT_SEQUENTIAL = "OkabeIto", "YlGn"
# Of twelve colours, where the usual one would begin again.
LONG_QUALITATIVE = "Paired"


def with_categories(scope: Scope, style: Style, field: str, palette: str) -> Style:
    """Return a style in categories: the values of a field, in the colours of a palette.

    Raises:
        InvalidStyle: the field has no value to make categories of.
    """
    values, _more = values_of(scope, field)
    if not values:
        raise InvalidStyle(
            _("« %s » n’a aucune valeur : choisissez un autre champ.") % scope.filterable[field].title,
            parameter="field",
        )
    count = min(len(values), FIRST_CATEGORIES)
    if palette == DEFAULT_QUALITATIVE and count > max(PALETTES[palette].by_count):
        palette = LONG_QUALITATIVE
    colours = PALETTES[palette].colours(count)
    categories = tuple(
        Category(each.value, each.title, colour)
        for each, colour in zip(values[:FIRST_CATEGORIES], colours, strict=False)
    )
    return replace(without_classes(style), field=field, categories=categories, palette=palette)


def with_intervals(
    scope: Scope,
    style: Style,
    field: str,
    *,
    count: int,
    method: ClassMethod,
    palette: str,
    is_reversed: bool,
) -> Style:
    """Return a style in graduated classes of a field, their limits found by a method.

    Raises:
        InvalidStyle: the field has no number.
    """
    classes = classify(numbers(scope, field).values, count, method)
    if not classes.limits:
        raise InvalidStyle(
            _("« %s » n’a aucun nombre : choisissez un autre champ.") % scope.filterable[field].title,
            parameter="field",
        )
    return replace(
        without_classes(style),
        field=field,
        intervals=intervals_between(
            scope.filterable[field], classes.limits, PALETTES[palette], is_reversed=is_reversed
        ),
        method=method,
        palette=palette,
    )


def with_proportion(scope: Scope, style: Style, field: str) -> Style:
    """Return a style whose symbols grow with a field, from its lowest number, 0 at most, to its highest.

    Raises:
        InvalidStyle: the field has no number.
    """
    values = numbers(scope, field).values
    if not values.size:
        raise InvalidStyle(
            _("« %s » n’a aucun nombre : choisissez un autre champ.") % scope.filterable[field].title,
            parameter="field",
        )
    low, high = min(0.0, float(values[0])), float(values[-1])
    if low == high:  # one number, 0 or below: every symbol has one size
        high = low + 1
    proportion = style.proportion or Proportion(0, 1)
    return replace(without_classes(style), field=field, proportion=replace(proportion, low=low, high=high))


def without_classes(style: Style) -> Style:
    """Return a style without the settings of its kind."""
    return replace(style, field="", categories=(), intervals=(), proportion=None, heat=None)


def intervals_between(
    field: Field, limits: Sequence[float], palette: Palette, *, is_reversed: bool = False
) -> tuple[NumberInterval, ...]:
    """Return the intervals between limits, each titled by its ends."""
    pairs = list(pairwise(limits))
    colours = palette.colours(len(pairs), is_reversed=is_reversed)
    return tuple(
        NumberInterval(low, high, interval_title(field, low, high, is_last=index == len(pairs) - 1), colour)
        for index, ((low, high), colour) in enumerate(zip(pairs, colours, strict=True))
    )


def interval_title(field: Field, low: float, high: float, *, is_last: bool) -> str:
    """Return the ends of a class in words; whole numbers end at the one before the next class."""
    if field.type is FieldType.INTEGER and not is_last and float(high).is_integer() and high - 1 >= low:
        high -= 1
    written = [year(end) if is_year(field) else number(_short(end)) for end in (low, high)]
    return (
        written[0]
        if written[0] == written[1]
        else _("%(low)s à %(high)s")
        % {
            "low": written[0],
            "high": written[1],
        }
    )


def recoloured(style: Style, palette: str, *, is_reversed: bool) -> Style:
    """Return a style whose classes have the colours of a palette, in their order."""
    result = PALETTES[palette]
    if style.intervals:
        colours = result.colours(len(style.intervals), is_reversed=is_reversed)
        intervals = tuple(
            replace(each, token=colour, strength=1.0)
            for each, colour in zip(style.intervals, colours, strict=True)
        )
        return replace(style, intervals=intervals, palette=palette)
    colours = result.colours(len(style.categories), is_reversed=is_reversed)
    categories = tuple(
        replace(each, token=colour, strength=1.0)
        for each, colour in zip(style.categories, colours, strict=True)
    )
    return replace(style, categories=categories, palette=palette)


def is_reversed(style: Style) -> bool:
    """Whether the classes of a style have the colours of its palette from the last to the first."""
    palette = PALETTES.get(style.palette)
    colours = [each.token for each in style.intervals or style.categories]
    if palette is None or not colours:
        return False
    turned = list(palette.colours(len(colours), is_reversed=True))
    return colours == turned and turned != turned[::-1]


def default_palette(kind: PaletteKind) -> str:
    """Return the default palette."""
    return DEFAULT_QUALITATIVE if kind is PaletteKind.QUALITATIVE else DEFAULT_SEQUENTIAL


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
