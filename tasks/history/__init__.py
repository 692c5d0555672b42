"""Earlier years: what is compared with them, and how figures from before the first run get in."""
