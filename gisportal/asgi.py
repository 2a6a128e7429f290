"""The ASGI application that the web server loads."""

import os
from importlib import import_module

from gisportal.server.application import PortalServer
from gisportal.wsgi import application as wsgi_application

# Which import models, ready only now.
process, large_bodies = import_module("gisportal.warm_up"), import_module("gisportal.large_bodies")
bounds = import_module("gisportal.bounds.table")
short_road = import_module("gisportal.short_road.road")
application = PortalServer(
    wsgi_application,
    threads=int(os.environ.get("PORTAL_THREADS", "8")),
    waiting=256,
    may_send=large_bodies.SenderCheck(large_bodies.may_send_in_thread),
    bound_of=bounds.body_bound,
    begin=process.warm_up,
    prepare=process.load_libraries,
    end=process.wind_down,
    short_road=short_road.ShortRoad(),
    quiet_s=2,
)
