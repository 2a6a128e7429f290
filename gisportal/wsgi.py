"""The WSGI application that the server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # what the server writes (uploads, exports, tiles kept) is for the portal alone
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisportal.settings.base")
application = get_wsgi_application()
