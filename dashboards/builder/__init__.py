"""The builder of dashboards: arrangement of panels, saved draft, choices."""
