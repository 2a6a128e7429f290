"""Cookies: their names and flags. Behind TLS each is bound to its host (``__Host-``, RFC 6265bis §4.1.3.2)."""

from gisportal.settings import environment as env

_IS_SECURE = not (env.flag("PORTAL_DEBUG") or env.flag("PORTAL_DEMO"))
# Browsers keep such a name only with Secure, Path=/ and no Domain: neither plain HTTP nor a sister host writes one.
_PREFIX = "__Host-" if _IS_SECURE else ""

SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}django_language"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
MESSAGE_COOKIE_NAME = f"{_PREFIX}messages"
MESSAGE_STORAGE = "gisportal.message_storage.HostMessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _IS_SECURE
# No script of the portal reads a cookie.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
