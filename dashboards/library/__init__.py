"""Named panels shared by dashboards: chosen, changed, and deleted after a list of their uses."""
