"""Keys of before, modes of files, what pages may load and tell other sites, and whom to tell a vulnerability."""

import csp.constants as csp
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env
from gisportal.static_headers import add_static_headers

# Still believed but not used any more: see docs/operations.md.
SECRET_KEY_FALLBACKS = env.words("PORTAL_SECRET_KEY_FALLBACKS")
# HTTPS alone for a year, for the host of the portal. The domains below it may hold other services of the authority, and
# the list of browsers cannot be left for months: each is a decision of its own.
SECURE_HSTS_SECONDS = 0 if env.flag("PORTAL_DEBUG") or env.flag("PORTAL_DEMO") else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("PORTAL_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("PORTAL_HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured(
        "PORTAL_HSTS_PRELOAD needs PORTAL_HSTS_SUBDOMAINS: the list of browsers demands it"
    )
# What Django would have bound by everybody.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Uploads are for the portal alone, which decides who sees them; static files are for the server in front too.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
SECURE_REFERRER_POLICY = "same-origin"
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
# An e-mail or web address, and where the rules for telling are (/.well-known/security.txt).
PORTAL_SECURITY_CONTACT = env.text("PORTAL_SECURITY_CONTACT")
PORTAL_SECURITY_POLICY = env.web_address("PORTAL_SECURITY_POLICY")
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
