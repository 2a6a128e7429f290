"""DCAT-AP 3.0 with its profile of high-value data: the catalogue in RDF/XML, Turtle and JSON-LD (ADR 0081)."""
