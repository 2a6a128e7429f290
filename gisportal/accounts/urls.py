"""Addresses of accounts: our own in a namespace, and those that django-allauth looks up by names of its own."""

from django.urls import path
from django.views.generic import RedirectView

from gisportal.accounts import views
from gisportal.accounts.access_summary.views import OwnAccessView
from gisportal.accounts.links import views as links
from gisportal.accounts.passwords import views as passwords
from gisportal.accounts.second_factors import views as second_factors
from gisportal.accounts.sign_in import views as sign_in
from gisportal.accounts.single_sign_on import views as single_sign_on
from gisportal.accounts.view_as.views import EndViewAsView

app_name = "accounts"
urlpatterns = [
    path("", views.AccountView.as_view(), name="home"),
    path("connexion/", sign_in.SignInView.as_view(), name="sign-in"),
    path("deconnexion/", single_sign_on.SignOutView.as_view(), name="sign-out"),
    path("courriel/confirmer/<str:key>/", views.ConfirmEmailView.as_view(), name="confirm-email"),
    path("mot-de-passe/nouveau/", passwords.ChoosePasswordView.as_view(), name="reset-link"),
    path("mot-de-passe/nouveau/<str:key>/", passwords.ChoosePasswordView.as_view(), name="reset-password"),
    path("invitation/", passwords.AcceptInvitationView.as_view(), name="invitation-link"),
    path("invitation/<str:key>/", passwords.AcceptInvitationView.as_view(), name="invitation"),
    path("sessions/fermer/", views.EndOtherSessionsView.as_view(), name="end-other-sessions"),
    path("sessions/<int:pk>/fermer/", views.EndSessionView.as_view(), name="end-session"),
    path("acces/", OwnAccessView.as_view(), name="access"),
    path("lien/<str:token>/", links.OpenLinkView.as_view(), name="open-link"),
    path("lien/<int:pk>/mot-de-passe/", links.LinkPasswordView.as_view(), name="link-password"),
    path("liens/", links.OwnLinksView.as_view(), name="links"),
    path("liens/nouveau/", links.NewLinkView.as_view(), name="new-link"),
    path("liens/retablir/", links.RestoreLinkView.as_view(), name="restore-link"),
    path("liens/<int:pk>/prolonger/", links.RenewLinkView.as_view(), name="renew-link"),
    path("liens/<int:pk>/revoquer/", links.RevokeLinkView.as_view(), name="revoke-link"),
    path("voir-comme/fin/", EndViewAsView.as_view(), name="end-view-as"),
    path("jetons/", views.CreateTokenView.as_view(), name="create-token"),
    path("jetons/<int:pk>/revoquer/", views.RevokeTokenView.as_view(), name="revoke-token"),
]

# No namespace can hold these: ``account_``, ``mfa_``, ``socialaccount_`` and ``openid_connect_`` are allauth's names.
_FACTORS = "double-authentification/"
_PROVIDERS = "connexion-unique/"
allauth_patterns = [
    path("connexion/", sign_in.SignInView.as_view(), name="account_login"),
    path("deconnexion/", single_sign_on.SignOutView.as_view(), name="account_logout"),
    path("ferme/", sign_in.ClosedView.as_view(), name="account_inactive"),
    path("confirmer-identite/", sign_in.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("courriel/", views.EmailView.as_view(), name="account_email"),
    path("mot-de-passe/", passwords.ChangePasswordView.as_view(), name="account_change_password"),
    path("mot-de-passe/aucun/", passwords.NoPasswordView.as_view(), name="account_set_password"),
    path("mot-de-passe/oublie/", passwords.ResetRequestView.as_view(), name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        passwords.ResetRequestDoneView.as_view(),
        name="account_reset_password_done",
    ),
    path(_FACTORS, second_factors.SecondFactorsView.as_view(), name="mfa_index"),
    path(
        f"{_FACTORS}verification/", second_factors.SecondFactorSignInView.as_view(), name="mfa_authenticate"
    ),
    path(
        f"{_FACTORS}confirmation/", second_factors.CodeConfirmationView.as_view(), name="mfa_reauthenticate"
    ),
    path(
        f"{_FACTORS}application/", second_factors.AddAuthenticatorAppView.as_view(), name="mfa_activate_totp"
    ),
    path(
        f"{_FACTORS}application/retrait/",
        second_factors.RemoveAuthenticatorAppView.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(
        f"{_FACTORS}codes-de-secours/",
        second_factors.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{_FACTORS}codes-de-secours/nouveaux/",
        second_factors.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(f"{_FACTORS}cles/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path(f"{_FACTORS}cles/ajout/", second_factors.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        f"{_FACTORS}cles/confirmation/",
        second_factors.PasskeyConfirmationView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(f"{_FACTORS}cles/connexion/", second_factors.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path(
        f"{_FACTORS}cles/<int:pk>/retrait/",
        second_factors.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        f"{_FACTORS}cles/<int:pk>/nom/", second_factors.RenamePasskeyView.as_view(), name="mfa_edit_webauthn"
    ),
    path(_PROVIDERS, single_sign_on.IdentitiesView.as_view(), name="socialaccount_connections"),
    path(f"{_PROVIDERS}fin/", single_sign_on.signed_out, name="single_sign_on_signed_out"),
    path(
        f"{_PROVIDERS}<slug:provider_id>/",
        single_sign_on.ProviderSignInView.as_view(),
        name="openid_connect_login",
    ),
    path(f"{_PROVIDERS}<slug:provider_id>/retour/", single_sign_on.callback, name="openid_connect_callback"),
]
