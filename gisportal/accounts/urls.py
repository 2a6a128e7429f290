"""Addresses of the account pages."""

from django.urls import path

from gisportal.accounts.passwords.views import AcceptInvitationView, ChoosePasswordView
from gisportal.accounts.sign_in.views import SignInView
from gisportal.accounts.single_sign_on.views import SignOutView
from gisportal.accounts.views import (
    AccountView,
    ConfirmEmailView,
    CreateTokenView,
    EndOtherSessionsView,
    EndSessionView,
    RevokeTokenView,
)

app_name = "accounts"
urlpatterns = [
    path("", AccountView.as_view(), name="home"),
    path("connexion/", SignInView.as_view(), name="sign-in"),
    path("deconnexion/", SignOutView.as_view(), name="sign-out"),
    path("courriel/confirmer/<str:key>/", ConfirmEmailView.as_view(), name="confirm-email"),
    path("mot-de-passe/nouveau/", ChoosePasswordView.as_view(), name="reset-link"),
    path("mot-de-passe/nouveau/<str:key>/", ChoosePasswordView.as_view(), name="reset-password"),
    path("invitation/", AcceptInvitationView.as_view(), name="invitation-link"),
    path("invitation/<str:key>/", AcceptInvitationView.as_view(), name="invitation"),
    path("sessions/fermer/", EndOtherSessionsView.as_view(), name="end-other-sessions"),
    path("sessions/<int:pk>/fermer/", EndSessionView.as_view(), name="end-session"),
    path("jetons/", CreateTokenView.as_view(), name="create-token"),
    path("jetons/<int:pk>/revoquer/", RevokeTokenView.as_view(), name="revoke-token"),
]
