"""Pages of the versions of plans: what is loaded, its findings, what it changes, and what was published."""
