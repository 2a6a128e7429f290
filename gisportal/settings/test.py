"""Settings of the tests: the same portal, with cheap passwords and files in a folder of its own."""

import sys
import tempfile
from importlib.abc import MetaPathFinder
from pathlib import Path

from gisportal.settings.base import *  # noqa: F403  (a test run is the base settings and a few differences)
from gisportal.settings.base import CACHES, DATABASES, PAGE_PARTS, RATE_LIMITS


class _NotInstalled(MetaPathFinder):
    """Finds no pandas: a portal is installed without, and pyogrio would load it into every process of the tests."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        """Refuse the import of what a portal does not have."""
        if fullname in {"pandas", "geopandas"}:
            raise ModuleNotFoundError(name=fullname)


sys.meta_path.insert(0, _NotInstalled())
SECRET_KEY = "only-for-tests-" + "0" * 40
PORTAL_DEMO = True
PORTAL_HOSTS = ["localhost", "127.0.0.1", "testserver"]
# Servers of tests add their own port: ``tests.conftest``.
PORTAL_AUTHORITIES = [*PORTAL_HOSTS, "localhost:8000", "127.0.0.1:8000"]
PORTAL_ADDRESS = "http://testserver"
ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1", "testserver"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "sessionid", "csrftoken", "django_language"
DEVICE_COOKIE_NAME, MESSAGE_COOKIE_NAME, LINK_COOKIE_NAME = "device", "messages", "link"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Threads of the live server and the test share one connection: no pool.
DATABASES["default"]["OPTIONS"].pop("pool", None)
# A test database is not worth waiting for the disk at each commit, and a busy machine copies it slowly.
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    [
        DATABASES["default"]["OPTIONS"].get("options", ""),
        "-c synchronous_commit=off -c statement_timeout=300s",
    ]
).strip()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Those of the counters turn them on, and write when they say.
USAGE_COUNTERS, USAGE_WRITE_SECONDS = False, 0
# Nobody works for the tests; those of probes say what they expect.
READY_HEARTBEAT_S = 0
MEDIA_ROOT = Path(tempfile.gettempdir()) / "gisportal-test-media"
# Many tests ask more in a minute than anybody should; those of throttling set limits of their own.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
# A change that is rolled back gives its number again: those of the cache of tiles turn it on.
CACHES = {**CACHES, "tiles": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
# What waits is counted by thirty statements for each page of who manages: tests of the number turn it on.
PAGE_PARTS = {**PAGE_PARTS, "waiting-count": ()}
# Tests read what they just wrote; those of former answers allow them.
STALE_S = 0
EXPORT_FOLDER = Path(tempfile.gettempdir()) / "gisportal-test-exports"
DASHBOARD_FOLDER = Path(tempfile.gettempdir()) / "gisportal-test-dashboards"
BODY_FOLDER = Path(tempfile.gettempdir()) / "gisportal-test-bodies"
PREPARED_FOLDER = Path(tempfile.gettempdir()) / "gisportal-test-prepared"
