"""What may be chosen for a symbol: forms of points, dashes, patterns. The first of each is the usual one."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from layers.styles.symbols import LinePattern, Marker, PointPattern, SymbolLayer


class PointForm(TextChoices):
    """How a point is drawn."""

    USUAL = "usual", _("Point de loin, pictogramme de près")
    DOT = "dot", _("Point, à tous les zooms")
    PICTOGRAM = "pictogram", _("Pictogramme, à tous les zooms")


class DashForm(TextChoices):
    """How a line is dashed; the lengths are in ``DASHES``."""

    SOLID = "solid", _("Continu")
    DASHED = "dashed", _("Tirets")
    DOTTED = "dotted", _("Pointillés")
    MIXED = "mixed", _("Tiret et point")


class PatternForm(TextChoices):
    """What a surface is hatched with."""

    NONE = "none", _("Aucun")
    RISING = "rising", _("Hachures montantes")
    FALLING = "falling", _("Hachures descendantes")
    CROSSED = "crossed", _("Hachures croisées")
    HORIZONTAL = "horizontal", _("Lignes horizontales")
    DOTS = "dots", _("Points")


DASHES: dict[str, tuple[float, ...]] = {
    DashForm.SOLID: (),
    DashForm.DASHED: (6, 4),
    DashForm.DOTTED: (1, 3),
    DashForm.MIXED: (8, 3, 1, 3),
}
PATTERNS: dict[str, tuple[SymbolLayer, ...]] = {
    PatternForm.NONE: (),
    PatternForm.RISING: (LinePattern(spacing=7, angle=45, width=1.2),),
    PatternForm.FALLING: (LinePattern(spacing=7, angle=135, width=1.2),),
    PatternForm.CROSSED: (
        LinePattern(spacing=8, angle=45, width=1.2),
        LinePattern(spacing=8, angle=135, width=1.2),
    ),
    PatternForm.HORIZONTAL: (LinePattern(spacing=6, angle=0, width=1.2),),
    PatternForm.DOTS: (
        PointPattern(Marker(size=2.4, fill="class/100", stroke="", stroke_width=0), 7, 7, is_staggered=True),
    ),
}
SHAPES = {
    "circle": _("Rond"),
    "square": _("Carré"),
    "triangle": _("Triangle"),
    "diamond": _("Losange"),
    "hexagon": _("Hexagone"),
    "star": _("Étoile"),
}
EDGES = {
    "class/100": _("De la classe"),
    "ink": _("Encre"),
    "paper": _("Papier"),
}
