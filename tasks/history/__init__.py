"""Earlier years: what is compared with them, and how figures from before the first run get in."""

EARLIER_YEARS = 4
"""With the year itself, the five that a series shows."""
