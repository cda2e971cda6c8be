"""Locator Update of the Identifier-Locator Network Protocol (RFC 6743, section 2).

Num of Locs, Operation, Reserved (2), then for each: Locator (8), Preference (2), Lifetime (2)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import U8, X64
from dissect.protocols.icmpv6.messages import RESERVED, message


class Locator(Header):
    """One locator, 12 octets."""

    __hdr__ = (("locator", "Q", 0), ("preference", "H", 0), ("lifetime", "H", 0))
    names = (
        F("locator", "icmpv6.ilnp.nb_locator", "Locator", X64),
        F("preference", "icmpv6.ilnp.nb_preference", "Preference"),
        F("lifetime", "icmpv6.ilnp.nb_lifetime", "Lifetime"),
    )


COUNT = Field("icmpv6.ilnp.nb_locs", "Num of Locs", U8)


@message(156, "Locator Update")
def locator_update(c: Cursor, head: Any) -> Result:
    """The locators that a node has now."""
    count = c.add(COUNT)
    c.add(RESERVED, 1)
    c.add(RESERVED, 2)
    for _ in range(count):
        c.header(Locator)
    return None
