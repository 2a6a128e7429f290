"""The conformance classes the portal declares: only what the tests show, under the names that clients look for.

OGC 19-072, 20-004r1, 20-024, 17-069r4, 18-058r1, 19-079r2, 21-065r2, 23-058r2, 21-045, 20-057, 17-083r4.
"""

from __future__ import annotations

from layers.formats import jsonfg

_SPEC = "http://www.opengis.net/spec/"
CONFORMANCE = (
    tuple(
        _SPEC + name
        for name in (
            "ogcapi-common-1/1.0/conf/core",
            "ogcapi-common-1/1.0/conf/landing-page",
            "ogcapi-common-1/1.0/conf/json",
            "ogcapi-common-1/1.0/conf/html",
            "ogcapi-common-1/1.0/conf/oas30",
            "ogcapi-common-2/1.0/conf/collections",
            "ogcapi-features-1/1.0/conf/core",
            "ogcapi-features-1/1.0/conf/geojson",
            "ogcapi-features-1/1.0/conf/html",
            "ogcapi-features-1/1.0/conf/oas30",
            "ogcapi-features-2/1.0/conf/crs",
            "ogcapi-features-3/1.0/conf/queryables",
            "ogcapi-features-3/1.0/conf/queryables-query-parameters",
            "ogcapi-features-3/1.0/conf/filter",
            "ogcapi-features-3/1.0/conf/features-filter",
            "cql2/1.0/conf/cql2-text",
            "cql2/1.0/conf/cql2-json",
            "cql2/1.0/conf/basic-cql2",
            "cql2/1.0/conf/advanced-comparison-operators",
            "cql2/1.0/conf/case-insensitive-comparison",
            "cql2/1.0/conf/accent-insensitive-comparison",
            "cql2/1.0/conf/basic-spatial-functions",
            "cql2/1.0/conf/basic-spatial-operators",  # the draft's name, the only one that QGIS 3 looks for
            "cql2/1.0/conf/basic-spatial-functions-plus",
            "cql2/1.0/conf/spatial-functions",
            "cql2/1.0/conf/temporal-functions",
            "cql2/1.0/conf/property-property",
            "cql2/1.0/conf/arithmetic",
            "cql2/1.0/conf/array-functions",
            # Part 4 is a draft.
            "ogcapi-features-4/1.0/conf/create-replace-delete",
            "ogcapi-features-4/1.0/conf/update",
            "ogcapi-features-4/1.0/conf/optimistic-locking-etags",
            "ogcapi-features-4/1.0/conf/features",
            # Part 5 was published as Part 3 of Common; clients know it by both names.
            "ogcapi-features-5/1.0/conf/schemas",
            "ogcapi-features-5/1.0/conf/core-roles-features",
            "ogcapi-features-5/1.0/conf/returnables-and-receivables",
            "ogcapi-features-5/1.0/conf/queryables",
            "ogcapi-features-5/1.0/conf/sortables",
            "ogcapi-common-3/1.0/conf/schemas",
            "ogcapi-common-3/1.0/conf/returnables-and-receivables",
            "ogcapi-records-1/1.0/conf/record-core",
            "ogcapi-records-1/1.0/conf/record-collection",
            "ogcapi-records-1/1.0/conf/record-core-query-parameters",
            "ogcapi-records-1/1.0/conf/records-api",
            "ogcapi-records-1/1.0/conf/searchable-catalog",
            "ogcapi-records-1/1.0/conf/sorting",
            "ogcapi-records-1/1.0/conf/json",
            "ogcapi-records-1/1.0/conf/html",
            "ogcapi-records-1/1.0/conf/oas30",
            "ogcapi-records-1/1.0/conf/autodiscovery",
            "ogcapi-tiles-1/1.0/conf/core",
            "ogcapi-tiles-1/1.0/conf/tileset",
            "ogcapi-tiles-1/1.0/conf/tilesets-list",
            "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
            "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
            "ogcapi-tiles-1/1.0/conf/collections-selection",
            "ogcapi-tiles-1/1.0/conf/datetime",
            "ogcapi-tiles-1/1.0/conf/mvt",
            "ogcapi-tiles-1/1.0/conf/oas30",
            "tms/2.0/conf/tilematrixset",
            "tms/2.0/conf/json-tilematrixset",
            "tms/2.0/conf/tilematrixsetlimits",
            "tms/2.0/conf/json-tilematrixsetlimits",
            "tms/2.0/conf/tilesetmetadata",
            "tms/2.0/conf/json-tilesetmetadata",
        )
    )
    + jsonfg.CONFORMANCE
)
