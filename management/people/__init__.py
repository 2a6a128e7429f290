"""People and groups: their list, the page of each, and what is done to several at once."""
