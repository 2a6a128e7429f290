"""What a file seems to hold: names, types, key, geometry, fields of known standards."""
