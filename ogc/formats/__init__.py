"""Documents of OGC API Features (17-069r4) as plain dictionaries, from scopes and absolute addresses."""
