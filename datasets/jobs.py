"""Where the worker finds the tasks of datasets."""

from datasets.imports.jobs import clean, load_job, read_job

__all__ = ["clean", "load_job", "read_job"]
