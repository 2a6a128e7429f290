"""Panels kept under a name for several dashboards: chosen, changed, deleted after reading where they are used."""
