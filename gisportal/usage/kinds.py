"""Which view is which use of the portal: a row a view, found by its name. What is not in the table is not counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from usage.vocabulary import UseKind

# Layers of one map, or of one question, that are counted: an address may name hundreds.
MAX_LAYERS = 12
_SHOWN = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_SENT = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})
Names = Callable[[HttpRequest, ResolverMatch], Iterable[str]]


def _layer_of_address(_request: HttpRequest, match: ResolverMatch) -> Iterable[str]:
    return (str(match.kwargs.get("layer") or match.kwargs.get("slug") or ""),)


def _layers_of_map(request: HttpRequest, _match: ResolverMatch) -> Iterable[str]:
    """Return the layers that a map has on; none: the map alone."""
    return dict.fromkeys(name for name in request.GET.getlist("couches") if name) or ("",)


def _layers_of_wfs(request: HttpRequest, match: ResolverMatch) -> Iterable[str]:
    """Return the feature types of a question in the address, whatever the case of its name; none: the service."""
    if "layer" in match.kwargs:
        return (str(match.kwargs["layer"]),)
    asked = next(
        (text for name, text in request.GET.items() if name.lower() in {"typenames", "typename"}), ""
    )
    names = (part.strip().rpartition(":")[2].removeprefix("_") for part in str(asked)[:2_000].split(","))
    return dict.fromkeys(name for name in names if name) or ("",)


@dataclass(frozen=True, slots=True)
class Counted:
    """How requests of a view are counted: as what, and of which layers; of a dashboard when ``is_dashboard``."""

    kind: UseKind
    layers: Names = _layer_of_address
    is_dashboard: bool = False

    def is_met(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Whether an answer is a use: a page shown (its reader's own copy too), a file begun, a call answered.

        A part of a page (htmx) is no page, a draft or a version is no opening, and what the portal's own scripts ask of
        the API is counted with their page.
        """
        if self.kind is UseKind.DOWNLOAD:
            return response.status_code in _SENT and _is_beginning(response)
        if response.status_code not in _SHOWN or "HTTP_HX_REQUEST" in request.META:
            return False
        if self.kind is UseKind.CALL:
            return not _is_own_script(request)
        return "version" not in request.GET

    def form(self, match: ResolverMatch) -> str:
        """Return the format of a file; empty for the rest."""
        if self.kind is not UseKind.DOWNLOAD:
            return ""
        return str(match.kwargs.get("form") or match.kwargs.get("kind") or "")[:20].lower()


def _is_beginning(response: HttpResponseBase) -> bool:
    """Whether a file is sent from its first byte: desktop tools read one by hundreds of parts."""
    return response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")


def _is_own_script(request: HttpRequest) -> bool:
    """Whether a page of the portal asks by script (Fetch Metadata): it is counted as a page."""
    asked = request.META
    return (
        asked.get("HTTP_SEC_FETCH_SITE") == "same-origin" and asked.get("HTTP_SEC_FETCH_MODE") != "navigate"
    )


_PAGE = Counted(UseKind.CONSULTATION)
_MAP = Counted(UseKind.CONSULTATION, _layers_of_map)
_FILE = Counted(UseKind.DOWNLOAD)
_CALL = Counted(UseKind.CALL)
_WFS = Counted(UseKind.CALL, _layers_of_wfs)
_DASHBOARD = Counted(UseKind.DASHBOARD, is_dashboard=True)
_COLLECTION = (
    "collection",
    "queryables",
    "sortables",
    "schema",
    "encoding",
    "aggregate",
    "search",
    "items",
    "item",
)
COUNTED = {
    "explorer:layer": _PAGE,
    "explorer:feature": _PAGE,
    "explorer:map": _MAP,
    "exports:file": _FILE,
    "datasets:export": _FILE,
    "dashboards:download": Counted(UseKind.DOWNLOAD, is_dashboard=True),
    "dashboards:dashboard": _DASHBOARD,
    "dashboards:embed": _DASHBOARD,
    "dashboards:hall": _DASHBOARD,
    "ogc:landing": _CALL,
    "ogc:conformance": _CALL,
    "ogc:openapi": _CALL,
    "ogc:collections": _CALL,
    **{f"ogc:{name}": _CALL for name in _COLLECTION},
    "wfs:service": _WFS,
    "wfs:layer": _WFS,
}
