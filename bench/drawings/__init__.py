"""What other programs draw of the portal's styles."""
