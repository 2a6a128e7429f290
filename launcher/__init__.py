"""The program behind ./portal: from a bare Debian machine to a running portal, with the standard library alone.

It runs before anything is installed, so it may import nothing but Python's own modules.
"""
