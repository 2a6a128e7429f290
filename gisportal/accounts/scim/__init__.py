"""SCIM 2.0 (RFC 7643, 7644): a directory creates and disables accounts, and fills the groups that are named to it."""
