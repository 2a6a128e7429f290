"""Named links that open a form without an account."""
