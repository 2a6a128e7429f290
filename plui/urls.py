"""Addresses of the plan: its versions for who loads them, and its documents with their written pieces."""

from django.urls import include, path

from plui.loading.views import PieceView
from plui.versions.urls import document_patterns, management_patterns
from plui.versions.views.documents import PackageView

app_name = "plui"
urlpatterns = [
    path("gestion/plui/", include(management_patterns)),
    path("urbanisme/documents/", include(document_patterns)),
    path("urbanisme/documents/<str:idurba>/paquet.zip", PackageView.as_view(), name="package"),
    path("urbanisme/documents/<str:idurba>/<path:name>", PieceView.as_view(), name="piece"),
]
