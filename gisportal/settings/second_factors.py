"""Second factors: which ones, of whom they are required, and until when one may do without."""

from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

MFA_ADAPTER = "gisportal.accounts.second_factors.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "gisportal.accounts.second_factors.forms.SignInCodeForm",
    "reauthenticate": "gisportal.accounts.second_factors.forms.ConfirmationCodeForm",
    "activate_totp": "gisportal.accounts.second_factors.forms.AuthenticatorAppForm",
    "add_webauthn": "gisportal.accounts.second_factors.forms.PasskeyForm",
    "authenticate_webauthn": "gisportal.accounts.second_factors.forms.SecondPasskeyForm",
    "reauthenticate_webauthn": "gisportal.accounts.second_factors.forms.PasskeyConfirmationForm",
    "login_webauthn": "gisportal.accounts.second_factors.forms.PasskeySignInForm",
    "edit_webauthn": "gisportal.accounts.second_factors.forms.PasskeyNameForm",
}
# A passkey that checks its owner (fingerprint, PIN) is two factors: it signs in by itself.
MFA_PASSKEY_LOGIN_ENABLED = True
# A code of the 30 seconds before or after is accepted (RFC 6238 §5.2): phones are not on time.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = ""
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Accounts are made by administrators: no one can open one with somebody else's address and bar its owner.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The portal counts codes itself: ``ATTEMPT_LIMITS``.
MFA_RATE_LIMITS = False

# Of whom a second factor is required: ``administrators`` (superusers, and staff, who enter the administration),
# ``everyone`` or ``nobody``.
SECOND_FACTOR_REQUIRED = env.text("PORTAL_SECOND_FACTOR_REQUIRED", "administrators")
if SECOND_FACTOR_REQUIRED not in {"administrators", "everyone", "nobody"}:
    raise ImproperlyConfigured(
        "PORTAL_SECOND_FACTOR_REQUIRED must be administrators, everyone or nobody, "
        f"not {SECOND_FACTOR_REQUIRED!r}"
    )
# Whether those keep their rights without one, under a banner that says so: so in a demonstration, whose reader would
# have to install an application before the first page of the administration.
SECOND_FACTOR_GRACE = env.flag("PORTAL_SECOND_FACTOR_GRACE", default=env.flag("PORTAL_DEMO"))
