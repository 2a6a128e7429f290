"""What the form of the studio sends, as values: read from texts by ``parsing``, made a style by ``changes``."""

from __future__ import annotations

from dataclasses import dataclass

from cartography.symbols.choices import SymbolChoice
from layers.styles.definitions import ClassMethod, ClusterKind, Heat, Labels, StyleKind
from layers.styles.symbols import Zooms


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A line of the table of classes; ``value`` is that of a category, ``low`` and ``high`` those of an interval."""

    title: str
    colour: str
    pattern: str = ""
    icon: str = ""
    value: str = ""
    low: float = 0
    high: float = 0


@dataclass(frozen=True, slots=True)
class OverlayRow:
    """What lies over the classes where ``field`` has one of ``values``; ``name`` begins the names of its inputs."""

    name: str
    field: str
    values: tuple[str, ...]
    title: str
    colour: str
    form: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class StyleInputs:
    """What the form sends. ``symbol`` is None where the symbol is kept as it was composed."""

    kind: StyleKind
    field: str
    token: str
    icon: str
    rows: tuple[ClassRow, ...]
    hides_others: bool
    method: ClassMethod
    count: int
    palette: str
    is_reversed: bool
    sizes: tuple[float, float]
    heat: Heat
    clusters: ClusterKind
    symbol: SymbolChoice | None
    labels: Labels | None
    zooms: Zooms
    rank: int
    adds: str = ""
    overlays: tuple[OverlayRow, ...] = ()
    adds_overlay: bool = False
