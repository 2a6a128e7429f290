"""Sessions of people: listed, ended, limited in time."""
