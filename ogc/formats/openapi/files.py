"""Files of a layer in the OpenAPI document: exports with their notice, and styles.

Exports have their own addresses, outside the API; styles are their list, documents, legend and the pictures of
MapLibre.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from export_formats.registry import CODES, HEADINGS, LABELS, NOTICE_EXTENSION, formats_of, official_formats
from interface.http.media_types import HTML, JSON, MAPBOX_STYLE, PNG, QML, SLD_1_0, SLD_1_1, SVG
from layers.access import Scope
from layers.parsing.query import PAGING, PREPARING
from ogc.formats.openapi import operation, parameters
from styles.glyphs import FONT, RANGE
from styles.styled_layers import STYLE_NAME

Document = dict[str, Any]
_PREPARING = gettext_lazy(
    "À un navigateur : 1 fait préparer le fichier à part, 0 le fait attendre. Un client reçoit toujours le fichier."
)

_HEADINGS = gettext_lazy(
    "CSV et classeur : libelles donne les titres avec leurs unités et les libellés à côté des codes ; codes (par"
    " défaut) les codes seuls."
)


def export_path(scope: Scope) -> Document:
    """Return the paths of the files of a layer: the filters of ``items``, and the whole answer in one file."""
    slug, formats = scope.slug, [*formats_of(scope.definition), *official_formats(scope)]
    forms = {"type": "string", "enum": [each.extension for each in formats]}
    question = [each for each in parameters.of_items(scope) if _name(each) not in {*PAGING, "f"}]
    inputs = [
        parameters.parameter("format", forms, _("Format du fichier."), location="path"),
        *question,
        parameters.parameter(HEADINGS, {"type": "string", "enum": [CODES, LABELS]}, str(_HEADINGS)),
        parameters.parameter(PREPARING, {"type": "string", "enum": ["0", "1"]}, str(_PREPARING)),
    ]
    file = {"schema": {"type": "string", "format": "binary"}}
    content = {each.media_type: file for each in formats}
    described = operation(f"{slug}.export", slug, _("Fichier"), inputs, content, is_features=True)
    answers = described["get"]["responses"]
    answers["303"] = {"description": _("Une personne à qui le fichier est préparé à part : son adresse.")}
    answers["206"] = {"description": _("La partie demandée par Range."), "content": content}
    answers["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    answers["416"] = {"description": _("Range hors du fichier.")}
    paths = {f"/export/{slug}.{{format}}": described, **_notice_path(scope, question)}
    # Files are at the root of the portal: relative to this document.
    return {path: {"servers": [{"url": "/"}], **each} for path, each in paths.items()}


def _notice_path(scope: Scope, question: list[Document]) -> Document:
    content = {"text/plain": {"schema": {"type": "string"}}}
    title = _("Notice d’un fichier : licence, source, date, nombre de lignes, colonnes")
    described = operation(f"{scope.slug}.notice", scope.slug, title, question, content, is_features=True)
    described["get"]["responses"]["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    return {f"/export/{scope.slug}.{NOTICE_EXTENSION}": described}


def _name(parameter: Document) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name


_OBJECT: Document = {"schema": {"type": "object"}}
_TEXT: Document = {"schema": {"type": "string"}}
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_GLYPHS = "application/x-protobuf"
_SPRITES = (".json", ".png", "@2x.json", "@2x.png")


def style_paths(scope: Scope) -> Document:
    """Return the paths of the styles of a layer; a table has a list that is empty."""
    slug, base = scope.slug, f"/collections/{scope.slug}/styles"
    listed = {JSON: _OBJECT, HTML: _TEXT}
    paths = {base: operation(f"{slug}.styles", slug, _("Styles"), [parameters.forms("json", "html")], listed)}
    if not scope.definition.geometry.is_located:
        return paths
    name = parameters.parameter(
        "styleId", {"type": "string", "enum": [STYLE_NAME]}, _("Style."), location="path"
    )
    of_style = {MAPBOX_STYLE: _OBJECT, SLD_1_1: _TEXT, SLD_1_0: _TEXT, QML: _TEXT}
    forms = parameters.forms("mapbox", "sld11", "sld10", "qml")
    pictures = parameters.forms("svg", "png")
    part = {"type": "string", "enum": list(_SPRITES)}
    inputs = parameters.parameter(
        "form", part, _("Planche d’images ou son index, à 1 ou 2 points par pixel."), location="path"
    )
    return {
        **paths,
        f"{base}/{{styleId}}": operation(
            f"{slug}.style", slug, _("Style de la couche"), [name, forms], of_style, is_features=True
        ),
        f"{base}/{{styleId}}/legend": operation(
            f"{slug}.legend", slug, _("Légende en image"), [name, pictures], {SVG: _TEXT, PNG: _BINARY},
            is_features=True,
        ),
        f"{base}/{{styleId}}/sprite{{form}}": operation(
            f"{slug}.sprite", slug, _("Images du style MapLibre"), [name, inputs], {JSON: _OBJECT, PNG: _BINARY},
            is_features=True,
        ),
    }  # fmt: skip


def portal_style_paths() -> Document:
    """Return the paths of the style of the whole portal, and that of the letters of labels."""
    name = parameters.parameter(
        "styleId", {"type": "string", "enum": [STYLE_NAME]}, _("Style."), location="path"
    )
    part = {"type": "string", "enum": list(_SPRITES)}
    inputs = parameters.parameter(
        "form", part, _("Planche d’images ou son index, à 1 ou 2 points par pixel."), location="path"
    )
    sheet = {JSON: _OBJECT, PNG: _BINARY}
    return {
        "/styles": operation("styles", "portail", _("Styles"), [parameters.forms("json")], {JSON: _OBJECT}),
        "/styles/{styleId}": operation(
            "style", "portail", _("Style de toutes les couches"), [name, parameters.forms("mapbox")],
            {MAPBOX_STYLE: _OBJECT}, is_features=True,
        ),
        "/styles/{styleId}/sprite{form}": operation(
            "sprite", "portail", _("Images du style MapLibre"), [name, inputs], sheet, is_features=True
        ),
        **_glyph_path(),
    }  # fmt: skip


def _glyph_path() -> Document:
    font = parameters.parameter("font", {"type": "string", "enum": [FONT]}, _("Police."), location="path")
    starts = {"type": "string", "pattern": r"^\d{1,5}-\d{1,5}$", "example": f"0-{RANGE - 1}"}
    letters = parameters.parameter("range", starts, _("Intervalle de 256 caractères."), location="path")
    return {
        "/fonts/{font}/{range}.pbf": operation(
            "glyphs", "portail", _("Lettres des étiquettes"), [font, letters], {_GLYPHS: _BINARY}
        )
    }
