"""Accounts: proofs of identity of people and machines, rate limits, and e-mail."""

import os

from django.core.exceptions import ImproperlyConfigured

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, read_provider, secret_variable
from gisportal.settings import environment as env
from gisportal.settings.security import PORTAL_HOSTS

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "gisportal.accounts.lockout.LockoutBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "gisportal.accounts.passwords.validators.LengthValidator"},
    {"NAME": "gisportal.accounts.passwords.validators.GuessablePasswordValidator"},
    {"NAME": "gisportal.accounts.passwords.validators.ContextValidator"},
]
# The first hashes; hashes of the others are renewed at the next sign-in.
PASSWORD_HASHERS = [
    "gisportal.accounts.passwords.validators.PortalArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# How long the links of messages live, in seconds: a reset, an invitation, another e-mail address.
LINK_MAX_AGE_S = {
    "reset": 3_600,
    "invitation": env.number("PORTAL_INVITATION_DAYS", 7) * 86_400,
    "email": 86_400,
}
# Pages of people are django-allauth's views with the portal's templates (ADR 0020); machines never meet them.
ACCOUNT_ADAPTER = "gisportal.accounts.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# Accounts are made by administrators: this only says which names accounts have.
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# The portal counts attempts itself, for every way in: nothing is counted twice.
ACCOUNT_RATE_LIMITS = False
# Seconds that a session may sleep, and live: of people, of who enters the administration.
SESSION_LIMITS_S = {
    "people": (
        env.number("PORTAL_SESSION_IDLE_MINUTES", 720) * 60,
        env.number("PORTAL_SESSION_DAYS", 7) * 86_400,
    ),
    "administrators": (env.number("PORTAL_ADMIN_SESSION_IDLE_MINUTES", 60) * 60, 12 * 3_600),
}
SESSION_ENGINE = "gisportal.accounts.sessions.store"
SESSION_COOKIE_AGE = SESSION_LIMITS_S["people"][1]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "explorer:home"
LOGOUT_REDIRECT_URL = "explorer:home"
# Attempts that are free in an hour: of an account from a network or a known device, of a network, of an account.
# Further ones wait, twice as long each time, up to a quarter of an hour (gisportal.accounts.lockout).
ATTEMPT_LIMITS = {
    "password": {"pair": 8, "network": 100, "account": 80},
    "code": {"pair": 8, "network": 100, "account": 30},
    "reset": {"pair": 4, "network": 40, "account": 8},
    # The password of a share link: who guesses it holds the link.
    "link": {"pair": 4, "network": 40, "account": 20},
}

# Personal tokens: how long they live when nothing is said, and at most, in days.
TOKEN_DEFAULT_DAYS = 365
TOKEN_MAX_DAYS = env.number("PORTAL_TOKEN_MAX_DAYS", 730)
TOKEN_MAX_COUNT = 50
# Requests a minute of a token, an account or, without either, a network; 0: no limit. ``gisportal.protocols`` says
# which counts what. Pages and data are generous: a town hall is one network. What costs much has few.
RATE_LIMITS = {
    "anonymous": env.number("PORTAL_RATE_ANONYMOUS", 2_400),
    "signed-in": env.number("PORTAL_RATE_SIGNED_IN", 3_000),
    "tiles": env.number("PORTAL_RATE_TILES", 20_000),
    "pages": env.number("PORTAL_RATE_PAGES", 6_000),
    "searches": env.number("PORTAL_RATE_SEARCHES", 1_200),
    "exports": env.number("PORTAL_RATE_EXPORTS", 120),
    "prints": env.number("PORTAL_RATE_PRINTS", 240),
    "imports": env.number("PORTAL_RATE_IMPORTS", 300),
    "sign-ins": env.number("PORTAL_RATE_SIGN_INS", 240),
    "wrong-credentials": env.number("PORTAL_RATE_WRONG_CREDENTIALS", 60),
}
# How applications below ask the same limiter: a function of who, a policy, a quota and a window in seconds.
IS_WITHIN_LIMIT = "gisportal.accounts.rate_limits.is_within_limit"
# Where all server processes count them together. Without it each one allows its share: how many they are is told by
# deploy/serve.py; a server that says nothing is one process.
REDIS_URL = env.redis_address("REDIS_URL")
SERVER_PROCESSES = env.number("PORTAL_WORKERS", 1)

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

_PROVIDERS = "PORTAL_IDENTITY_PROVIDERS"


def read_identity_providers(text: str, environ: dict[str, str]) -> list[IdentityProvider]:
    """Read the list from its text, or from the file it names; secrets are in variables of their own.

    Raises:
        ImproperlyConfigured: an entry misses a key or its secret, has a key too many, or a value that cannot be.
    """
    entries = env.json_list(_PROVIDERS, text)
    try:
        providers = [
            read_provider(entry, lambda key: environ.get(secret_variable(key), "")) for entry in entries
        ]
    except ValueError as error:
        raise ImproperlyConfigured(f"{_PROVIDERS}: {error}") from error
    if len({provider.id for provider in providers}) < len(providers):
        raise ImproperlyConfigured(f"{_PROVIDERS} gives the same id twice")
    return providers


IDENTITY_PROVIDERS = read_identity_providers(env.text(_PROVIDERS), dict(os.environ))

SOCIALACCOUNT_ADAPTER = "gisportal.accounts.single_sign_on.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "gisportal.accounts.single_sign_on.provider.PortalProvider"}
}
# Linking and opening accounts is decided by ``single_sign_on.services`` alone: nothing of allauth's own does it.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
# Seconds a provider has to answer each request of the server, and how long what it publishes is remembered.
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
IDENTITY_PROVIDER_MEMORY_SECONDS = 3_600

# Without a server, messages are files of a private folder: a demonstration shows its links there.
_SERVER = env.email_server("PORTAL_EMAIL_URL")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _SERVER["host"]
    else "gisportal.accounts.mail.FolderBackend"
)
EMAIL_HOST, EMAIL_PORT = _SERVER["host"], _SERVER["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SERVER["user"], _SERVER["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _SERVER["starttls"], _SERVER["tls"]
EMAIL_TIMEOUT = 10
EMAIL_FOLDER = env.data_folder() / "mail"
# The sender. Without one: the contact of the portal, else no-reply at its first host.
_HOST = next(iter(PORTAL_HOSTS), "localhost")
DEFAULT_FROM_EMAIL = env.text("PORTAL_EMAIL_FROM") or env.text("PORTAL_CONTACT") or f"no-reply@{_HOST}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
