"""The rules, a file an area, imported automatically."""
