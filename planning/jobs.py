"""Tasks of the worker: inventories on paper, and their cleaning."""

from layers.jobs import cleaning_task, run_task
from planning.inventory.paper import INVENTORY_FILES

prepare_inventory = run_task(INVENTORY_FILES)
clean_inventories = cleaning_task("planning.clean_inventories", INVENTORY_FILES.clean)
