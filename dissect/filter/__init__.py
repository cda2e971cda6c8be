"""Display filters: Wireshark's language (that of version 4.0), and some names of ours.

    f = compile_filter("ipv6.src == 2001:db8::/32 and not tcp")
    f(packet)  # True or False

``grammar.lark``, ``syntax``  from text to an untyped tree
``check``       the typed tree (``types``), with every mistake found: ``FilterError``
``names``, ``known``, ``values``, ``functions``, ``pattern``   what the words of a filter mean
``predicate``   the typed tree as a function of a packet; ``found`` looks fields up for it
``masks``       the typed tree as a function of a chunk of columns

Where we differ from Wireshark 4.0: whole numbers do not wrap around at 32 bits, and a sum may give
more than its field can hold; a masked address keeps its bits when compared; a slice of a protocol
may reach into what it carries (``udp[8:4]``), as the User's Guide has it; ``all x in {a, b}`` asks
whether every value is in the set, not whether all are the same element; ``xor`` is there, as in
later versions.  Names of hosts are not looked up.  A few literals are taken besides (``true``).
"""

from __future__ import annotations

from dissect.filter.errors import FilterError
from dissect.filter.filter import Filter, compile_filter

__all__ = ["Filter", "FilterError", "compile_filter"]
