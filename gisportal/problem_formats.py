"""The forms of a refusal: problem+json (RFC 9457) or a report of WFS for machines, a French page for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from gisportal.recovery_links import recovery_links
from interface.http.media_types import JSON_PROBLEM
from layers.errors import LayersError
from wfs.errors import code_of
from wfs.formats.exceptions import MEDIA_TYPE, exception_report
from wfs.views import version_of


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: ``title`` says its kind, ``detail`` what happened, ``parameter`` the culprit when there is one.

    ``kind`` is the fault of the kernel that it comes from, if any: a protocol may have a code for it.
    """

    status: HTTPStatus
    title: str
    detail: str = ""
    parameter: str = ""
    kind: type[LayersError] = LayersError


Renderer = Callable[[HttpRequest, Problem], HttpResponse]
# Statuses whose page has its own words.
_PAGES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
# Whose page is the same everywhere: there is nothing to mend in the address.
_OVERLOADED = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
}


def problem_json(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as ``application/problem+json``, with ``parameter`` beside the members of RFC 9457, 3.1."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status.value,
        "detail": problem.detail,
    }
    if problem.parameter:
        document["parameter"] = problem.parameter
    body = json.dumps(document, ensure_ascii=False)
    return HttpResponse(body, content_type=JSON_PROBLEM, status=problem.status)


def problem_report(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as the report of an exception, in the form of the version of WFS that was asked."""
    body = exception_report(
        version_of(request),
        code=code_of(problem.kind),
        locator=problem.parameter,
        text=problem.detail or problem.title,
        language=get_language() or "",
    )
    return HttpResponse(body, content_type=MEDIA_TYPE, status=problem.status)


def problem_page(request: HttpRequest, problem: Problem, *, is_machine: bool = False) -> HttpResponse:
    """Return a refusal as a page; that of a machine protocol leads back to what its address is about."""
    context = {
        "title": problem.title,
        "detail": problem.detail,
        "status": problem.status.value,
        "parameter": problem.parameter,
        "ways": recovery_links(request, problem.parameter),
    }
    return render(request, _template(problem.status, is_machine=is_machine), context, status=problem.status)


def _template(status: HTTPStatus, *, is_machine: bool) -> str:
    if is_machine and status not in _OVERLOADED:
        return "problem_of_api.html"
    return f"{status.value}.html" if status in _PAGES else "problem.html"
