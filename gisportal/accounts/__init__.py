"""People: accounts, sign-in, and the ``Visitor`` of each request."""
