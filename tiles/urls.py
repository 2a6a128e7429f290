"""Addresses of the tiles. No address depends on which layers exist."""

from django.urls import path

from tiles.views import TileJsonView, TileView

app_name = "tiles"
urlpatterns = [
    path("<str:layer>.json", TileJsonView.as_view(), name="tilejson"),
    path("<str:layer>/<int:zoom>/<int:x>/<int:y>.mvt", TileView.as_view(), name="tile"),
]
