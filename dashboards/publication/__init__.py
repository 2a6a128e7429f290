"""What publishing changes, who reads it, and the versions of a dashboard."""
