"""The ASGI application that the web server loads."""

import os
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from gisportal.server.application import PortalServer
from gisportal.wsgi import application as wsgi_application

# In a thread: the server imports this in its loop, where Django asks nothing of the database.
with ThreadPoolExecutor(1) as thread:
    # By its name: it imports models, ready only now.
    thread.submit(import_module("gisportal.warm_up").warm_up).result()
application = PortalServer(wsgi_application, threads=int(os.environ.get("PORTAL_THREADS", "8")), waiting=256)
