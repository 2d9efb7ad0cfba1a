"""Stored sums: the tables, the triggers that keep them, and what answers from them. Private."""
