"""Playgrounds with their equipment and inspections, and charging stations."""
