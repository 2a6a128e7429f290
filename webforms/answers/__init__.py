"""Answers that wait for a decision, and the rows that they become."""
