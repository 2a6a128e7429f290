"""The review of what is brought to approval: remarks, checks accepted, the decision and its page."""
