"""The formats of verdicts, a file each; all of them write text from packets harmlessly."""
