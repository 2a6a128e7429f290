"""Who reads what, and since when: grants given, changed and taken away by people who write no CQL2."""
