"""How people and their machines prove who they are, how many wrong passwords are too many, and how often to ask."""

from gisportal.settings import environment as env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "gisportal.accounts.lockout.LockoutBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "gisportal.accounts.passwords.validators.LengthValidator"},
    {"NAME": "gisportal.accounts.passwords.validators.KnownPasswordValidator"},
    {"NAME": "gisportal.accounts.passwords.validators.ContextValidator"},
]
# The first hashes; hashes of the others are renewed at the next sign-in.
PASSWORD_HASHERS = [
    "gisportal.accounts.passwords.hashers.PortalArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# How long the links of messages live, in seconds: a reset, an invitation, another e-mail address.
LINK_MAX_AGE_S = {
    "reset": 3_600,
    "invitation": env.number("PORTAL_INVITATION_DAYS", 7) * 86_400,
    "email": 86_400,
}
# Pages of people are django-allauth's views with the portal's templates (ADR 0020); machines never meet them.
ACCOUNT_ADAPTER = "gisportal.accounts.adapters.AccountAdapter"
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
SESSION_COOKIE_AGE = SESSION_LIMITS_S["people"][1]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "explorer:home"
LOGOUT_REDIRECT_URL = "explorer:home"
# Attempts that are free in an hour: of an account from a network or a known device, of a network, of an account.
# Further ones wait, twice as long each time, up to a quarter of an hour (gisportal.accounts.attempts).
ATTEMPT_LIMITS = {
    "password": {"pair": 8, "network": 100, "account": 80},
    "code": {"pair": 8, "network": 100, "account": 30},
    "reset": {"pair": 4, "network": 40, "account": 8},
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
    "imports": env.number("PORTAL_RATE_IMPORTS", 60),
    "sign-ins": env.number("PORTAL_RATE_SIGN_INS", 240),
    "wrong-credentials": env.number("PORTAL_RATE_WRONG_CREDENTIALS", 60),
}
# How applications below ask the same limiter: a function of who, a policy, a quota and a window in seconds.
IS_WITHIN_LIMIT = "gisportal.accounts.throttling.is_within_limit"
# Where all server processes count them together. Without it each one allows its share: how many they are is told by
# deploy/serve.py; a server that says nothing is one process.
REDIS_URL = env.redis_address("REDIS_URL")
SERVER_PROCESSES = env.number("PORTAL_WORKERS", 1)
