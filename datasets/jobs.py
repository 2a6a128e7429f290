"""Where the worker finds the tasks of datasets."""

from datasets.imports.jobs import clean, load_upload, read_upload

__all__ = ["clean", "load_upload", "read_upload"]
