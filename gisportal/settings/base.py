"""Settings of the portal. Everything that changes from one place to another comes from the environment."""

from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from gisportal.settings import environment as env
from gisportal.settings.accounts import *  # noqa: F403  (a subject of its own, same namespace)
from gisportal.settings.database import *  # noqa: F403  (same)
from gisportal.settings.jobs import *  # noqa: F403  (same)
from gisportal.settings.logs import *  # noqa: F403  (same)
from gisportal.settings.maps import *  # noqa: F403  (same)
from gisportal.settings.maps import TILE_CACHE
from gisportal.settings.pages import *  # noqa: F403  (same)
from gisportal.settings.security import *  # noqa: F403  (same)

# Django's generic classes take their parameter at run time too: ``ModelForm[Layer]``.
django_stubs_ext.monkeypatch()

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_folder()

DEBUG = env.flag("PORTAL_DEBUG")
# A demonstration runs on loopback over plain HTTP; everything else must be behind TLS.
PORTAL_DEMO = env.flag("PORTAL_DEMO")
SECRET_KEY = env.text("PORTAL_SECRET_KEY")
# The address people write to about the portal itself, on the accessibility statement.
PORTAL_CONTACT = env.text("PORTAL_CONTACT")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "management.apps.ManagementConfig",
    "gisportal.apps.GisportalConfig",
    "gisportal.accounts.apps.AccountsConfig",
    "gisportal.journal.apps.JournalConfig",
    "planning.apps.PlanningConfig",
    "explorer.apps.ExplorerConfig",
    "dashboards.apps.DashboardsConfig",
    "ogc.apps.OgcConfig",
    "harvesting.apps.HarvestingConfig",
    "wfs.apps.WfsConfig",
    "exports.apps.ExportsConfig",
    "connect.apps.ConnectConfig",
    "tiles.apps.TilesConfig",
    "amenities.apps.AmenitiesConfig",
    "heritage.apps.HeritageConfig",
    "plui.apps.PluiConfig",
    "plans.apps.PlansConfig",
    "fleet.apps.FleetConfig",
    "roadworks.apps.RoadworksConfig",
    "usage.apps.UsageConfig",
    "reference_data.apps.ReferenceDataConfig",
    "cartography.apps.CartographyConfig",
    "webforms.apps.WebformsConfig",
    "datasets.apps.DatasetsConfig",
    "reuses.apps.ReusesConfig",
    "moderation.apps.ModerationConfig",
    "publication.apps.PublicationConfig",
    "metadata.apps.MetadataConfig",
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
    "pgtrigger",
    "gisportal.apps.QueueConfig",
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
    "gisportal.portals.HostMiddleware",
    "gisportal.middleware.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gisportal.middleware.HeadersMiddleware",
    "compression_middleware.middleware.CompressionMiddleware",
    "gisportal.middleware.PolicyMiddleware",
    "gisportal.middleware.NoBodyMiddleware",
    "gisportal.middleware.CrossOriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gisportal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gisportal.bounds.middleware.BoundsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gisportal.accounts.sessions.middleware.SessionAccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gisportal.middleware.ErrorMiddleware",
    "gisportal.journal.middleware.JournalMiddleware",
    "gisportal.short_road.answer_records.AnswerRecordMiddleware",
    "gisportal.portals.PortalMiddleware",
    "gisportal.accounts.sessions.middleware.SessionLimitMiddleware",
    "gisportal.accounts.middleware.VisitorMiddleware",
    "gisportal.accounts.second_factors.middleware.SecondFactorMiddleware",
    "gisportal.accounts.sessions.middleware.SessionRotationMiddleware",
    "gisportal.accounts.rate_limits.ThrottleMiddleware",
    "gisportal.large_bodies.RefusedBodyMiddleware",
    "gisportal.usage_counters.UsageMiddleware",
    "gisportal.recent_pages.services.RecentPageMiddleware",
    "gisportal.query_limits.QueryBudgetMiddleware",
    "gisportal.middleware.HistoryMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gisportal.accounts.lockout.LockoutMiddleware",
    "gisportal.page_cache.middleware.PageCacheMiddleware",
]

ROOT_URLCONF = "gisportal.urls"
CSRF_FAILURE_VIEW = "gisportal.problems.expired_form"
WSGI_APPLICATION = "gisportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["interface.template_loader.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gisportal.portals.portal",
                "gisportal.navigation.navigation",
                "gisportal.accounts.middleware.sign_in_context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # HTTP Basic pairs accepted and refused (gisportal.accounts.credentials): they never leave the process, and however
    # many are refused, the accepted ones stay.
    "credentials": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "credentials"},
    "refused-credentials": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "refused",
    },
    "tiles": TILE_CACHE,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["interface.formats"]
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = True

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("PORTAL_STATIC", DATA_DIR / "static")
# 9 takes a seventh of the time of 11, for a tenth more bytes.
BROTLI_QUALITY = int(env.choice("PORTAL_BROTLI", tuple(map(str, range(12)))) or 11)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gisportal.static_files.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "gisportal.static_files.ModuleStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
BASEMAP_CACHE = DATA_DIR / "basemaps"
MEDIA_ROOT = env.folder("PORTAL_MEDIA", DATA_DIR / "media")

SECURE_SSL_REDIRECT = not env.is_plain_http()
# What monitoring asks of the server itself, by its address: whatever the host, in clear, without account nor limit.
PROBE_PATHS = ("/healthz", "/readyz")
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in PROBE_PATHS]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REST_FRAMEWORK: dict[str, Any] = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "COERCE_DECIMAL_TO_STRING": False,
}
