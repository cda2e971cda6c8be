"""The two ways in which options write a moment, as nanoseconds since 1970.

A 64-bit NTP timestamp counts seconds since 1900 with a fraction of 32 bits (RFC 4285, section 6);
Proxy Mobile IPv6 counts them since 1970 in 48 bits with a fraction of 16 (RFC 5213, section 8.8).
"""

from __future__ import annotations

SECOND = 1_000_000_000
FROM_1900_TO_1970 = 2_208_988_800


def ntp_time(raw: int) -> int:
    """An NTP timestamp as nanoseconds since 1970."""
    return ((raw >> 32) - FROM_1900_TO_1970) * SECOND + ((raw & 0xFFFFFFFF) * SECOND >> 32)


def proxy_time(raw: int) -> int:
    """Proxy Mobile IPv6's timestamp as nanoseconds since 1970."""
    return (raw >> 16) * SECOND + ((raw & 0xFFFF) * SECOND >> 16)
