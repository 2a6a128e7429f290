"""Forms of the wizard: text of the page becomes schemas, recipes and metadata, or an error at its field."""
