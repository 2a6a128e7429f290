"""Addresses of the plan: written pieces of its documents; included under ``/urbanisme/``."""

from django.urls import path

from plui.loading.views import PieceView

app_name = "plui"
urlpatterns = [
    path("documents/<str:idurba>/<path:name>", PieceView.as_view(), name="piece"),
]
