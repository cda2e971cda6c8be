"""What a report looks like: one file per format, each with ``write(stream, report, look)``."""
