"""What parses files of strangers runs here: a child process that can do nothing but read its file and answer.

What writes files with large libraries does too, in a folder that it is given.

``supervisor`` is used by the portal, ``server`` is the process that forks the children, ``child`` shuts each in.
"""
