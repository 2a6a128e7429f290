"""The table of classes and the histogram above it, as the form shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats

from cartography.classes.queries import ClassStatistics, limits_of
from cartography.studio.changes import row_symbol
from cartography.symbols import PatternForm
from interface.wording import is_year, number, year
from layers.access import Scope
from layers.styles.colours import mixed
from layers.styles.definitions import Category, NumberInterval, Style
from styles.frame import default_symbol
from styles.pictures import SvgPicture
from styles.swatches import swatch

WIDTH, HEIGHT = 360.0, 64.0


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A line of the table. ``name`` begins the names of its inputs; ``low`` and ``high`` are texts of its limits."""

    name: str
    title: str
    colour: str
    picture: SvgPicture
    count: str
    pattern: str
    icon: str
    value: str = ""
    low: str = ""
    high: str = ""
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class SpreadBar:
    """A bar of the histogram, in a drawing ``WIDTH`` × ``HEIGHT`` units large."""

    x: str
    y: str
    width: str
    height: str
    colour: str


@dataclass(frozen=True, slots=True)
class Handle:
    """A limit between two classes on the histogram: its place in percent, and the name of the input that moves it."""

    name: str
    percent: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class HistogramDrawing:
    """Bars, limits, and the ends in words."""

    bars: tuple[SpreadBar, ...]
    handles: tuple[Handle, ...]
    low: str
    high: str
    least: float
    most: float


def class_lines(scope: Scope, style: Style, study: ClassStatistics) -> list[ClassLine]:
    """Return the lines of a style in categories or in graduated classes."""
    classes: Sequence[Category | NumberInterval] = style.intervals or style.categories
    counts: Sequence[int | None] = study.counts or (None,) * len(classes)
    return [
        _line(scope, style, each, at, counts[at], is_last=at == len(classes) - 1)
        for at, each in enumerate(classes)
    ]


def _line(
    scope: Scope, style: Style, each: Category | NumberInterval, at: int, count: int | None, *, is_last: bool
) -> ClassLine:
    pattern, icon = row_symbol(scope, style, each.symbol)
    geometry = scope.definition.geometry
    symbol = style.symbol_of(each, default_symbol(style, geometry))
    is_interval = isinstance(each, NumberInterval)
    return ClassLine(
        name=f"{'i' if is_interval else 'c'}{at}",
        title=str(each.title),
        colour=mixed(each.token, each.strength),
        picture=swatch(symbol, geometry, style.icon),
        count="" if count is None else number(count),
        pattern=pattern,
        icon=icon,
        value=each.value if isinstance(each, Category) else "",
        low=plain(each.low) if isinstance(each, NumberInterval) else "",
        high=plain(each.high) if isinstance(each, NumberInterval) else "",
        is_last=is_last,
    )


def histogram_drawing(scope: Scope, style: Style, study: ClassStatistics) -> HistogramDrawing | None:
    """Return the histogram of a graduated style; None for another one."""
    if not style.intervals or not study.bars:
        return None
    limits = limits_of(style)
    low, high = limits[0], limits[-1]
    span, most = (high - low) or 1.0, max(study.bars) or 1
    step = WIDTH / len(study.bars)
    bars = tuple(
        SpreadBar(
            f"{at * step:.2f}",
            f"{HEIGHT - HEIGHT * count / most:.2f}",
            f"{step - 0.8:.2f}",
            f"{HEIGHT * count / most:.2f}",
            _colour_at(style, low + span * (at + 0.5) / len(study.bars)),
        )
        for at, count in enumerate(study.bars)
        if count
    )
    field = scope.filterable[style.field]
    write = year if is_year(field) else number
    handles = tuple(
        Handle(f"i{at}_high", f"{100 * (limit - low) / span:.2f}", plain(limit), write(limit))
        for at, limit in enumerate(limits[1:-1])
    )
    return HistogramDrawing(bars, handles, write(low), write(high), low, high)


def _colour_at(style: Style, value: float) -> str:
    interval = next((each for each in style.intervals if value < each.high), style.intervals[-1])
    return mixed(interval.token, interval.strength)


def plain(value: float) -> str:
    """Return a number as people type it: every digit, a comma where their language has one, no space."""
    return f"{value:.12g}".replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def patterns() -> list[tuple[str, str]]:
    """Return the patterns that a class may have."""
    return [(value, str(title)) for value, title in PatternForm.choices]
