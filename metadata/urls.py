"""Addresses of the metadata of layers."""

from django.urls import path

from metadata.attachments.views import AttachmentView
from metadata.editing.views import MetadataView, NewAttachmentView, RemoveAttachmentView
from metadata.sitemap import SitemapView

app_name = "metadata"
urlpatterns = [
    path("sitemap.xml", SitemapView.as_view(), name="sitemap"),
    path("catalogue/<slug:layer>/metadonnees/", MetadataView.as_view(), name="edit"),
    path("catalogue/<slug:layer>/metadonnees/pieces/", NewAttachmentView.as_view(), name="add-attachment"),
    path(
        "catalogue/<slug:layer>/metadonnees/pieces/<int:pk>/retirer/",
        RemoveAttachmentView.as_view(),
        name="remove-attachment",
    ),
    path("catalogue/<slug:layer>/pieces/<int:pk>/<str:name>", AttachmentView.as_view(), name="attachment"),
]
