"""The panel of layers: its themes, what its form sends back, and what other applications add to the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.catalogue.queries import matches_words
from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.map_state.parsing import ORDER, SET_ASIDE, SUBJECT
from explorer.rasters.queries import MapRaster, by_theme
from interface.page_parts import page_parts
from interface.text import fold
from layers.models import Theme
from layers.visitor import PLAN_DATE_PARAMETER

# Parameters that the form of the panel has inputs for.
_IN_THE_FORM = frozenset({"commune", "q"})


@dataclass(frozen=True, slots=True)
class PanelTheme:
    """A theme of the panel: its layers, then its rasters."""

    theme: Theme
    layers: tuple[LayerResult, ...]
    rasters: tuple[MapRaster, ...]

    @property
    def is_all_on(self) -> bool:
        """Whether each of them is on: the panel lists those first, apart from their themes."""
        result: tuple[LayerResult | MapRaster, ...] = (*self.layers, *self.rasters)
        return all(each.is_on for each in result)

    @property
    def layers_off(self) -> list[LayerResult]:
        """Its layers that are off."""
        return [result for result in self.layers if not result.is_on]


def named_like(view: MapResult, text: str) -> list[PanelTheme]:
    """Return the layers and rasters by theme whose texts hold each word of ``text``, and those that are on."""
    words = fold(text).split()

    def is_visible(result: LayerResult | MapRaster) -> bool:
        return result.is_on or matches_words(result.scope, words)

    layers, rasters = dict(view.groups), by_theme(view.rasters)
    themes = sorted(dict.fromkeys([*layers, *rasters]), key=lambda theme: theme.rank)
    groups = (
        PanelTheme(
            theme,
            tuple(filter(is_visible, layers.get(theme, ()))),
            tuple(filter(is_visible, rasters.get(theme, ()))),
        )
        for theme in themes
    )
    return [group for group in groups if group.layers or group.rasters]


def panel_context(view: MapResult, sought: str) -> dict[str, Any]:
    """Return what the panel needs: the layers that answer to the text ``sought``, what its form sends back as it is."""
    answers = [
        pair for pair in view.query.layer_pairs if pair[0] in {SUBJECT, ORDER, SET_ASIDE, PLAN_DATE_PARAMETER}
    ]
    return {
        "sought": sought,
        "groups": named_like(view, sought),
        "on_map": view.everything_on,
        "hidden_fields": answers + [pair for pair in view.query.pairs() if pair[0] not in _IN_THE_FORM],
        "query": view.query,
        "layers": [result.scope for result in view.lists],
        "row_parts": row_parts(view),
    }


@dataclass(frozen=True, slots=True)
class RowParts:
    """What other applications add to the settings of layers: ``numbers`` are those of a layer's ``templates``, by slug.

    The page holds each template once, for the script to copy: it shows nothing of a layer but its slug and its title.
    """

    templates: tuple[str, ...]
    numbers: Mapping[str, str]


def row_parts(view: MapResult) -> RowParts:
    """Return the parts of the settings of the layers that the map may show."""
    templates: dict[str, int] = {}
    numbers = {}
    for scope in (result.scope for result in view.everything):
        parts = page_parts("map-layer", scope.visitor, scope)
        numbers[scope.slug] = " ".join(
            str(templates.setdefault(one.template, len(templates))) for one in parts
        )
    return RowParts(tuple(templates), numbers)
