"""Settings by subject: ``environment`` reads variables, ``base`` gathers all, ``test`` is for the tests."""
