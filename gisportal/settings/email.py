"""Settings of e-mail: a server of messages, or a folder that keeps them for who runs the portal."""

from pathlib import Path

from gisportal.settings import environment as env
from gisportal.settings.hosts import PORTAL_HOSTS

# Without a server, messages are files of a private folder: a demonstration shows its links there.
_SERVER = env.email_server("PORTAL_EMAIL_URL")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _SERVER["host"]
    else "gisportal.accounts.mail.backends.FolderBackend"
)
EMAIL_HOST, EMAIL_PORT = _SERVER["host"], _SERVER["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SERVER["user"], _SERVER["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _SERVER["starttls"], _SERVER["tls"]
EMAIL_TIMEOUT = 10
EMAIL_FOLDER = env.folder("PORTAL_DATA", Path(__file__).resolve().parents[2] / ".data") / "mail"
# The sender. Without one: the contact of the portal, else no-reply at its first host.
_HOST = next(iter(PORTAL_HOSTS), "localhost")
DEFAULT_FROM_EMAIL = env.text("PORTAL_EMAIL_FROM") or env.text("PORTAL_CONTACT") or f"no-reply@{_HOST}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
