"""Addresses of the account pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from gisportal.accounts.views import AccountView, SignInView

app_name = "accounts"
urlpatterns = [
    path("", AccountView.as_view(), name="home"),
    path("connexion/", SignInView.as_view(), name="sign-in"),
    path("deconnexion/", LogoutView.as_view(), name="sign-out"),
]
