"""Forms of the pages read once: what is asked of the catalogue and of the map.

A form sends its empty fields too: they are dropped before the kernel reads the rest with its own, strict, reader.
"""

from explorer.parsing.catalogue import CatalogueQuery, parse_catalogue, parse_list
from explorer.parsing.forms import Parameters, filled
from explorer.parsing.maps import MapQuery, parse_map

__all__ = [
    "CatalogueQuery",
    "MapQuery",
    "Parameters",
    "filled",
    "parse_catalogue",
    "parse_list",
    "parse_map",
]
