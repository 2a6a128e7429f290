"""The table of addresses: which application answers where."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("administration/", admin.site.urls),
]
