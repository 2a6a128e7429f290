"""Keys of before, modes of files, what pages may load and tell other sites, and whom to tell a vulnerability."""

import csp.constants as csp

from gisportal.settings import environment as env
from gisportal.static_headers import add_static_headers

# Still believed but not used any more: see docs/operations.md.
SECRET_KEY_FALLBACKS = env.words("PORTAL_SECRET_KEY_FALLBACKS")
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
