"""The layers: who defines them, how long a read may take, what the import wizard accepts."""

from gisportal.settings import environment as env

# Providers of layer definitions: dotted paths to values with the interface of ``layers.registry.Provider``.
LAYER_PROVIDERS = ["gisportal.catalogue.CODED", "datasets.registry.DATASETS"]
# Files given to the import wizard: largest size, and how long one waits to be published.
DATASET_UPLOAD_MAX_BYTES = env.number("PORTAL_UPLOAD_MAX_MB", 500) * 1024 * 1024
DATASET_UPLOAD_MAX_AGE_HOURS = 72
# The form of a dataset's columns has a dozen inputs a column.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000
# Feature types, and queries, that one request of WFS asks; actions of a transaction that a condition chooses.
WFS_MAX_QUERIES = env.number("PORTAL_WFS_QUERIES", 20)
# Photos of a feature and of its related records, in a form of the administration.
DATA_UPLOAD_MAX_NUMBER_FILES = 50
# Seconds a read may take, by kind, before it is told to ask for less.
LAYER_TIMEOUTS = {
    "tile": 5,
    "list": 10,
    "map": 15,
    "page": 15,
    "count": 15,
    "aggregate": 30,
    "whole": 120,
    "export": 120,
    "search": 2,
    "menu": 2,
    "suggestion": 0.2,
}
