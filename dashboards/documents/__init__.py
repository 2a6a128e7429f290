"""What a dashboard says: a document of sections and panels, read from YAML or JSON and checked."""
