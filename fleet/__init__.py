"""The vehicles of a fleet, what they consume each month, and the official rules that class them."""
