"""Effects of a version of a layer on dashboards: what a reader will see once it is online."""
