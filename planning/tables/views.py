"""Answers of the tools of planners: the files of their tables, their PDF, and their JSON with its validators."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import get_language

from interface.http.resources import with_validators
from layers.access import Scope
from layers.formats.http_validators import HttpValidators, http_validators
from planning.tables.services import TableFile


def file_response(file: TableFile) -> FileResponse:
    """Send a file, which nobody stores: it is as private as its layers."""
    response = FileResponse(file.body, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["Cache-Control"] = "private, no-store"
    return response


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Show a PDF in the browser; nobody stores it."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def freshness(request: HttpRequest, scope: Scope, parts: Iterable[str] = ()) -> HttpValidators:
    """Return the validators of the JSON at this address: ``scope`` stands for its layers, ``parts`` for the rest."""
    return http_validators(scope, scope.version, (request.get_full_path(), get_language() or "", *parts))


def json_response(document: Mapping[str, Any], fresh: HttpValidators | None) -> HttpResponse:
    """Return a document as JSON, with its validators where it has some."""
    body = json.dumps(document, ensure_ascii=False)
    response = HttpResponse(body, content_type="application/json")
    if fresh is not None:
        return with_validators(response, fresh)
    response["Cache-Control"] = "private, no-cache"
    return response
