"""Addresses of second factors, under the names that django-allauth looks up."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.mfa.urls"))]
