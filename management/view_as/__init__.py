"""View the portal as a person: the page that asks why, and starts."""
