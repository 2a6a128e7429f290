"""Settings modules: ``base`` reads the environment, ``test`` makes it safe and fast for the tests."""
