"""Addresses of the versions of plans, below ``/gestion/plui/`` and ``/urbanisme/documents/``."""

from django.urls import path, re_path

from plui.versions.views import documents, management

management_patterns = [
    path("", management.VersionListView.as_view(), name="list"),
    path("depots/<uuid:key>/", management.UploadView.as_view(), name="upload"),
    path("<int:pk>/", management.VersionView.as_view(), name="version"),
    path("<int:pk>/decision/", management.DecisionView.as_view(), name="decision"),
    path("<int:pk>/acceptation/", management.AcceptanceView.as_view(), name="acceptance"),
    path("<int:pk>/action/", management.ActionView.as_view(), name="action"),
    re_path(
        r"^(?P<pk>[0-9]{1,9})/constats\.(?P<extension>csv|jsonl)$",
        management.FindingsFileView.as_view(),
        name="findings-file",
    ),
]
document_patterns = [
    path("", documents.DocumentsView.as_view(), name="documents"),
    path("versions/<int:pk>/", documents.DocumentVersionView.as_view(), name="document-version"),
    path("versions/<int:pk>/changements/", documents.ComparisonView.as_view(), name="comparison"),
    path("versions/<int:pk>/changements.pdf", documents.ComparisonFileView.as_view(), name="comparison-file"),
    path(
        "versions/<int:pk>/changements/<slug:table>.csv",
        documents.ComparisonTableView.as_view(),
        name="comparison-table",
    ),
]
