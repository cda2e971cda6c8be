"""From a filter's text to its untyped tree.

What a word is (a field, a number, an address) is not decided here: the types do, in ``check``.
Every part knows its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dissect.filter.errors import FilterError

MAX_LENGTH = 20_000
"""Characters of a filter."""

MAX_DEPTH = 100
"""Parts within parts: parentheses, functions, negations."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a filter: characters [start, end) of its text."""

    start: int
    end: int

    def parts(self) -> Iterator[Part]:
        """The parts that this one is made of."""
        for field in fields(self):
            yield from _parts_of(getattr(self, field.name))


def _parts_of(value: Any) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts_of(item)


@dataclass(frozen=True, slots=True)
class Range:
    """Octets (or layers) from ``start``: ``length`` of them, or up to and with ``last``, or all.

    Negative numbers count from the end.
    """

    start: int
    length: int | None = None
    last: int | None = None


Ranges = tuple[Range, ...]


# --- values -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word(Part):
    """A name or a literal without quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class String(Part):
    """A string in double quotes, as octets."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Character(Part):
    """``'a'``: its code."""

    value: int


@dataclass(frozen=True, slots=True)
class Layered(Part):
    """``name#2``: a field in some layers of its protocol only."""

    name: Word
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sliced(Part):
    """``value[0:2]``."""

    of: Part
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Call(Part):
    """``function(arguments)``."""

    name: Word
    arguments: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Signed(Part):
    """``-value`` or ``+value``."""

    sign: str
    of: Part


@dataclass(frozen=True, slots=True)
class Arithmetic(Part):
    """``first + second - third``: operators of equal strength, from left to right."""

    first: Part
    rest: tuple[tuple[str, Part], ...]


# --- tests --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exists(Part):
    """A value that is to be there (a field), or not to be zero (a sum)."""

    of: Part


@dataclass(frozen=True, slots=True)
class Comparison(Part):
    """``a < b < c``: as many operators as there are values, less one."""

    values: tuple[Part, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member(Part):
    """``value in {a, b..c}``: the last of each pair is None where it is no range."""

    of: Part
    elements: tuple[tuple[Part, Part | None], ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Quantified(Part):
    """``all`` or ``any`` before a comparison."""

    every: bool
    test: Part


@dataclass(frozen=True, slots=True)
class Negation(Part):
    """``not test``."""

    test: Part


@dataclass(frozen=True, slots=True)
class Junction(Part):
    """Tests joined by ``and``, ``or`` or ``xor``."""

    word: str
    tests: tuple[Part, ...]


# --- from text ----------------------------------------------------------------------------------


def parse(text: str) -> Part | None:
    """The tree of a filter; None for an empty one, which every packet passes.

    Raises FilterError.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH, len(text))
    try:
        root: Part | None = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None
    _check_depth(root)
    return root


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


UNFINISHED = {'"': "the string has no closing quote", "'": "the character has no closing quote",
        "[": "the slice has no closing bracket",
        "#": "a layer is a number or numbers in brackets, right behind #"}  # fmt: skip
"""What is wrong where a token can't even begin with this character."""


def _unexpected(error: UnexpectedInput, text: str) -> FilterError:
    """What the parser did not expect, as a sentence."""
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        end = len(text.rstrip())
        return FilterError("the filter ends where more is expected", end, end + 1)
    if isinstance(error, UnexpectedCharacters):
        word = text[at]
        if word in UNFINISHED:
            return FilterError(UNFINISHED[word], at, len(text))
    else:
        assert isinstance(error, UnexpectedToken)
        word = str(error.token)
    return FilterError(f'"{word}" is not expected here', at, at + len(word))


def _check_depth(root: Part | None) -> None:
    pending = [(root, 1)] if root else []
    while pending:
        part, depth = pending.pop()
        if depth > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} parts within each other"
            raise FilterError(message, part.start, part.end)
        pending.extend((inner, depth + 1) for inner in part.parts())


def _span(children: list[Any]) -> tuple[int, int]:
    return _start(children[0]), _end(children[-1])


def _start(child: Any) -> int:
    start: Any = child.start_pos if isinstance(child, Token) else child.start
    return int(start)


def _end(child: Any) -> int:
    end: Any = child.end_pos if isinstance(child, Token) else child.end
    return int(end)


class _Builder(Transformer[Token, Any]):
    """Makes parts while the parser reads; one method for each rule of the grammar."""

    def start(self, children: list[Any]) -> Part | None:
        return children[0] if children else None

    def word(self, children: list[Any]) -> Part:
        return Word(*_span(children), str(children[0]))

    def layered(self, children: list[Any]) -> Part:
        name = self.word(children[:1])
        return Layered(*_span(children), name, _layers(children[1]))  # type: ignore[arg-type]

    def string(self, children: list[Any]) -> Part:
        return String(*_span(children), _string(children[0]))

    def character(self, children: list[Any]) -> Part:
        return Character(*_span(children), _character(children[0]))

    def call(self, children: list[Any]) -> Part:
        name = self.word(children[:1])
        return Call(*_span(children), name, tuple(children[1:-1]))  # type: ignore[arg-type]

    def sliced(self, children: list[Any]) -> Part:
        return Sliced(*_span(children), children[0], _ranges(children[1]))

    def signed(self, children: list[Any]) -> Part:
        return Signed(*_span(children), str(children[0]), children[1])

    def arithmetic(self, children: list[Any]) -> Part:
        rest = zip(map(str, children[1::2]), children[2::2], strict=True)
        return Arithmetic(*_span(children), children[0], tuple(rest))

    def exists(self, children: list[Any]) -> Part:
        return Exists(*_span(children), children[0])

    def comparison(self, children: list[Any]) -> Part:
        operators = tuple(map(str, children[1::2]))
        return Comparison(*_span(children), tuple(children[::2]), operators)

    def element(self, children: list[Any]) -> tuple[Part, Part | None]:
        return children[0], children[1] if len(children) > 1 else None

    def member(self, children: list[Any]) -> Part:
        of, *rest, close = children
        elements = tuple(child for child in rest if isinstance(child, tuple))
        negated = rest[0].type == "NOT"
        return Member(of.start, _end(close), of, elements, negated)

    def quantified(self, children: list[Any]) -> Part:
        return Quantified(*_span(children), children[0] == "all", children[1])

    def negation(self, children: list[Any]) -> Part:
        return Negation(*_span(children), children[1])

    def both(self, children: list[Any]) -> Part:
        return Junction(*_span(children), "and", tuple(children))

    def either(self, children: list[Any]) -> Part:
        return Junction(*_span(children), "or", tuple(children))

    def exclusive(self, children: list[Any]) -> Part:
        return Junction(*_span(children), "xor", tuple(children))


# --- inside the tokens --------------------------------------------------------------------------

ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
           "\\": 0x5C, '"': 0x22, "'": 0x27}  # fmt: skip

