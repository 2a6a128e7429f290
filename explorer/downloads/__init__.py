"""The page that offers what the map shows as files."""
