"""Styles for other tools: of a layer (list, documents, pictures, legend, letters of labels), and of the portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from interface.http.links import with_carried
from interface.http.media_types import HTML, JSON, MAPBOX_STYLE, PNG, QML, SLD_1_0, SLD_1_1, SVG
from interface.http.resources import Resource, not_modified, with_validators
from interface.map_config import bounds_of, shape
from interface.territory import own, visible_communes
from layers import access, queries
from layers.access import Scope
from layers.errors import UnknownStyle
from layers.formats.http_validators import http_validators, validators_of_scopes
from layers.visitor import visitor_of
from ogc.formats import styles
from styles.glyphs import FONT, RANGE, glyph_range
from styles.legends import legend_png, legend_svg
from styles.maplibre.document import (
    StyleAddresses,
    portal_pictures,
    portal_style_json,
    sprite,
    standing_alone,
    style_json,
)
from styles.pictures import SvgPicture
from styles.qml.documents import qml
from styles.sld.rules import sld
from styles.sld.symbolizers import SldVersion
from styles.styled_layers import STYLE_NAME, StyledLayer, own_colours, styled_layer

_SLD = {SLD_1_0: SldVersion.V1_0, SLD_1_1: SldVersion.V1_1}
_DAY = 86_400
_LAST = 0xFFFF


class StylesView(Resource):
    """``/api/collections/{layer}/styles``."""

    offered = (JSON, HTML)
    template = "ogc/styles.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the list of styles, which holds one at most."""
        self.check_parameters()
        scope = access.scope(visitor_of(request), layer)
        document = styles.styles(self.address(), self.reverse, scope)
        return self.describe(document, JSON, scope=scope)


class StyleResource(Resource):
    """What the style of one layer and that of the portal share: addresses in them, sheets of their pictures."""

    def with_carried(self, address: str) -> str:
        """Return an address with the token of a client that sends it no other way, and the day of plans."""
        carried = visitor_of(self.request).carried
        if not carried:
            return address
        document: dict[str, Any] = with_carried(
            {"href": address}, carried, origin=self.request.build_absolute_uri("/")
        )
        return str(document["href"])

    def glyphs(self) -> str:
        """Return the address of letters, with its places."""
        letters = reverse("ogc:glyphs", args=["FONTSTACK", 0, RANGE - 1])
        template = letters.replace("FONTSTACK", "{fontstack}").replace(f"0-{RANGE - 1}", "{range}")
        return self.request.build_absolute_uri("/").removesuffix("/") + template

    def sheet(self, form: str, pictures: Mapping[str, SvgPicture]) -> tuple[bytes, str]:
        """Return the sheet of some pictures or its index, with its media type; ``form`` ends its address.

        Raises:
            UnknownStyle: neither.
        """
        ratio, _dot, extension = form.partition(".")
        if ratio not in {"", "@2x"} or extension not in {"json", "png"}:
            raise UnknownStyle(f"sprite{form}")
        sheet, dots = sprite(pictures), 2 if ratio else 1
        if extension == "json":
            return json.dumps(sheet.index(dots)).encode(), JSON
        return sheet.png(dots), PNG


class OfStyle(StyleResource):
    """What depends on the style of a layer alone: it is fresh until the style, or who reads what, changes."""

    def styled(self, layer: str, style: str) -> tuple[Scope, StyledLayer]:
        """Return the layer with its style.

        Raises:
            UnknownLayer: absent or hidden.
            UnknownStyle: another name than that of its one style, or a table.
        """
        scope = access.scope(visitor_of(self.request), layer)
        if style != STYLE_NAME or not scope.definition.geometry.is_located:
            raise UnknownStyle(style)
        return scope, styled_layer(scope)

    def answer(self, scope: Scope, body: bytes, media_type: str, name: str) -> HttpResponseBase:
        """Return the answer, or a 304; its tag is made of its content."""
        digest = hashlib.sha256(body).hexdigest()
        fresh = http_validators(scope, 0, (digest, media_type, get_language() or ""))
        if response := not_modified(self.request, fresh):
            return response
        response = HttpResponse(body, content_type=media_type)
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return with_validators(response, fresh)


class StyleView(OfStyle):
    """``/api/collections/{layer}/styles/{style}``: the style in one of its languages."""

    offered = styles.STYLESHEETS

    def get(self, request: HttpRequest, layer: str, style: str) -> HttpResponseBase:
        """Answer with the style document."""
        self.check_parameters()
        form = self.form()
        scope, styled = self.styled(layer, style)
        name = f"{scope.slug}.{styles.EXTENSIONS[form]}"
        return self.answer(scope, self.written(form, scope, styled).encode(), form, name)

    def written(self, form: str, scope: Scope, styled: StyledLayer) -> str:
        """Return the document in a language of styles."""
        if form == QML:
            return qml(styled)
        if form in _SLD:
            return sld(styled, _SLD[form], own_colours(scope))
        document = style_json(styled, self.addresses(scope), FONT, queries.extent(scope))
        return json.dumps(document, ensure_ascii=False)

    def addresses(self, scope: Scope) -> StyleAddresses:
        """Return the addresses that the style of MapLibre names."""
        return StyleAddresses(
            tiles={scope.slug: self.with_carried(self.reverse("tiles:tilejson", scope.slug))},
            sprite=self.with_carried(self.reverse("ogc:sprite", scope.slug, STYLE_NAME, "")),
            glyphs=self.glyphs(),
        )


