"""Text from packets, made fit to be looked at: the one gate between a packet and a terminal.

Control characters (C0, DEL, C1), bidirectional overrides, zero-width and other invisible
characters, unassigned and private code points and lone surrogates would be interpreted by a
terminal, or deceive its reader.  They are made visible: ``\\x1b``, ``\\u202e``.  Formats with
escapes of their own (JSON, XML) use those, so nothing is lost in them.
"""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from unicodedata import category

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|&~])")
"""What Markdown or HTML would interpret."""
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """One line of text without a character that is interpreted or can't be seen."""
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def no_formula(text: str) -> str:
    """Text for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def markdown(text: str) -> str:
    """Text for Markdown in which nothing is markup."""
    return MARKUP.sub(r"\\\1", visible(text))


def json_string(text: str) -> str:
    """A JSON string with its quotes: nothing lost, except that lone surrogates become text."""
    if text.isprintable():
        return encode_basestring(text)
    quoted = encode_basestring("".join(map(_without_surrogate, text)))
    return quoted if quoted.isprintable() else "".join(map(_json_escape, quoted))


def xml_text(text: str) -> str:
    """Text for an XML attribute or element; what XML 1.0 can't hold is made visible instead."""
    if not text.isprintable():
        text = "".join(map(_xml_escape, text))
    elif "&" in text or "<" in text or '"' in text or ">" in text:
        text = text.translate(_ENTITIES)
    return text


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _is_plain(character: str) -> bool:
    """Printable, or one of the spaces that have a width."""
    return character.isprintable() or category(character) == "Zs"


def _numbered(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _visible(character: str) -> str:
    if _is_plain(character):
        return character
    return _SHORT.get(character) or _numbered(character)


def _without_surrogate(character: str) -> str:
    return _numbered(character) if category(character) == "Cs" else character


def _json_escape(character: str) -> str:
    if _is_plain(character):
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _xml_escape(character: str) -> str:
    if _is_plain(character):
        return character.translate(_ENTITIES)
    code = ord(character)
    if (code < 0x20 and character not in _SHORT) or code & 0xFFFE == 0xFFFE:
        return _numbered(character)
    return _numbered(character) if category(character) == "Cs" else f"&#{code};"
