"""The demonstration as published: its load, each of its dashboards just after a start, what counting its use costs."""
