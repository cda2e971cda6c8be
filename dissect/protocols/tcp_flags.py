"""The control bits of a TCP segment, and what they are called (RFC 9293, section 3.1; RFC 9768)."""

from __future__ import annotations

from functools import lru_cache

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = (1 << bit for bit in range(9))

_WORDS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")
_LETTERS = "RRRACEUAPRSF"


@lru_cache(maxsize=8192)
def flag_words(flags: int, ace: bool = False) -> str:
    """``SYN, ACK``; with ``ace`` three of the flags are a counter (RFC 9768)."""
    words = [word for bit, word in enumerate(_WORDS[: 6 if ace else 9]) if flags >> bit & 1]
    if ace:
        words.append(f"ACE={flags >> 6 & 7}")
    if flags & 0xE00:
        words.append("Reserved")
    return ", ".join(words) or "<None>"


@lru_cache(maxsize=8192)
def flag_letters(flags: int, ace: bool = False) -> str:
    """One letter per flag, from the highest: ``·······A··S·``."""
    letters = "".join(
        letter if flags >> 11 - place & 1 else "·" for place, letter in enumerate(_LETTERS)
    )
    return f"{letters[:3]}-{flags >> 6 & 7}-{letters[6:]}" if ace else letters
