"""The catalogue: every layer a visitor sees, and the page of one."""
