"""The ASGI application that the web server loads."""

import os
from importlib import import_module

from gisportal.server.application import PortalServer
from gisportal.wsgi import application as wsgi_application

process = import_module("gisportal.warm_up")  # which imports models, ready only now
application = PortalServer(
    wsgi_application,
    threads=int(os.environ.get("PORTAL_THREADS", "8")),
    waiting=256,
    begin=process.warm_up,
    end=process.wind_down,
)
