"""Addresses of the tiles. No address depends on which layers exist.

They are read only: a method that writes is a 405, not a missing CSRF token.
"""

from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tiles.views import BackdropView, BasemapView, TileJsonView, TileView

app_name = "tiles"
urlpatterns = [
    path("", include("tiles.rasters.urls")),
    path("<str:layer>.json", csrf_exempt(TileJsonView.as_view()), name="tilejson"),
    path("fonds/portail.geojson", csrf_exempt(BackdropView.as_view()), name="backdrop"),
    path("fonds/<slug:slug>/<str:zoom>/<str:x>/<str:y>", csrf_exempt(BasemapView.as_view()), name="basemap"),
    path("<str:layer>/<str:zoom>/<str:x>/<str:y>.mvt", csrf_exempt(TileView.as_view()), name="tile"),
]
