"""The pages of entry: single records, files of records, and the history of entries."""
