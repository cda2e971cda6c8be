"""The terminal user interface's package."""