_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL
)
_RANGE = re.compile(r"\s*(-?\w+)?\s*(?:([:-])\s*(-?\w+)?\s*)?", re.ASCII)


def _string(token: Token) -> bytes:
    if token[0] in "rR":
        return str(token[2:-1]).encode("utf-8", "surrogatepass")
    out, end = bytearray(), 1
    for match in _ESCAPE.finditer(token, 1, len(token) - 1):
        out += token[end : match.start()].encode("utf-8", "surrogatepass")
        out += _escaped(token, match)
        end = match.end()
    return bytes(out) + token[end:-1].encode("utf-8", "surrogatepass")


def _escaped(token: Token, match: re.Match[str]) -> bytes:
    """What one escape sequence stands for."""
    hexadecimal, octal, short, long, letter = match.groups()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal and int(octal, 8) < 256:
        return bytes([int(octal, 8)])
    if letter in ESCAPES and letter:
        return bytes([ESCAPES[letter]])
    code = int(short or long or "110000", 16)
    if code < 0x110000 and not 0xD800 <= code < 0xE000:
        return chr(code).encode()
    at = _start(token) + match.start()
    raise FilterError(f'"{match[0]}" is no escape sequence', at, at + len(match[0]))


def _character(token: Token) -> int:
    octets = _string(token)
    if len(octets) != 1:
        raise FilterError("a character is one octet between quotes", *_span([token]))
    return octets[0]


def _layers(token: Token) -> Ranges:
    return _ranges(token) if token[1] == "[" else (Range(int(token[1:]), 1),)


def _ranges(token: Token) -> Ranges:
    """The ranges between brackets: ``1``, ``1:2``, ``1-2``, ``:2``, ``1:``, and lists of them."""
    found, at = [], _start(token) + token.index("[") + 1
    for text in token[token.index("[") + 1 : -1].split(","):
        found.append(_range(text, at))
        at += len(text) + 1
    return tuple(found)


def _range(text: str, at: int) -> Range:
    def wrong(why: str) -> FilterError:
        return FilterError(f'"{text.strip()}" is no range: {why}', at, at + max(len(text), 1))

    match = _RANGE.fullmatch(text)
    if match is None or not (match[1] or match[2] == ":"):
        raise wrong("one is 1, 1:2 (length), 1-2 (last), :2 or 1:")
    try:
        start, second = (None if n is None else int(n, 0) for n in (match[1], match[3]))
    except ValueError:
        raise wrong("it is made of numbers") from None
    if match[2] == ":":
        if second is not None and second <= 0:
            raise wrong(f"the length {second} is not positive")
        return Range(start or 0, length=second)
    assert start is not None
    if match[2] is None:
        return Range(start, length=1)
    if second is None:
        raise wrong("there is no number behind -")
    if start > second and (start < 0) == (second < 0):
        raise wrong(f"{start} is greater than {second}")
    return Range(start, last=second)
