"""The ASGI application that the web server loads."""

import os

from gisportal.server.application import PortalServer
from gisportal.wsgi import application as wsgi_application

application = PortalServer(wsgi_application, threads=int(os.environ.get("PORTAL_THREADS", "8")), waiting=256)
