"""SQL of deliveries. Identifiers are made by us and quoted by psycopg, values are literals."""
