"""Departments: what their units have published, added up."""
