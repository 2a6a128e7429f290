"""SQL beyond the ORM: named functions and compiled filters."""
