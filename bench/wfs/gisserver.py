"""django-gisserver as a peer: its manual's example on the table that we serve, in two processes of uvicorn."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from django.conf import settings

from bench import peers
from bench.server import free_port

_SITE = """
import os
from django.conf import settings
settings.configure(
    DEBUG=False, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", ROOT_URLCONF="site_of_bench", USE_TZ=True,
    INSTALLED_APPS=["django.contrib.gis", "gisserver"], MIDDLEWARE=[],
    DATABASES={{"default": {{
        "ENGINE": "django.contrib.gis.db.backends.postgis", "NAME": "{name}", "USER": "{user}",
        "PASSWORD": os.environ["BENCH_PASSWORD"], "HOST": "{host}", "PORT": "{port}", "CONN_MAX_AGE": None,
    }}}},
)
import django
django.setup()
from django.contrib.gis.db import models
from django.core.wsgi import get_wsgi_application
from django.urls import path
from gisserver.features import FeatureType
from gisserver.views import WFSView


class Point(models.Model):
    geom = models.PointField()
    nom = models.TextField()
    description = models.TextField(null=True)
    categorie = models.TextField()
    effectif = models.IntegerField()
    surface_m2 = models.DecimalField(null=True, max_digits=12, decimal_places=2)
    taux = models.FloatField(null=True)
    est_accessible = models.BooleanField(null=True)
    date_pose = models.DateField(null=True)
    releve_le = models.DateTimeField()
    commune_id = models.TextField(null=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "{table}"


class View(WFSView):
    max_page_size = 100_000

    def get_feature_types(self):
        rows = Point.objects.order_by("pk")
        return [FeatureType(rows, name="points", fields={columns}, show_name_field=False)]


urlpatterns = [path("wfs", View.as_view())]
application = get_wsgi_application()
"""


def gisserver(folder: Path, running: ExitStack) -> peers.Peer:
    """Start django-gisserver.

    Raises:
        Absent: the environment of the peers has no django-gisserver.
    """
    python, version = peers.python_with("django-gisserver")
    database = settings.DATABASES["default"]
    port = free_port()
    (folder / "site_of_bench.py").write_text(
        _SITE.format(
            name=database["NAME"],
            user=database["USER"],
            host=database["HOST"],
            port=database["PORT"],
            table=peers.TABLE,
            columns=[*peers.COLUMNS, "geom"],
        )
    )
    variables = {
        "PYTHONPATH": str(folder),
        "DJANGO_SETTINGS_MODULE": "",
        "BENCH_PASSWORD": database["PASSWORD"],
    }
    command = [*peers.uvicorn(python, "site_of_bench:application", port), "--interface", "wsgi"]
    running.enter_context(peers.running_program(command, variables, folder))
    base = "/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=points"
    peers.wait(port, f"{base}&COUNT=1", folder)
    return peers.Peer(f"django-gisserver {version}", port, lambda box, limit: base, page_bound=5.0)
