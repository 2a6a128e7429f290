"""The JSON Schema of documents, for everybody, and the document of a dashboard, for who may change it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from dashboards import access
from dashboards.documents.schema import build_schema
from dashboards.filters.parsing import version_number
from dashboards.registry import PANEL_KINDS
from dashboards.services.exchange import export_dashboard
from dashboards.services.versions import readable_version, version_of
from interface.http.media_types import SCHEMA
from interface.http.resources import Resource
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of

YAML = "application/yaml"  # RFC 9512


class DocumentSchemaView(Resource):
    """``/tableaux-de-bord/schema.json``: what a document may say, in the language of who asks."""

    offered = (SCHEMA,)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the schema."""
        self.check_parameters()
        schema = build_schema(PANEL_KINDS.values(), address=self.reverse("dashboards:schema"))
        response = self.document(schema, SCHEMA, is_private=False)
        patch_vary_headers(response, ["Accept-Language"])
        return response


class DashboardDocumentView(View):
    """``/tableaux-de-bord/{slug}/document.yaml``: what ``import_dashboard`` reads; ``version`` names another one."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Answer with the document as a file."""
        given = single_values(parameters_of(request), known=("version",))
        visitor = visitor_of(request)
        found = access.one(visitor, dashboard)
        version = (
            version_of(found, version_number(given["version"]))
            if "version" in given
            else readable_version(found, visitor)
        )
        schema = request.build_absolute_uri(reverse("dashboards:schema"))
        text = export_dashboard(dashboard=found, visitor=visitor, version=version, schema=schema)
        response = HttpResponse(text, content_type=f"{YAML}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{found.slug}.yaml"'
        response["Cache-Control"] = "private, no-store"
        return response
