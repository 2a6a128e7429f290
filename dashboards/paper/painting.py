"""Colours of the drawings that templates write: on paper no style sheet reaches the inside of an SVG, attributes do.

In a browser the style sheet of the file takes the place of these attributes, which say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from interface.palette import colour, palette, token

_TONES: Mapping[str, str] = {"good": "ok", "warn": "warn", "bad": "bad"}
_WORDS = frozenset({"panel-state", "panel-change", "panel-target", "alert", "panel-notice"})
_STRENGTH = re.compile(r"strength-(\d{1,3})")
_TONE, _HUE = "tone", "hue"
"""Colours that are not always the same: that of a state, and that which a class names."""
_ROOTS: Mapping[str, Mapping[str, str]] = {
    "icon": {"fill": "none", "stroke": _TONE, "stroke-width": "2", "stroke-linecap": "round"},
    "state-mark": {"fill": _TONE},
    "small-trajectory": {"fill": "none"},
    "panel-spark": {"color": "brand"},
    "panel-gauge": {"color": "brand"},
    "table-bar": {"fill": "brand"},
    "dashboard-map-circle": {"fill": _HUE, "stroke": "ink-2"},
    "dashboard-map-shape": {"fill": _HUE, "stroke": "ink-2"},
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    "expected": {"stroke": "ink-3", "stroke-dasharray": "3 3", "stroke-width": "1.2"},
    "measured": {"stroke": _TONE, "stroke-width": "2"},
    "last": {"fill": _TONE},
    "target": {"fill": "paper", "stroke": "ink-2", "stroke-width": "1.5"},
    "whole": {"fill": "paper-3"},
    "is-hollow": {"fill": "none"},
}
_PLAIN: Mapping[str, str] = {"icon": "ink", "state-mark": "ink-3", "small-trajectory": "brand"}
"""Colours of what has no state."""


class Painter:
    """Tells the attributes of each element of a drawing, in the order they are written."""

    def __init__(self) -> None:
        self._tones: list[str] = []
        self._colours: Mapping[str, str] = {}

    def opened(self, tag: str, classes: Iterable[str]) -> Mapping[str, str]:
        """Return the attributes of an element that has begun; those around it are told by ``closed``."""
        names = tuple(classes)
        if tag == "svg":
            return self._drawing(names)
        tone = next((_TONES[name] for name in names if name in _TONES), "")
        around = self._tones[-1] if self._tones else ""
        self._tones.append(tone if _WORDS.intersection(names) else around)
        return {}

    def closed(self, tag: str) -> None:
        """Note the end of an element."""
        if tag == "svg":
            self._colours = {}
        elif self._tones:
            self._tones.pop()

    def part(self, classes: Iterable[str]) -> Mapping[str, str]:
        """Return the attributes of a shape of the drawing that has begun."""
        for name in classes:
            if self._colours and name in _PARTS:
                return self._resolved(_PARTS[name])
        return {}

    def _drawing(self, names: tuple[str, ...]) -> Mapping[str, str]:
        kind = next((name for name in names if name in _ROOTS), "")
        if not kind:
            self._colours = {}
            return {}
        own = next((_TONES[name] for name in names if name in _TONES), "")
        around = self._tones[-1] if self._tones and kind == "icon" else ""
        self._colours = {
            _TONE: colour(token(own or around or _PLAIN.get(kind, "ink")), palette()),
            _HUE: _hue(names),
        }
        if kind == "state-mark" and "none" in names:
            return self._resolved({"fill": "none", "stroke": "ink-3", "stroke-width": "1.5"})
        return self._resolved(_ROOTS[kind])

    def _resolved(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        known = palette()
        return {
            name: self._colours.get(value) or known.get(value, value) for name, value in attributes.items()
        }


def _hue(names: tuple[str, ...]) -> str:
    hue = next((name.removeprefix("hue-") for name in names if name.startswith("hue-")), "ink-3")
    strength = next((int(found[1]) for name in names if (found := _STRENGTH.fullmatch(name))), 100)
    return colour(token(hue, strength / 100), palette())
