"""Addresses of OGC API Tiles, under ``/api/`` beside those of Features."""

from django.urls import path

from tiles.views import tilesets

app_name = "tilesets"
_TILE = "<str:matrix>/<str:zoom>/<str:row>/<str:column>"
urlpatterns = [
    path("tileMatrixSets", tilesets.MatrixSetsView.as_view(), name="matrix-sets"),
    path("tileMatrixSets/<str:matrix>", tilesets.MatrixSetView.as_view(), name="matrix-set"),
    path("tiles", tilesets.PortalTilesetsView.as_view(), name="portal-tilesets"),
    path("tiles/<str:matrix>", tilesets.PortalTilesetView.as_view(), name="portal-tileset"),
    path(f"tiles/{_TILE}", tilesets.PortalTileView.as_view(), name="portal-tile"),
    path(
        "collections/<str:layer>/tiles", tilesets.CollectionTilesetsView.as_view(), name="collection-tilesets"
    ),
    path(
        "collections/<str:layer>/tiles/<str:matrix>",
        tilesets.CollectionTilesetView.as_view(),
        name="collection-tileset",
    ),
    path(
        f"collections/<str:layer>/tiles/{_TILE}",
        tilesets.CollectionTileView.as_view(),
        name="collection-tile",
    ),
]
