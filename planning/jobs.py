"""Tasks of the worker: sheets of lists of parcels, and their cleaning."""

from __future__ import annotations

from layers.jobs import cleaning_task, run_task
from planning.bulk.services import SHEET_LISTS

prepare_sheets = run_task(SHEET_LISTS)
clean_sheets = cleaning_task("planning.clean_sheets", SHEET_LISTS.clean)
