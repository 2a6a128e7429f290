"""Addresses of sign-in, under the names that django-allauth looks up: no namespace can hold them."""

from django.urls import path

from gisportal.accounts.passwords import views as passwords
from gisportal.accounts.sign_in.views import ClosedView, ReauthenticateView, SignInView
from gisportal.accounts.single_sign_on.views import SignOutView
from gisportal.accounts.views import EmailView

urlpatterns = [
    path("connexion/", SignInView.as_view(), name="account_login"),
    path("deconnexion/", SignOutView.as_view(), name="account_logout"),
    path("ferme/", ClosedView.as_view(), name="account_inactive"),
    path("confirmer-identite/", ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("courriel/", EmailView.as_view(), name="account_email"),
    path("mot-de-passe/", passwords.ChangePasswordView.as_view(), name="account_change_password"),
    path("mot-de-passe/aucun/", passwords.NoPasswordView.as_view(), name="account_set_password"),
    path("mot-de-passe/oublie/", passwords.ResetRequestView.as_view(), name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        passwords.ResetRequestDoneView.as_view(),
        name="account_reset_password_done",
    ),
]
