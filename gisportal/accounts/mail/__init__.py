"""Messages that the portal writes to people: what they say, how they are sent."""
