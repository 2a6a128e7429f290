"""Addresses of single sign-on, under the names that django-allauth looks up."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
