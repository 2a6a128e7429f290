"""Addresses of the former portal, each with and without its last slash."""

from django.urls import re_path

from harvesting.explore import views

_DATASET = r"(?P<dataset>[^/]{1,255})"
app_name = "explore"
urlpatterns = [
    re_path(
        r"^api/explore/v2\.1/catalog/exports/dcat/?$", views.CatalogueExportView.as_view(), name="catalogue"
    ),
    re_path(
        rf"^api/explore/v2\.1/catalog/datasets/{_DATASET}/exports/(?P<form>[^/]{{1,40}})/?$",
        views.DatasetExportView.as_view(),
        name="export",
    ),
    re_path(
        rf"^api/v2/catalog/datasets/{_DATASET}/attachments/(?P<name>[^/]{{1,255}})/?$",
        views.AttachmentView.as_view(),
        name="attachment",
    ),
    re_path(
        rf"^explore/dataset/{_DATASET}/?(?:(?:information|table|map|export|api)/?)?$",
        views.DatasetPageView.as_view(),
        name="dataset",
    ),
]
