"""Lists of what the portal holds: layers, themes, jobs, storage."""
