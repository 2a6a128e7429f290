"""What the map page gives to its script, beside what every map needs (``interface.map_config``), and to its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from explorer.catalogue.queries import matches_words
from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.map_state.parsing import ORDER, SET_ASIDE, SUBJECT
from explorer.models import SavedView
from explorer.rasters.queries import MapRaster, by_theme
from explorer.timeline.queries import has_time_bar
from interface import map_config
from interface.addresses import address
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER, CommuneShape
from interface.text import fold
from layers.access import RasterScope, Scope
from layers.models import Theme
from styles.swatches import icon_picture

# Parameters that the form of the panel has inputs for.
_IN_THE_FORM = frozenset({"commune", "q"})


def page_config(
    scopes: Sequence[Scope],
    shapes: Sequence[CommuneShape],
    switched_on: Sequence[str],
    rasters: Sequence[RasterScope] = (),
    *,
    portal: str,
    person: int | None = None,
) -> dict[str, Any]:
    """Return the configuration of the script of the map page.

    ``portal`` is the commune lit and framed when the address has none; empty on the whole territory. ``person``
    identifies the account: the browser drops what it stored for another one.
    """
    return map_config.map_config(shapes, portal=portal) | {
        "person": str(person or ""),
        "layers": [
            _layer(scope, is_on=scope.slug in switched_on)
            for scope in scopes
            if scope.slug != COMMUNES_LAYER and scope.definition.geometry.is_located
        ],
        "rasters": [
            map_config.raster_config(scope) | {"isOn": scope.slug in switched_on} for scope in rasters
        ],
        "rasterValues": reverse("explorer:raster-values"),
        "list": reverse("explorer:map"),
    }


def _layer(scope: Scope, *, is_on: bool) -> dict[str, Any]:
    sheet = _template(reverse("explorer:feature", args=[scope.slug, 0]))
    own = {"sheet": sheet, "isOn": is_on, "hasTime": has_time_bar(scope)}
    return map_config.layer_config(scope) | own | _counted(scope)


def _counted(scope: Scope) -> dict[str, str]:
    """Return what the map draws of a layer of points from afar: its face, and the address of its counts by commune."""
    if not scope.definition.geometry.is_point:
        return {}
    counts = f"{address('aggregate', scope.slug)}?{urlencode({'group_by': COMMUNE_FIELD})}"
    return {"face": icon_picture(scope.style.token, scope.style.icon).svg(), "counts": counts}


def _template(address: str) -> str:
    """Turn the address of feature 0 into a template: the script fills ``{id}`` and builds nothing else."""
    return address.removesuffix("0/") + "{id}/"


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


def panel_context(view: MapResult, sought: str, saved: Sequence[SavedView]) -> dict[str, Any]:
    """Return what the panel needs: the layers that answer to the text ``sought``, what its form sends back as it is."""
    answers = [pair for pair in view.query.layer_pairs if pair[0] in {SUBJECT, ORDER, SET_ASIDE}]
    return {
        "sought": sought,
        "groups": named_like(view, sought),
        "on_map": view.everything_on,
        "hidden_fields": answers + [pair for pair in view.query.pairs() if pair[0] not in _IN_THE_FORM],
        "query": view.query,
        "saved": saved,
        "layers": [result.scope for result in view.lists],
    }
