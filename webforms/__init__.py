"""Forms made from the schema of a layer, filled by people with or without an account."""
