"""The answer that gives a stand-alone map: shut in, for it holds scripts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.http import HttpResponse

from export_formats.services import export_sent
from interface.standalone.document import StandaloneMap
from layers.access import Scope

# The file runs its scripts in an origin of its own: it reads no cookie, calls no address of the portal with them.
_SANDBOX = "sandbox allow-scripts"
_EMBEDDING = "frame-ancestors 'self'"


Questions = Mapping[str, Mapping[str, Sequence[str]]]


def file_response(found: StandaloneMap, questions: Questions) -> HttpResponse:
    """Return the answer that gives a file; who takes features of a layer is told to who listens to ``export_sent``.

    ``questions`` are what was asked of each of the layers that it holds features of, by slug.
    """
    tell_taken(found.taken, "html", questions)
    response = HttpResponse(found.content, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.name}"'
    response["Content-Security-Policy"] = f"{found.policy}; {_EMBEDDING}; {_SANDBOX}"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def tell_taken(taken: Iterable[tuple[Scope, int]], extension: str, questions: Questions) -> None:
    """Tell who listens to ``export_sent`` that features of some layers were taken, and how many of each."""
    for scope, rows in taken:
        asked = {name: list(values) for name, values in questions[scope.slug].items()}
        export_sent.send(sender=StandaloneMap, scope=scope, extension=extension, rows=rows, question=asked)
