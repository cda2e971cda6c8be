"""Writers of decoded packets, one file per format.

Each is an ``Exporter`` (see ``base``): ``start()``, ``packet(p)`` for every packet, ``end()``.
None of them parses octets: they write what the tree holds.
"""
