"""What the web server runs: the portal's WSGI application behind bounds on slow and large clients (ADR 0015)."""
