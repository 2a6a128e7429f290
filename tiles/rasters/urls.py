"""Addresses of rasters below ``/tiles/``. No address depends on which rasters exist."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.csrf import csrf_exempt

from tiles.rasters.views.api import (
    CoverageView,
    MapTileView,
    RasterLegendView,
    RasterStatisticsView,
    RasterTileJsonView,
    RasterTileView,
    RasterValueView,
    TilesetsView,
    TilesetView,
)
from tiles.rasters.views.pages import (
    NewRasterView,
    RasterListView,
    RasterPublicationView,
    RasterStyleView,
    RasterUploadView,
    RasterView,
)


class FormConverter(StringConverter):
    """The form of a picture."""

    regex = "png|webp"


register_converter(FormConverter, "raster_form")
urlpatterns = [
    path("raster/<str:raster>.json", csrf_exempt(RasterTileJsonView.as_view()), name="raster-tilejson"),
    path("raster/<str:raster>/legend", csrf_exempt(RasterLegendView.as_view()), name="raster-legend"),
    path("raster/<str:raster>/value", csrf_exempt(RasterValueView.as_view()), name="raster-value"),
    path(
        "raster/<str:raster>/statistics",
        csrf_exempt(RasterStatisticsView.as_view()),
        name="raster-statistics",
    ),
    path(
        "raster/<str:raster>/<str:zoom>/<str:x>/<str:y>.<raster_form:form>",
        csrf_exempt(RasterTileView.as_view()),
        name="raster-tile",
    ),
]

api_patterns = [
    path("<str:raster>/coverage", CoverageView.as_view(), name="coverage"),
    path("<str:raster>/map/tiles", TilesetsView.as_view(), name="tilesets"),
    path("<str:raster>/map/tiles/<str:matrix_set>", TilesetView.as_view(), name="tileset"),
    path(
        "<str:raster>/map/tiles/<str:matrix_set>/<str:zoom>/<str:row>/<str:column>",
        MapTileView.as_view(),
        name="map-tile",
    ),
]
"""Those below ``/api/collections/``."""

page_patterns = [
    path("", RasterListView.as_view(), name="list"),
    path("nouveau/", NewRasterView.as_view(), name="new"),
    path("depots/<uuid:key>/", RasterUploadView.as_view(), name="upload"),
    path("<slug:raster>/", RasterView.as_view(), name="raster"),
    path("<slug:raster>/style/", RasterStyleView.as_view(), name="style"),
    path("<slug:raster>/versions/<int:number>/publier/", RasterPublicationView.as_view(), name="publish"),
]
"""Pages of producers, below ``/rasters/``."""
