"""Packages of urban plans in the CNIG standard: read and checked in a child process, without a database."""
