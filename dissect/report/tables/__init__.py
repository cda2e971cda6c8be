"""The tables: one file per question, each with a collector that is fed packets and makes them.

A collector takes rows that the columns are sure of (``update``), the others as packets that the
tree reader has read (``packet``), and what another collected behind it (``merge``).
"""
