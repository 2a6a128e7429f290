"""Settings of the portal. Everything that changes from one place to another comes from the environment."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from gisportal.settings import environment as env
from gisportal.settings import tiles
from gisportal.settings.backdrop import *  # noqa: F403  (a subject of its own, same namespace)
from gisportal.settings.basemaps import *  # noqa: F403  (same)
from gisportal.settings.charts import *  # noqa: F403  (same)
from gisportal.settings.cookies import *  # noqa: F403  (same)
from gisportal.settings.dashboards import *  # noqa: F403  (same)
from gisportal.settings.database import *  # noqa: F403  (same)
from gisportal.settings.directions import *  # noqa: F403  (same)
from gisportal.settings.email import *  # noqa: F403  (same)
from gisportal.settings.exports import *  # noqa: F403  (same)
from gisportal.settings.geocoding import *  # noqa: F403  (a subject of its own, same namespace)
from gisportal.settings.hosts import *  # noqa: F403  (same)
from gisportal.settings.jobs import *  # noqa: F403  (same)
from gisportal.settings.layers import *  # noqa: F403  (same)
from gisportal.settings.logs import *  # noqa: F403  (same)
from gisportal.settings.page_parts import *  # noqa: F403  (same)
from gisportal.settings.proxies import *  # noqa: F403  (same)
from gisportal.settings.rasters import *  # noqa: F403  (same)
from gisportal.settings.sandbox import *  # noqa: F403  (same)
from gisportal.settings.second_factors import *  # noqa: F403  (same)
from gisportal.settings.security import *  # noqa: F403  (same)
from gisportal.settings.server import *  # noqa: F403  (same)
from gisportal.settings.sign_in import *  # noqa: F403  (same)
from gisportal.settings.single_sign_on import *  # noqa: F403  (same)
from gisportal.settings.tiles import *  # noqa: F403  (same)
from gisportal.settings.usage import *  # noqa: F403  (same)

# Django's generic classes take their parameter at run time too: ``ModelForm[Layer]``.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.folder("PORTAL_DATA", BASE_DIR / ".data")

DEBUG = env.flag("PORTAL_DEBUG")
# A demonstration runs on loopback over plain HTTP; everything else must be behind TLS.
PORTAL_DEMO = env.flag("PORTAL_DEMO")
SECRET_KEY = env.text("PORTAL_SECRET_KEY")
# The address people write to about the portal itself, on the accessibility statement.
PORTAL_CONTACT = env.text("PORTAL_CONTACT")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "gisportal.apps.GisportalConfig",
    "gisportal.accounts.apps.AccountsConfig",
    "gisportal.journal.apps.JournalConfig",
    "explorer.apps.ExplorerConfig",
    "dashboards.apps.DashboardsConfig",
    "ogc.apps.OgcConfig",
    "wfs.apps.WfsConfig",
    "exports.apps.ExportsConfig",
    "connect.apps.ConnectConfig",
    "tiles.apps.TilesConfig",
    "amenities.apps.AmenitiesConfig",
    "heritage.apps.HeritageConfig",
    "plui.apps.PluiConfig",
    "plans.apps.PlansConfig",
    "fleet.apps.FleetConfig",
    "usage.apps.UsageConfig",
    "cartography.apps.CartographyConfig",
    "datasets.apps.DatasetsConfig",
    "administration.apps.LayersAdministrationConfig",
    "interface.apps.InterfaceConfig",
    "layers.apps.LayersConfig",
    "gisportal.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "rest_framework_gis",
    "pgtrigger",
    "procrastinate.contrib.django",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "gisportal.proxies.TrustedProxyMiddleware",
    "gisportal.portals.middleware.HostMiddleware",
    "gisportal.plain_http.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gisportal.headers.HeadersMiddleware",
    "compression_middleware.middleware.CompressionMiddleware",
    "gisportal.headers.PolicyMiddleware",
    "gisportal.middleware.NoBodyMiddleware",
    "gisportal.middleware.CrossOriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gisportal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gisportal.bounds.middleware.BoundsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gisportal.middleware.ErrorMiddleware",
    "gisportal.journal.middleware.JournalMiddleware",
    "gisportal.portals.middleware.PortalMiddleware",
    "gisportal.accounts.sessions.middleware.SessionLimitMiddleware",
    "gisportal.accounts.middleware.VisitorMiddleware",
    "gisportal.accounts.second_factors.middleware.SecondFactorMiddleware",
    "gisportal.accounts.sessions.middleware.SessionRotationMiddleware",
    "gisportal.accounts.throttling.ThrottleMiddleware",
    "gisportal.large_bodies.RefusedBodyMiddleware",
    "gisportal.usage.middleware.UsageMiddleware",
    "gisportal.workload.WorkloadMiddleware",
    "gisportal.history.HistoryMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gisportal.accounts.lockout.LockoutMiddleware",
]

ROOT_URLCONF = "gisportal.urls"
CSRF_FAILURE_VIEW = "gisportal.views.expired_form"
WSGI_APPLICATION = "gisportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gisportal.portals.context.portal",
                "gisportal.navigation.navigation",
                "gisportal.accounts.context.sign_in_context",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # HTTP Basic pairs accepted and refused, see gisportal.accounts.basic: they never leave the process, and however
    # many are refused, the accepted ones stay.
    "credentials": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "credentials"},
    "refused-credentials": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "refused",
    },
    "tiles": tiles.TILE_CACHE,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = True

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("PORTAL_STATIC", DATA_DIR / "static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gisportal.npm.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "gisportal.static_storage.ModuleStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
BASEMAP_CACHE = DATA_DIR / "basemaps"
MEDIA_ROOT = env.folder("PORTAL_MEDIA", DATA_DIR / "media")

SECURE_SSL_REDIRECT = not (DEBUG or PORTAL_DEMO)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # probes ask the server itself, inside
SECURE_HSTS_SECONDS = 0 if DEBUG or PORTAL_DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not (DEBUG or PORTAL_DEMO)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REST_FRAMEWORK: dict[str, Any] = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "COERCE_DECIMAL_TO_STRING": False,
}
