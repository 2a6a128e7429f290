"""Answers of CSW: capabilities, records in each schema, results, exception reports."""
