"""NTP's timestamps (RFC 5905, section 6): seconds since 1900, and a fraction of a second."""

from __future__ import annotations

UNIX_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""


def ntp_time(octets: bytes) -> int:
    """Nanoseconds since 1970 of an NTP timestamp; from 2036 on the seconds begin anew."""
    seconds = int.from_bytes(octets[:4], "big")
    fraction = int.from_bytes(octets[4:8], "big")
    if not seconds >> 31:
        seconds += 1 << 32
    return (seconds - UNIX_EPOCH) * 1_000_000_000 + (fraction * 1_000_000_000 >> 32)


def ntp_moment(number: int) -> int:
    """The same of a timestamp as a number; zero is no time, and stays zero."""
    return ntp_time(number.to_bytes(8, "big")) if number * 1_000_000_000 >> 32 else 0
