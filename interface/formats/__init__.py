"""Formats of dates and numbers that differ from Django's, by language (setting ``FORMAT_MODULE_PATH``)."""
