"""Where the worker finds the tasks of datasets."""

from datasets.imports.jobs import clean, load_job, read_job
from datasets.schemas.jobs import change_job
from datasets.schemas.jobs import clean as clean_schema_changes

__all__ = ["change_job", "clean", "clean_schema_changes", "load_job", "read_job"]
