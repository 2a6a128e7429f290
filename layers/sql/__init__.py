"""What the kernel says to PostgreSQL beyond the ORM's own words: named functions and compiled filters."""
