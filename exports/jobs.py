"""Tasks of the worker: exports prepared apart, and their cleaning."""

from __future__ import annotations

from exports.services import EXPORTS
from layers.jobs import cleaning_task, run_task

prepare = run_task(EXPORTS, aliases=["ogc.prepare_export"])
clean = cleaning_task("exports.clean", EXPORTS.clean, aliases=["ogc.clean_prepared"])
