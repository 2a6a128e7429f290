"""People by the dozen: who manages whom, their list, changes of many accounts at once, their import from a file."""
