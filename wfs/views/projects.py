"""``/connecter/portail.qgs`` and ``/connecter/{layer}.qlr``: what QGIS opens, styled and in groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from layers import access, queries
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of
from wfs.formats.qgis import SOURCES, QgisSource, layer_file, project

_MEDIA_TYPE = "application/x-qgis-project"


class QgisView(View):
    """What a project and a file of one layer share."""

    def source(self) -> QgisSource:
        """Return where QGIS is to read the layers: the service, or the API with ``source=api``.

        Raises:
            UnknownParameter: another parameter.
            InvalidParameter: another source.
        """
        given = single_values(dict(self.request.GET.lists()), known=("source",))
        name = given.get("source", "wfs")
        if name not in SOURCES:
            raise InvalidParameter(
                _("source attend %(names)s ; reçu « %(value)s ».")
                % {"names": _(" ou ").join(SOURCES), "value": name[:40]},
                parameter="source",
            )
        provider, address = SOURCES[name]
        return QgisSource(provider, self.request.build_absolute_uri(reverse(address)))

    def file(self, body: bytes, name: str) -> HttpResponse:
        """Return a file that a person keeps: it holds what this person sees."""
        response = HttpResponse(body, content_type=_MEDIA_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class ProjectView(QgisView):
    """Every layer that the person sees, in groups by theme."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the project."""
        source, scopes = self.source(), access.visible(visitor_of(request))
        return self.file(project(scopes, source, queries.extents(scopes)), "portail.qgs")


class LayerFileView(QgisView):
    """One layer: a hidden one is absent."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Send the layer file."""
        source, scope = self.source(), access.scope(visitor_of(request), layer)
        return self.file(layer_file(scope, source), f"{scope.slug}.qlr")
