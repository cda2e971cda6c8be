"""The options of Hop-by-Hop and Destination Options headers (RFC 8200, section 4.2).

+---------------+---------------+------------------------+
|  Option Type  | Opt Data Len  |  Option Data           |
+---------------+---------------+------------------------+
  act (2 bits), may change on the way (1 bit), rest (5 bits)
"""

from __future__ import annotations

from dissect.protocols.ipv6_options import ioam, plain, special  # noqa: F401  (fill the table)
from dissect.protocols.ipv6_options.reader import read_options

__all__ = ["read_options"]
