"""Library panels: kept, changed, found by who makes dashboards."""
