"""The paths of a layer's exports in the OpenAPI document: files and their notice, beside the API and not under it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from export_formats import CODES, HEADINGS, LABELS, NOTICE_EXTENSION, formats_of
from layers.access import Scope
from layers.parsing.query import PAGING, PREPARING
from ogc.formats.openapi import operation, parameters

Document = dict[str, Any]
_ASKED = gettext_lazy(
    "À un navigateur : 1 fait préparer le fichier à part, 0 le fait attendre. Un client reçoit toujours le fichier."
)

_HEADINGS = gettext_lazy(
    "CSV et classeur : libelles donne les titres avec leurs unités et les libellés à côté des codes ; codes (par"
    " défaut) les codes seuls."
)


def export_path(scope: Scope) -> Document:
    """Return the paths of the files of a layer: the filters of ``items``, and the whole answer in one file."""
    slug, formats = scope.slug, formats_of(scope.definition)
    forms = {"type": "string", "enum": [found.extension for found in formats]}
    question = [found for found in parameters.of_items(scope) if _name(found) not in {*PAGING, "f"}]
    given = [
        parameters.parameter("format", forms, _("Format du fichier."), place="path"),
        *question,
        parameters.parameter(HEADINGS, {"type": "string", "enum": [CODES, LABELS]}, str(_HEADINGS)),
        parameters.parameter(PREPARING, {"type": "string", "enum": ["0", "1"]}, str(_ASKED)),
    ]
    file = {"schema": {"type": "string", "format": "binary"}}
    content = {found.media_type: file for found in formats}
    described = operation(f"{slug}.export", slug, _("Fichier"), given, content, is_features=True)
    answers = described["get"]["responses"]
    answers["303"] = {"description": _("Une personne à qui le fichier est préparé à part : son adresse.")}
    answers["206"] = {"description": _("La partie demandée par Range."), "content": content}
    answers["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    answers["416"] = {"description": _("Range hors du fichier.")}
    paths = {f"/export/{slug}.{{format}}": described, **_notice_path(scope, question)}
    # Files are at the root of the portal: relative to this document.
    return {path: {"servers": [{"url": "/"}], **found} for path, found in paths.items()}


def _notice_path(scope: Scope, question: list[Document]) -> Document:
    content = {"text/plain": {"schema": {"type": "string"}}}
    title = _("Notice d’un fichier : licence, source, date, nombre de lignes, colonnes")
    described = operation(f"{scope.slug}.notice", scope.slug, title, question, content, is_features=True)
    described["get"]["responses"]["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    return {f"/export/{scope.slug}.{NOTICE_EXTENSION}": described}


def _name(parameter: Document) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name
