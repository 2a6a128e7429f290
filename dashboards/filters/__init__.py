"""The filters of a page: parsed from its address, applied to each question, worded."""
