"""Addresses of the acts of easements; included under ``/urbanisme/servitudes/``."""

from django.urls import path

from planning.easements import views

app_name = "easements"
urlpatterns = [path("actes/<int:pk>/<path:name>", views.ActView.as_view(), name="act")]
