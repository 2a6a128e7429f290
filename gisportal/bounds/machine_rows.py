"""Rows of the list of bounds: probes, tiles, the API, WFS, exports."""

from __future__ import annotations

from gisportal.accounts.vocabulary import MAX_FILTER
from gisportal.bounds.definitions import (
    CATALOGUES,
    EXPORTS,
    FILTER_ITEMS,
    KIBIBYTE,
    LONG_ADDRESS,
    MEBIBYTE,
    RequestBounds,
    routes,
)
from gisportal.server.request_bodies import Sender
from harvesting.csw.requests import MAX_IDS as MAX_IDS_OF_RECORDS
from harvesting.csw.requests import MAX_RECORDS
from harvesting.csw.views import MAX_BODY_BYTES as CSW_MAX_BYTES
from interface.sharing import MAX_PARAMETERS
from layers.parsing import aggregates
from layers.parsing.geometry import MAX_VERTICES
from layers.parsing.query import MAX_IDS, MAX_TOUCHING
from layers.parsing.xml.reader import MAX_BYTES as XML_MAX_BYTES
from layers.parsing.xml.reader import MAX_ITEMS
from ogc.views.writing import MAX_BODY_BYTES
from tiles.parsing import MAX_LAYERS
from wfs.operations.transaction import MAX_FEATURES
from wfs.parsing.xml.transaction import MAX_ACTIONS

_QUERY = (
    *FILTER_ITEMS,
    ("vertices of an area", MAX_VERTICES),
    ("ids", MAX_IDS),
    ("other layers", MAX_TOUCHING),
)
MACHINE_ROWS = (
    RequestBounds(
        "probes",
        ("healthz", "readyz"),
        query=KIBIBYTE,
        parameters=5,
        seconds=5,
    ),
    RequestBounds(
        "files of the site",
        ("robots.txt", "security-txt", "offline", "offline-worker", "style", "admin:jsi18n"),
        query=4 * KIBIBYTE,
        parameters=10,
        seconds=10,
    ),
    RequestBounds(
        "tiles",
        ("tiles:tile", "tilesets:portal-tile", "tilesets:collection-tile"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        seconds=15,
        items=(("layers", MAX_LAYERS), *_QUERY),
    ),
    RequestBounds(
        "pictures of rasters and basemaps",
        ("tiles:raster-tile", "tiles:basemap", "tiles:backdrop", "tiles:raster-legend", "rasters:map-tile"),
        seconds=15,
    ),
    RequestBounds(
        "descriptions of tiles",
        (
            *routes("tiles", "tilejson raster-tilejson"),
            *routes(
                "tilesets",
                "matrix-sets matrix-set portal-tilesets portal-tileset collection-tilesets "
                "collection-tileset",
            ),
            *routes("rasters", "tilesets tileset"),
        ),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        items=(("layers", MAX_LAYERS),),
    ),
    RequestBounds(
        "values of rasters",
        ("tiles:raster-value", "tiles:raster-statistics"),
        query=LONG_ADDRESS,
        items=(("vertices of an area", MAX_VERTICES),),
    ),
    RequestBounds(
        "coverages", ("rasters:coverage",), query=LONG_ADDRESS, reads_full_layer=True, concurrency=EXPORTS
    ),
    RequestBounds(
        "description of the API",
        routes(
            "ogc",
            "landing conformance functions openapi collections collection queryables sortables schema encoding "
            "search styles style legend sprite portal-styles portal-style portal-sprite glyphs",
        ),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
    ),
    RequestBounds(
        "features of the API",
        ("ogc:items", "ogc:item"),
        body=MAX_BODY_BYTES,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        items=_QUERY,
    ),
    RequestBounds(
        "records of the catalogue",
        routes("records", "collection items item queryables sortables schema"),
        parameters=MAX_PARAMETERS,
        items=(("identifiers", MAX_IDS),),
    ),
    RequestBounds(
        "aggregates of the API",
        ("ogc:aggregate",),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        items=(
            ("groups", aggregates.MAX_GROUPS),
            ("keys", aggregates.MAX_KEYS),
            ("measures", aggregates.MAX_MEASURES),
            *_QUERY,
        ),
    ),
    RequestBounds(
        "WFS",
        ("wfs:service", "wfs/", "wfs:layer", "wfs:record"),
        body=XML_MAX_BYTES,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        items=(
            ("elements and attributes", MAX_ITEMS),
            ("actions of a transaction", MAX_ACTIONS),
            ("features written", MAX_FEATURES),
            *_QUERY,
        ),
    ),
    RequestBounds(
        "files that connect tools", ("wfs:project", "wfs:layer-file", "connect:portal", "connect:layer")
    ),
    RequestBounds(
        "exports",
        ("exports:file", "exports:notice"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        concurrency=EXPORTS,
        items=_QUERY,
    ),
    RequestBounds(
        "files of the former addresses",
        ("explore:export",),
        parameters=10,
        reads_full_layer=True,
        concurrency=EXPORTS,
    ),
    RequestBounds("attachments", ("explore:attachment",), query=KIBIBYTE, parameters=5),
    RequestBounds(
        "CSW",
        ("csw:service", "csw/"),
        body=CSW_MAX_BYTES,
        query=LONG_ADDRESS,
        parameters=20,
        reads_full_layer=True,
        concurrency=CATALOGUES,
        items=(
            *FILTER_ITEMS,
            ("elements and attributes", MAX_ITEMS),
            ("records of an answer", MAX_RECORDS),
            ("identifiers of records", MAX_IDS_OF_RECORDS),
        ),
    ),
    RequestBounds(
        "catalogues for harvesters",
        (
            *routes("dcat", "rdf turtle json-ld"),
            "explore:catalogue",
            "catalogue-csv",
            "catalogue-atom",
            "catalogue-rss",
        ),
        query=4 * KIBIBYTE,
        parameters=10,
        reads_full_layer=True,
        concurrency=CATALOGUES,
    ),
    RequestBounds(
        "feeds of road works",
        routes("roadworks-feeds", "geojson datex2 wzdx cifs-xml cifs-json calendar site-calendar atom rss"),
        query=4 * KIBIBYTE,
        parameters=10,
        reads_full_layer=True,
        concurrency=CATALOGUES,
    ),
    RequestBounds(
        "what applies to a place, and procedures of plans, as JSON",
        ("planning-api:applies", "planning-api:procedures"),
    ),
    RequestBounds("tools of planners, as JSON", ("planning-tools-api:*",)),
    RequestBounds("directories", ("scim:*",), body=MEBIBYTE, items=(("characters of a filter", MAX_FILTER),)),
    RequestBounds(
        "prepared exports",
        ("exports:job", "exports:job-file", "exports:cancel", "exports:retry", "exports:delete"),
        fields=20,
    ),
)
