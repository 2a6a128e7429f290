"""The pages of entry: records one by one, files of records, and who entered what."""
