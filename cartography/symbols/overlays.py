"""What may lie over classes, by geometry: hatches, rings, dashes. The first of each is the usual one, left unsaid."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cartography.symbols.vocabulary import PATTERNS, PatternForm
from layers.definitions import GeometryType, Text
from layers.styles.colours import CLASS
from layers.styles.symbols import Marker, Stroke, Symbol
from styles.styled_layers import default_overlay

KEPT = "kept"
_EDGE = Stroke(width=1.2)


def overlay_forms(geometry: GeometryType) -> dict[str, Text]:
    """Return the forms that suit a geometry, by their names."""
    if geometry.is_surface:
        return {form.value: form.label for form in PatternForm if form is not PatternForm.NONE}
    if geometry.is_point:
        return {"ring": _("Anneau"), "square": _("Cadre"), "diamond": _("Losange")}
    return {"dashed": _("Tirets"), "dotted": _("Pointillés"), "core": _("Filet")}


def form_symbol(form: str, geometry: GeometryType) -> Symbol:
    """Return the symbol of a form; empty for the usual one."""
    if form == next(iter(overlay_forms(geometry))):
        return ()
    if geometry.is_surface:
        return (*PATTERNS[form], _EDGE)
    if geometry.is_point:
        return tuple(
            replace(layer, shape=form, size=layer.size + (6 if form == "diamond" else 0))
            for layer in default_overlay(geometry)
            if isinstance(layer, Marker)
        )
    return (Stroke(CLASS, 1.8, dash=(0.1, 4)) if form == "dotted" else Stroke(CLASS, 1.4),)


def form_of(symbol: Symbol, geometry: GeometryType) -> str:
    """Return the form of a symbol; ``KEPT`` for one that was composed elsewhere."""
    usual = default_overlay(geometry)
    said = () if symbol == usual else symbol
    return next((form for form in overlay_forms(geometry) if form_symbol(form, geometry) == said), KEPT)
