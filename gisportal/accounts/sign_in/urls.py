"""Addresses of sign-in, under the names that django-allauth looks up: no namespace can hold them."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from gisportal.accounts.sign_in.views import SignInView

urlpatterns = [
    path("connexion/", SignInView.as_view(), name="account_login"),
    path("deconnexion/", LogoutView.as_view(), name="account_logout"),
]
