"""AYIYA, in which tunnel brokers carry IPv6 (draft-massar-v6ops-ayiya-02)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.rule import Hit, Hits, rule
from dissect.verdict import Level

NEXT = {4: 4, 41: 6}
HASHES = {1: 16, 2: 20}
CLOCK = 120
FORWARD, ECHO_AND_FORWARD = 1, 3


@rule(
    "TUN-013", Level.ERROR, "draft-massar-v6ops-ayiya-02, section 3", "Bad AYIYA header",
    why="Identity and signature have the lengths that the header gives, the hash has its own, and "
        "Next Header says what follows.  The server drops the packet.",
    fix="Set the lengths; set the clock by NTP.",
    on="ayiya", field="ayiya.siglen", whole=True,
)  # fmt: skip
def ayiya(at: At) -> Hits:
    """A clock that is two minutes off is a warning: servers allow so much."""
    octets = at.payload
    if len(octets) < 8:
        yield Hit(f"AYIYA header invalid: {len(octets)} octets", field="ayiya")
        return
    identity, signature, method = octets[0] >> 4, octets[1] >> 4, octets[1] & 15
    size = 8 + (1 << identity) + 4 * signature
    if size > len(octets):
        yield Hit(f"AYIYA header invalid: {size} octets, the datagram has {len(octets)}")
        return
    wanted = HASHES.get(method)
    if wanted is not None and 4 * signature != wanted:
        yield Hit(f"AYIYA header invalid: signature of {4 * signature} octets, the hash has "
                  f"{wanted}")  # fmt: skip
    nxt, inner = octets[3], octets[size : size + 1]
    if octets[2] & 15 in (FORWARD, ECHO_AND_FORWARD):
        version = NEXT.get(nxt)
        if nxt not in (*NEXT, 59):
            yield Hit(f"AYIYA header invalid: Next Header {nxt}", field="ayiya.nextheader")
        elif version is not None and inner and inner[0] >> 4 != version:
            yield Hit(f"AYIYA header invalid: Next Header {nxt}, payload nibble {inner[0] >> 4}",
                      field="ayiya.nextheader")  # fmt: skip
    off = abs(int.from_bytes(octets[4:8], "big") - at.time // 1_000_000_000)
    if at.time and off > CLOCK:
        yield Hit(f"AYIYA header invalid: epoch {off} s off the capture's clock",
                  level=Level.WARNING, field="ayiya.epoch", key="clock")  # fmt: skip
