"""Addresses of second factors, under the names that django-allauth looks up."""

from django.urls import path
from django.views.generic import RedirectView

from gisportal.accounts.second_factors import views

urlpatterns = [
    path("", views.SecondFactorsView.as_view(), name="mfa_index"),
    path("verification/", views.SecondFactorSignInView.as_view(), name="mfa_authenticate"),
    path("confirmation/", views.CodeConfirmationView.as_view(), name="mfa_reauthenticate"),
    path("application/", views.AddAuthenticatorAppView.as_view(), name="mfa_activate_totp"),
    path("application/retrait/", views.RemoveAuthenticatorAppView.as_view(), name="mfa_deactivate_totp"),
    path("codes-de-secours/", views.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/nouveaux/", views.NewRecoveryCodesView.as_view(), name="mfa_generate_recovery_codes"
    ),
    path("cles/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("cles/ajout/", views.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("cles/confirmation/", views.PasskeyConfirmationView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("cles/connexion/", views.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("cles/<int:pk>/retrait/", views.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("cles/<int:pk>/nom/", views.RenamePasskeyView.as_view(), name="mfa_edit_webauthn"),
]
