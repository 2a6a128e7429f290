"""Tasks of the worker: stage the packages that were given on a page, and clean after them."""

from __future__ import annotations

from layers.jobs import cleaning_task, run_task
from plui.versions.services import PLAN_UPLOADS

stage = run_task(PLAN_UPLOADS)
clean = cleaning_task("plui.clean", PLAN_UPLOADS.clean)
