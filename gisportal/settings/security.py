"""Hosts and proxies, HTTPS, cookies, what pages may load, and the sizes of bodies."""

from collections.abc import MutableMapping

import csp.constants as csp
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

# Still believed but not used any more: see docs/operations.md.
SECRET_KEY_FALLBACKS = env.words("PORTAL_SECRET_KEY_FALLBACKS")
# An e-mail or web address, and where the rules for telling are (/.well-known/security.txt).
PORTAL_SECURITY_CONTACT = env.text("PORTAL_SECURITY_CONTACT")
PORTAL_SECURITY_POLICY = env.web_address("PORTAL_SECURITY_POLICY")

# A demonstration and a developer's server answer plain HTTP at a port of their own; all else is behind TLS.
_IS_PLAIN = env.is_plain_http()
_NAMED = env.hosts("PORTAL_HOSTS", "localhost,127.0.0.1" if _IS_PLAIN else "")
_FIRST, _FIRST_PORT = _NAMED[0] if _NAMED else ("localhost", None)
_SCHEME = "http" if _IS_PLAIN else "https"
# Links of messages begin with it, whatever request they come from; its port is that of hosts that name none.
_PORT = _FIRST_PORT or (env.number("PORTAL_PORT", 8000) if _IS_PLAIN else None)
PORTAL_ADDRESS = env.web_address("PORTAL_ADDRESS") or f"{_SCHEME}://{env.authority(_FIRST, _PORT, _SCHEME)}"
# Each host is the whole territory; each of its subdomains is the portal of a commune.
PORTAL_HOSTS = list(dict.fromkeys(name for name, _port in _NAMED))
# What a ``Host`` header may say: the names with the port of each (RFC 3986, 3.2), none where the scheme implies it.
PORTAL_AUTHORITIES = env.authorities(_NAMED, PORTAL_ADDRESS)
ALLOWED_HOSTS = [*PORTAL_HOSTS, *(f".{host}" for host in PORTAL_HOSTS if not host[:1].isdigit())]

# The reverse proxies before the server: how many hops are theirs, and which peers they are.
PROXY_COUNT = env.number("PORTAL_PROXIES", 0)
TRUSTED_PROXIES = env.networks("PORTAL_TRUSTED_PROXIES", "127.0.0.0/8,::1" if PROXY_COUNT else "")
# Believed only where ``gisportal.proxies`` leaves it: from a trusted peer.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None

# HTTPS alone for a year, for the host of the portal. The domains below it may hold other services of the authority, and
# the list of browsers cannot be left for months: each is a decision of its own.
SECURE_HSTS_SECONDS = 0 if _IS_PLAIN else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("PORTAL_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("PORTAL_HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured(
        "PORTAL_HSTS_PRELOAD needs PORTAL_HSTS_SUBDOMAINS: the list of browsers demands it"
    )
# What Django would have bound by everybody.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# The version of GDAL alone: ``gisportal.W007`` tries what Django's GDAL opens, whatever its version.
SILENCED_SYSTEM_CHECKS += ["gis.W001"]

# Cookies behind TLS are bound to their host (``__Host-``, RFC 6265bis §4.1.3.2).
# Browsers keep such a name only with Secure, Path=/ and no Domain: neither plain HTTP nor a sister host writes one.
_PREFIX = "" if _IS_PLAIN else "__Host-"

SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}django_language"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
LINK_COOKIE_NAME = f"{_PREFIX}link"
MESSAGE_COOKIE_NAME = f"{_PREFIX}messages"
MESSAGE_STORAGE = "gisportal.middleware.HostMessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not _IS_PLAIN
# No script of the portal reads a cookie.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

SECURE_REFERRER_POLICY = "same-origin"
# Nothing inline, and nothing from anywhere else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.SELF],
        "img-src": [csp.SELF, "data:", "blob:"],
        "worker-src": [csp.SELF, "blob:"],
        "object-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.SELF],
    }
}
# Nothing of a page's policy that a worker would have to obey: a file is only not embedded, and loads no plug-in.
STATIC_POLICY = "base-uri 'none'; frame-ancestors 'self'; object-src 'none'"


def add_static_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """Complete the headers of a file; called by WhiteNoise."""
    headers["Content-Security-Policy"] = STATIC_POLICY


# WhiteNoise answers before the middlewares of pages; nginx, where it serves the files, says the same (``deploy``).
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers

# Uploads are for the portal alone, which decides who sees them; static files are for the server in front too.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# A body is read to its end, on disk, before it has a thread (ADR 0015).
_MEBIBYTE = 1024 * 1024
# A photo with its form; which addresses take so much, ``gisportal.bounds`` says.
BODY_MAX_BYTES = 25 * _MEBIBYTE
# Bytes of the answers that a process remembers, all its caches together but that of tiles (ADR 0052).
REMEMBERED_MAX_BYTES = env.number("PORTAL_REMEMBERED_MB", 48) * _MEBIBYTE
# The import wizard and the pages of rasters are given files: ``DATASET_UPLOAD_MAX_BYTES``, ``RASTER_UPLOAD_MAX_BYTES``
# and a form around them.
UPLOAD_BODY_MAX_BYTES = (env.number("PORTAL_UPLOAD_MAX_MB", 500) + 1) * _MEBIBYTE
RASTER_BODY_MAX_BYTES = (env.number("PORTAL_RASTER_UPLOAD_MAX_MB", 4_096) + 1) * _MEBIBYTE
LARGEST_BODY_BYTES = max(BODY_MAX_BYTES, UPLOAD_BODY_MAX_BYTES, RASTER_BODY_MAX_BYTES)
# Where bodies beyond 512 KiB wait, without a name: away from the temporary folder that every program fills.
BODY_FOLDER = env.data_folder() / "bodies"
# Room of the bodies of one process together, until they are answered: small ones in memory, others on disk, files of
# datasets and rasters on disk. A network holds a quarter of it, and one largest file.
BODY_MEMORY_BYTES = 64 * _MEBIBYTE
BODY_DISK_BYTES = 512 * _MEBIBYTE
UPLOAD_DISK_BYTES = 2 * LARGEST_BODY_BYTES
# Bodies of one network that arrive at once at one process.
BODIES_EACH = 32
# The form of a dataset's columns has a dozen inputs a column.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000
# Photos of a feature and of its related records, in a form of the administration.
DATA_UPLOAD_MAX_NUMBER_FILES = 50
