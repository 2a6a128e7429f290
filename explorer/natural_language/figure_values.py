"""The answer of a figure as values: a number or groups, with their words and units."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery
from explorer.natural_language.numbers import UNITS
from interface import wording
from interface.text import fold
from interface.wording import unit as unit_words


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """A group: its label, its key as the data hold it, its figure and the same in words."""

    label: str
    code: str
    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """A figure in words: « Population municipale, total : 46 334 habitants (2023) », or groups.

    ``value`` is in ``unit``; of groups that follow the time, it is the change from the first to the last. ``year`` is
    the last one, where the question names none. ``query`` are the conditions that it was read under, ``notes`` what is
    said beside it, ``period`` what time it is of. ``address`` gives the same from the API, empty where no address of it
    does. ``rest`` are the groups after those of a ranking, ``beyond`` counts those that are not listed. ``is_ranked``:
    the question asks for the first of its groups; ``group_title`` is what they are of.
    """

    title: str
    value: float | None
    words: str
    unit: str
    year: str
    groups: tuple[FigureGroup, ...]
    beyond: int
    address: str
    notes: tuple[str, ...] = ()
    query: MapQuery | None = None
    period: str = ""
    rest: tuple[FigureGroup, ...] = ()
    is_ranked: bool = False
    group_title: str = ""

    @property
    def first(self) -> FigureGroup | None:
        """The group that answers: the first of a ranking, or the only one; none of several that are only listed."""
        return self.groups[0] if self.groups and (self.is_ranked or len(self.groups) == 1) else None

    @property
    def ends(self) -> tuple[FigureGroup, FigureGroup] | None:
        """The groups of the least and of the largest value; None where they are equal, or have no value."""
        ordered = sorted(
            (each for each in self.groups if each.value is not None), key=lambda each: each.value or 0
        )
        if not ordered or ordered[0].value == ordered[-1].value:
            return None
        return ordered[0], ordered[-1]

    @property
    def text(self) -> str:
        """The figure, or the first groups, in one line."""
        if len(self.groups) > 1 or (self.groups and not self.words):
            first = " · ".join(f"{group.label} {group.words}" for group in self.groups[:3])
            return _("%(title)s : %(text)s") % {"title": self.title, "text": first}
        return _("%(title)s : %(text)s") % {"title": self.title, "text": self.words}


def number_of(value: object) -> float | None:
    """Return a cell as a number."""
    return None if value is None else float(str(value))


def divided(value: float | None, factor: float) -> float | None:
    """Return a value divided by a factor, if there is one."""
    return None if value is None else value / factor


def unit_and_factor(requested: str, own: str) -> tuple[str, float]:
    """Return the unit of the answer and by what the figure is divided: that of the question where it fits."""
    kind, worth = UNITS.get(fold(requested), ("", 1.0))
    own_kind, own_worth = UNITS.get(fold(own), ("", 1.0))
    if not kind or kind != own_kind:
        return own, 1.0
    return requested, worth / own_worth


def written(value: float | None, unit: str) -> str:
    """Write a value with its unit: two decimals under a thousand."""
    if value is None:
        return _("aucune valeur")
    digits = 0 if abs(value) >= 1000 or value == int(value) else 2
    space = "" if unit.startswith("/") else wording.HARD_SPACE
    return f"{wording.number(round(value, digits))}{space}{unit_words(unit)}".strip()


def signed(value: float | None, unit: str) -> str:
    """Write a change with its sign."""
    sign = "+" if value is not None and value > 0 else ""
    return f"{sign}{written(value, unit)}".replace("-", "−", 1) if value is not None else written(value, unit)
