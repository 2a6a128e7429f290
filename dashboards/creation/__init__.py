"""Dashboards made from nothing, a layer, another dashboard or a file; copied, written as text, deleted."""
