"""Tasks of the worker: sheets of lists of parcels, inventories and registers on paper, and their cleaning."""

from __future__ import annotations

from layers.jobs import cleaning_task, run_task
from planning.bulk.services import SHEET_LISTS
from planning.inquiries.paper import REGISTER_FILES
from planning.inventory.paper import INVENTORY_FILES

prepare_sheets = run_task(SHEET_LISTS)
clean_sheets = cleaning_task("planning.clean_sheets", SHEET_LISTS.clean)
prepare_inventory = run_task(INVENTORY_FILES)
clean_inventories = cleaning_task("planning.clean_inventories", INVENTORY_FILES.clean)
prepare_register = run_task(REGISTER_FILES)
clean_registers = cleaning_task("planning.clean_registers", REGISTER_FILES.clean)
