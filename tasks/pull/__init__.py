"""Read what units submit."""
