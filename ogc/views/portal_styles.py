"""The style of the whole portal: every layer that the visitor sees, in the order of its map, as one ``style.json``."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from interface.http.media_types import JSON, MAPBOX_STYLE
from interface.http.resources import stamped, unchanged
from interface.map_config import bounds_of, shape
from interface.territory import ground, own
from layers import access
from layers.access import Scope
from layers.errors import UnknownStyle
from layers.formats.http_validators import validators_of_scopes
from layers.visitor import visitor_of
from ogc.formats import styles
from ogc.views.styles import StyleResource
from styles.glyphs import FONT
from styles.maplibre.document import StyleAddresses, portal_pictures, portal_style_json
from styles.styled_layers import STYLE_NAME, styled_layer

_HEIGHTS = {"surface": 0, "line": 1, "point": 2}


class PortalStylesView(StyleResource):
    """``/api/styles``: the list, which holds one style."""

    offered = (JSON,)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the list."""
        self.check_parameters()
        return self.describe(styles.portal_styles(self.address(), self.reverse), JSON)


class OfPortalStyle(StyleResource):
    """What depends on the styles of all the layers that a visitor sees."""

    def drawn(self, style: str) -> list[Scope]:
        """Return the scopes of what is drawn, the lowest first, as the map orders what nobody did.

        Surfaces lie below lines, these below points; then the rank counts, and the first of the catalogue is above.

        Raises:
            UnknownStyle: another name than that of the one style.
        """
        if style != STYLE_NAME:
            raise UnknownStyle(style)
        found = [
            each for each in access.visible(visitor_of(self.request)) if each.definition.geometry.is_located
        ]
        return sorted(reversed(found), key=lambda each: (_HEIGHTS[shape(each)], each.style.rank))

    def answer(self, scopes: list[Scope], body: bytes, media_type: str, name: str) -> HttpResponseBase:
        """Return the answer, or the 304 of who has it already; its tag is made of what it holds."""
        parts = (hashlib.sha256(body).hexdigest(), media_type, get_language() or "")
        fresh = validators_of_scopes(scopes, parts, is_public=visitor_of(self.request).is_anonymous)
        if known := unchanged(self.request, fresh):
            return known
        response = HttpResponse(body, content_type=media_type)
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return stamped(response, fresh)


class PortalStyleView(OfPortalStyle):
    """``/api/styles/{style}``: the style of MapLibre."""

    offered = (MAPBOX_STYLE,)

    def get(self, request: HttpRequest, style: str) -> HttpResponseBase:
        """Answer with the document, which opens on the territory of the portal."""
        self.check_parameters()
        self.form()
        scopes, visitor = self.drawn(style), visitor_of(request)
        layers = [styled_layer(scope) for scope in scopes]
        bounds = bounds_of(own(ground(visitor), visitor.portal))
        document = portal_style_json(layers, self._addresses(scopes), FONT, bounds)
        body = json.dumps(document, ensure_ascii=False).encode()
        return self.answer(scopes, body, MAPBOX_STYLE, f"{STYLE_NAME}.json")

    def _addresses(self, scopes: list[Scope]) -> StyleAddresses:
        """Return where the document finds tiles, pictures and letters."""
        tiles = {each.slug: self.with_token(self.reverse("tiles:tilejson", each.slug)) for each in scopes}
        sprite = self.with_token(self.reverse("ogc:portal-sprite", STYLE_NAME, ""))
        return StyleAddresses(tiles=tiles, sprite=sprite, glyphs=self.glyphs())


class PortalSpriteView(OfPortalStyle):
    """``/api/styles/{style}/sprite{@2x}.{json|png}``: the pictures that the style names."""

    def get(self, request: HttpRequest, style: str, form: str) -> HttpResponseBase:
        """Answer with the sheet or its index."""
        self.check_parameters()
        scopes = self.drawn(style)
        content, media_type = self.sheet(form, portal_pictures([styled_layer(scope) for scope in scopes]))
        return self.answer(scopes, content, media_type, f"sprite{form}")
