"""What the page needs of a map: the configuration of its script as plain data, the addresses it reads, its legend."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards.maps.definitions import MapMode, initial_box
from dashboards.maps.drawing import UNCATEGORISED, MapArea, MapDrawing, map_area, strengths
from dashboards.panels.kinds import PanelRequest
from interface.map_config import layer_config, map_config
from interface.territory import visible_communes
from layers.parsing import FeatureQuery
from layers.queries import Selection
from layers.styles.colours import mixed
from layers.styles.definitions import Category, Style


def map_context(request: PanelRequest, drawing: MapDrawing) -> dict[str, Any]:
    """Return what the template of the panel reads."""
    return {
        "drawing": drawing,
        "config": map_panel_config(request, drawing),
        "config_id": f"map-{request.panel.id}",
        "legend_note": legend_note(drawing),
    }


def map_panel_config(request: PanelRequest, drawing: MapDrawing) -> dict[str, Any]:
    """Return what the script of the panel draws from."""
    portal = request.visitor.portal
    lit = list(request.query.communes) or ([portal] if portal else [])
    return map_config(visible_communes(request.visitor), portal=portal) | {
        "lights": lit,
        "bbox": initial_box(drawing.options, is_lit=bool(lit)),
        "title": _("Carte : %s") % (request.panel.title or request.scope.layer.title),
        "mode": drawing.options.mode.value,
        "token": drawing.token,
        "field": drawing.field,
        "said": script_words(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "area": map_area(request.panel),
        "context": [layer_config(scope) for scope in drawing.context],
        **(_areas_config(drawing) if drawing.has_areas else _features_config(drawing)),
    }


def _areas_config(drawing: MapDrawing) -> dict[str, Any]:
    return {
        "places": [_area_config(area) for area in drawing.areas],
        "strengths": strengths(len(drawing.classes)) if drawing.classes else (),
        "largest": drawing.largest,
        "radius": drawing.radius,
        "joined": layer_config(drawing.joined) if drawing.joined else None,
    }


def _area_config(area: MapArea) -> dict[str, Any]:
    return {
        "key": area.key,
        "title": area.title,
        "value": area.value,
        "text": area.text,
        "step": area.step,
        "ids": area.ids,
        "position": area.position,
    }


def _features_config(drawing: MapDrawing) -> dict[str, Any]:
    scope, unfiltered = drawing.scope, drawing.unfiltered
    return {
        "layer": layer_config(scope, _style(drawing)) | _categories(drawing),
        "query": tiles_text(drawing, drawing.selection.query),
        "others": tiles_text(drawing, unfiltered.query) if unfiltered is not None else None,
        "features": _features_address(drawing),
        "feature": feature_template("ogc:item", scope.slug),
        "value": drawing.options.value,
        "unit": drawing.unit,
        "isYear": drawing.is_year,
        "largest": drawing.largest,
        "radius": drawing.radius,
    }


def _style(drawing: MapDrawing) -> Style:
    """Return how the map draws the layer: by distinct categories, or all of it in one colour."""
    own = drawing.scope.style
    if not drawing.categories:
        return Style(drawing.token, own.icon)
    categories = [Category(each.value, each.title, each.token, each.strength) for each in drawing.categories]
    return Style(UNCATEGORISED, own.icon, own.field, tuple(categories))


def _categories(drawing: MapDrawing) -> dict[str, Any]:
    """Return the words of the layer's categories, and their shapes where they are drawn apart."""
    style = drawing.scope.style
    if not drawing.categories:
        names = [{"value": str(each.value), "title": str(each.title)} for each in style.categories]
        return {"field": style.field, "categories": names}
    shapes = [
        {
            "value": each.value,
            "title": each.title,
            "colour": mixed(each.token, each.strength),
            "corners": each.corners,
        }
        for each in drawing.categories
    ]
    return {"field": style.field, "categories": shapes}


def _features_address(drawing: MapDrawing) -> str:
    """Return where the modes that tiles cannot draw read their features; empty for those that tiles draw."""
    mode, scope = drawing.options.mode, drawing.scope
    if mode not in {MapMode.CLUSTERS, MapMode.SYMBOLS}:
        return ""
    names_read = (scope.definition.title_field, scope.style.field, drawing.field, drawing.options.value)
    names = tuple(dict.fromkeys(name for name in names_read if name in scope.filterable and name != "id"))
    sort = f"-{drawing.options.value}" if mode is MapMode.SYMBOLS else ""
    return items_address(drawing.selection, names, limit=drawing.most, sort=sort)


def legend_note(drawing: MapDrawing) -> str:
    """Return how the classes were made, or the meaning of the size of circles; empty where none is needed."""
    if drawing.options.mode is MapMode.SYMBOLS:
        return _("La surface des cercles suit la valeur.")
    if not drawing.classes:
        return ""
    if drawing.options.method == "natural":
        return _("Classes aux écarts les plus nets entre les valeurs.")
    return _("Classes de même effectif (quantiles).")


def script_words() -> dict[str, str]:
    """Return the words of the script, in the visitor's language."""
    return {
        "failed": _("La carte n’a pas pu être dessinée ; le tableau dit ce qu’elle montre."),
        "noValue": _("rien, ou aucune valeur"),
        "objects": _("{count} objets"),
        "pair": _("{title} : {text}"),
    }


def question_text(query: FeatureQuery) -> str:
    """Return what a query selects as the text of an address, as tiles and items read it."""
    return urlencode(query.fingerprint)


def tiles_text(drawing: MapDrawing, query: FeatureQuery) -> str:
    """Return a query as tiles read it: with the field that colours, where the style of the layer has another."""
    scope, name = drawing.scope, drawing.options.category
    if not name or not drawing.categories:
        return question_text(query)
    names = [each for each in (scope.definition.title_field, name) if each in scope.filterable]
    properties = urlencode({"properties": ",".join(dict.fromkeys(names))})
    return "&".join(part for part in (properties, question_text(query)) if part)


def items_address(selection: Selection, properties: tuple[str, ...], *, limit: int, sort: str = "") -> str:
    """Return the address of the rows of a selection as GeoJSON, with these properties alone."""
    scope = selection.scope
    query = urlencode(
        {"properties": ",".join(properties), "limit": limit} | ({"sortby": sort} if sort else {})
    )
    question = question_text(selection.query)
    return "&".join(part for part in (f"{reverse('ogc:items', args=[scope.slug])}?{query}", question) if part)


def feature_template(view: str, slug: str) -> str:
    """Return the address of a feature as a template whose ``{id}`` the script fills."""
    before, _zero, after = reverse(view, args=[slug, 0]).rpartition("0")
    return f"{before}{{id}}{after}"
