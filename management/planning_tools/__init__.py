"""The tables of the tools of planners: layers by role, consulted services, reserved plots."""
