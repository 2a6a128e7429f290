"""Writes of dashboards: each in one transaction, from the state that its writer read."""
