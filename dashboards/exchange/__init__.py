"""Documents of dashboards for machines and editors: the schema that they follow, and each document as YAML."""