class SpriteView(OfStyle):
    """``/api/collections/{layer}/styles/{style}/sprite{@2x}.{json|png}``: the pictures that the style names."""

    def get(self, request: HttpRequest, layer: str, style: str, form: str) -> HttpResponseBase:
        """Answer with the sheet or its index."""
        self.check_parameters()
        scope, styled = self.styled(layer, style)
        content, media_type = self.sheet(form, standing_alone(styled).pictures)
        return self.answer(scope, content, media_type, f"sprite{form}")


class LegendView(OfStyle):
    """``/api/collections/{layer}/styles/{style}/legend``: the legend as a picture."""

    offered = styles.LEGENDS

    def get(self, request: HttpRequest, layer: str, style: str) -> HttpResponseBase:
        """Answer with the picture, as SVG or PNG of two dots a pixel."""
        self.check_parameters()
        form = self.form()
        scope, styled = self.styled(layer, style)
        if form == SVG:
            return self.answer(scope, legend_svg(styled).encode(), SVG, f"{scope.slug}.svg")
        return self.answer(scope, legend_png(styled), PNG, f"{scope.slug}.png")


class GlyphsView(Resource):
    """``/api/fonts/{font}/{first}-{last}.pbf``: letters of labels, the same for every layer and everybody."""

    def get(self, request: HttpRequest, font: str, first: int, last: int) -> HttpResponseBase:
        """Answer with the glyphs of a range of code points."""
        self.check_parameters()
        if font != FONT or first % RANGE or last != first + RANGE - 1 or first > _LAST:
            raise UnknownStyle(f"{font} {first}-{last}")
        response = HttpResponse(glyph_range(first), content_type="application/x-protobuf")
        response["Cache-Control"] = f"public, max-age={_DAY}"
        return response


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

    def styled_scopes(self, style: str) -> list[Scope]:
        """Return the scopes of the layers with a style, the lowest first, in the default order of the map.

        Surfaces lie below lines, these below points; then the rank counts, and the first of the catalogue is above.

        Raises:
            UnknownStyle: another name than that of the one style.
        """
        if style != STYLE_NAME:
            raise UnknownStyle(style)
        scopes = [
            each for each in access.visible(visitor_of(self.request)) if each.definition.geometry.is_located
        ]
        return sorted(reversed(scopes), key=lambda each: (_HEIGHTS[shape(each)], each.style.rank))

    def answer(self, scopes: list[Scope], body: bytes, media_type: str, name: str) -> HttpResponseBase:
        """Return the answer, or a 304; its tag is made of its content."""
        parts = (hashlib.sha256(body).hexdigest(), media_type, get_language() or "")
        fresh = validators_of_scopes(scopes, parts, is_public=visitor_of(self.request).is_anonymous)
        if response := not_modified(self.request, fresh):
            return response
        response = HttpResponse(body, content_type=media_type)
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return with_validators(response, fresh)


class PortalStyleView(OfPortalStyle):
    """``/api/styles/{style}``: the style of MapLibre."""

    offered = (MAPBOX_STYLE,)

    def get(self, request: HttpRequest, style: str) -> HttpResponseBase:
        """Answer with the document, which opens on the territory of the portal."""
        self.check_parameters()
        self.form()
        scopes, visitor = self.styled_scopes(style), visitor_of(request)
        layers = [styled_layer(scope) for scope in scopes]
        bounds = bounds_of(own(visible_communes(visitor), visitor.portal))
        document = portal_style_json(layers, self._addresses(scopes), FONT, bounds)
        body = json.dumps(document, ensure_ascii=False).encode()
        return self.answer(scopes, body, MAPBOX_STYLE, f"{STYLE_NAME}.json")

    def _addresses(self, scopes: list[Scope]) -> StyleAddresses:
        """Return where the document finds tiles, pictures and letters."""
        tiles = {each.slug: self.with_carried(self.reverse("tiles:tilejson", each.slug)) for each in scopes}
        sprite = self.with_carried(self.reverse("ogc:portal-sprite", STYLE_NAME, ""))
        return StyleAddresses(tiles=tiles, sprite=sprite, glyphs=self.glyphs())


class PortalSpriteView(OfPortalStyle):
    """``/api/styles/{style}/sprite{@2x}.{json|png}``: the pictures that the style names."""

    def get(self, request: HttpRequest, style: str, form: str) -> HttpResponseBase:
        """Answer with the sheet or its index."""
        self.check_parameters()
        scopes = self.styled_scopes(style)
        content, media_type = self.sheet(form, portal_pictures([styled_layer(scope) for scope in scopes]))
        return self.answer(scopes, content, media_type, f"sprite{form}")
