"""Tokens of directories (SCIM): their list, a new one, what each may fill, its end."""
