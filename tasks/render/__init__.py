"""Render a report: one wording, three formats."""
