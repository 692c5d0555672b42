"""Wording and styling: everything a person may want to reword or restyle."""
