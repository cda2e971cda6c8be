"""From the untyped tree to the typed one: what a filter means, or why it means nothing.

The left side of a comparison gives the type to literals on the right.  Everything that can be wrong
with a filter is found here, before a packet is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dissect.filter import syntax, types
from dissect.filter.errors import FilterError
from dissect.filter.functions import FUNCTIONS, Function
from dissect.filter.names import alike, lookup
from dissect.filter.pattern import Pattern, compile_pattern
from dissect.filter.types import BYTES, INTEGER, Type, Value
from dissect.filter.values import read_character, read_string, read_word

OPERATORS: dict[str, tuple[str, bool]] = {
    "==": ("==", False), "eq": ("==", False), "any_eq": ("==", False),
    "===": ("==", True), "all_eq": ("==", True),
    "!=": ("!=", True), "ne": ("!=", True), "all_ne": ("!=", True),
    "!==": ("!=", False), "~=": ("!=", False), "any_ne": ("!=", False),
    "<": ("<", False), "lt": ("<", False), "<=": ("<=", False), "le": ("<=", False),
    ">": (">", False), "gt": (">", False), ">=": (">=", False), "ge": (">=", False),
    "contains": ("contains", False), "matches": ("matches", False), "~": ("matches", False),
}  # fmt: skip
"""What each operator is called in the typed tree, and whether all values must fulfil it."""


def check(text: str) -> types.Test:
    """The typed tree of a filter; raises FilterError."""
    root = syntax.parse(text)
    return types.Always("") if root is None else _Checker(text).test(root, None)


class _Checker:
    """Gives types to the parts of one filter."""

    def __init__(self, text: str) -> None:
        self.text = text

    def said(self, part: syntax.Part) -> str:
        """A part in the user's words."""
        return self.text[part.start : part.end]

    # --- tests ----------------------------------------------------------------------------------

    def test(self, part: syntax.Part, every: bool | None) -> types.Test:
        """A part that must be a test; ``every``: ``all`` or ``any`` stands before it."""
        tester = TESTS[type(part)]
        return tester(self, part, every)

    def junction(self, part: syntax.Junction, every: bool | None) -> types.Test:
        """``and``, ``or``, ``xor``."""
        tests = tuple(self.test(inner, None) for inner in part.tests)
        return types.Joined(self.said(part), part.word, tests)

    def negation(self, part: syntax.Negation, every: bool | None) -> types.Test:
        """``not``."""
        return types.Not(self.said(part), self.test(part.test, None))

    def quantified(self, part: syntax.Quantified, every: bool | None) -> types.Test:
        """``all`` and ``any`` say it for the comparison, whatever its operator's own way."""
        return self.test(part.test, part.every)

    def exists(self, part: syntax.Exists, every: bool | None) -> types.Test:
        """A field or slice that is there, a sum that isn't zero."""
        value = self.value(part.of, None)
        if isinstance(value, types.Applied):
            name = self.said(part.of)
            raise _wrong(part, f"{name} is a function's value: it is to be compared with another")
        return types.Has(self.said(part), value)

    def comparison(self, part: syntax.Comparison, every: bool | None) -> types.Test:
        """``a < b < c`` is ``a < b and b < c``."""
        left, tests = self.value(part.values[0], None), []
        for before, sign, after in zip(part.values, part.operators, part.values[1:], strict=False):
            if isinstance(left, types.Constant):
                left = self.value(before, None)  # says that it is no field
            tests.append(self.compared(before, left, sign, after, every))
            if len(part.operators) > len(tests):
                left = self.value(after, left)
        return tests[0] if len(tests) == 1 else types.Joined(self.said(part), "and", tuple(tests))

    def compared(
        self, before: syntax.Part, left: Value, sign: str, after: syntax.Part, every: bool | None
    ) -> types.Test:
        """One comparison of two values."""
        text = self.text[before.start : after.end]
        operator, all_of_them = OPERATORS[sign]
        if every is None:
            every = all_of_them
        able = operator if operator in ("contains", "matches") else "compare"
        self.need(before, left, able, sign)
        if operator == "matches":
            return types.Match(text, left, self.pattern(after), every)
        right = self.like(after, _whole(left) if operator == "contains" else left)
        self.need(after, right, able, sign)
        if isinstance(left, types.Known) and able == "compare" and operator in ("==", "!="):
            self.one_of(after, right, left)
        return types.Compare(text, operator, left, right, every)

    def pattern(self, part: syntax.Part) -> Pattern:
        """The regular expression on the right of ``matches``."""
        if not isinstance(part, syntax.String):
            raise _wrong(part, 'behind "matches" stands a regular expression in double quotes')
        try:
            return compile_pattern(part.value)
        except ValueError as error:
            raise _wrong(part, str(error)) from None

    def member(self, part: syntax.Member, every: bool | None) -> types.Test:
        """``in`` and ``not in``."""
        left = self.value(part.of, None)
        self.need(part.of, left, "compare", "in")
        elements = tuple(
            (self.element(low, left), None if high is None else self.element(high, left))
            for low, high in part.elements
        )
        text = self.said(part)
        test = types.Within(text, left, elements, bool(every))
        return types.Not(text, test) if part.negated else test

    def element(self, part: syntax.Part, left: Value) -> Value:
        """An element of a set, or an end of a range in it."""
        value = self.like(part, left)
        if isinstance(left, types.Known):
            self.one_of(part, value, left)
        return value

    # --- values ---------------------------------------------------------------------------------

    def value(self, part: syntax.Part, like: Value | None) -> Value:
        """A value; literals are read as the type of ``like``, without which there may be none."""
        reader = VALUES[type(part)]
        return reader(self, part, like)

    def like(self, part: syntax.Part, left: Value) -> Value:
        """The right side of a comparison with ``left``; makes sure that they can be compared."""
        right = self.value(part, left)
        if not _comparable(left, right):
            hint = ""
            if isinstance(right, types.FieldValue) and left.type.group in ("integer", "string"):
                hint = f'; the text would be "{right.text}", in quotes'
            raise _wrong(
                part, f"{right.text} is {right.type.name}, {left.text} is {left.type.name}: "
                f"they can't be compared{hint}",
            )  # fmt: skip
        return right

    def word(self, part: syntax.Word, like: Value | None) -> Value:
        """A name, or else a literal."""
        text = part.text
        named = None if _is_literal(text) else lookup(text.removeprefix("."))
        if named is not None:
            return named
        if like is None or text.startswith("."):
            raise _wrong(part, f'"{text}" is no field and no protocol', alike(text))
        return self.literal(part, like, lambda field: read_word(like.type, text, field), text)

    def string(self, part: syntax.String, like: Value | None) -> Value:
        """Text in quotes."""
        text = part.value.decode("utf-8", "backslashreplace")
        if like is None:
            raise _wrong(part, "a string can't stand here: on the left there must be a field")
        kind = like.type
        return self.literal(
            part, like, lambda field: (read_string(kind, part.value, field), None), text
        )

    def character(self, part: syntax.Character, like: Value | None) -> Value:
        """``'a'``."""
        if like is None:
            raise _wrong(part, "a character can't stand here: on the left there must be a field")
        kind = like.type
        return self.literal(part, like, lambda field: (read_character(kind, part.value), None), "")

    def literal(
        self, part: syntax.Part, like: Value,
        read: Callable[[Any], tuple[Any, int | None]], text: str,
    ) -> Value:  # fmt: skip
        """A literal of the type of ``like``; what is wrong with it is said with the place."""
        field = like.field if isinstance(like, types.FieldValue) else None
        try:
            value, bits = read(field)
        except ValueError as error:
            if field is not None and isinstance(field.enum, Mapping):
                close = tuple(f'"{name}"' for name in alike(text, field.enum.values()))
            else:
                close = alike(text) if "." in text else ()
            raise _wrong(part, str(error), close) from None
        return types.Constant(like.type, self.said(part), value, bits)

    def one_of(self, part: syntax.Part, value: Value, known: types.Known) -> None:
        """Make sure that a word is one of those that there are."""
        if not isinstance(value, types.Constant) or not known.words:
            return
        word = value.value.decode("utf-8", "replace")
        if word not in known.words:
            close = tuple(f'"{name}"' for name in alike(word, known.words))
            raise _wrong(part, f'{known.text} is never "{word}"', close)

    def layered(self, part: syntax.Layered, like: Value | None) -> Value:
        """A field in some layers only."""
        field = self.word(part.name, None)
        if not isinstance(field, types.FieldValue):
            raise _wrong(part, f"{part.name.text} belongs to no layer")
        return types.FieldValue(field.type, self.said(part), field.field, part.ranges)

    def sliced(self, part: syntax.Sliced, like: Value | None) -> Value:
        """Octets of a value."""
        of = self.value(part.of, None)
        if "slice" not in of.type.can:
            raise _wrong(part.of, f"{of.text} is {of.type.name}, which can't be sliced into octets")
        return types.Slice(BYTES, self.said(part), of, part.ranges)

    def call(self, part: syntax.Call, like: Value | None) -> Value:
        """A function of values."""
        name = part.name.text
        function = FUNCTIONS.get(name)
        if function is None:
            raise _wrong(part.name, f'there is no function "{name}"', alike(name, FUNCTIONS))
        most = "" if function.most is None else f", not {len(part.arguments)}"
        if not function.least <= len(part.arguments) <= (function.most or len(part.arguments)):
            wanted = "one argument" if function.most else "at least one argument"
            raise _wrong(part, f"{name} takes {wanted}{most}")
        arguments = self.arguments(name, function, part)
        result = function.result or arguments[0].type
        return types.Applied(result, self.said(part), name, arguments)

    def arguments(self, name: str, function: Function, part: syntax.Call) -> tuple[Value, ...]:
        """The arguments of a function, the first of which gives literals their type."""
        first = self.value(part.arguments[0], None)
        if function.of_fields is not None and not isinstance(first, types.FieldValue):
            raise _wrong(part.arguments[0], f"{name} takes a field, which {first.text} is not")
        self.need(part.arguments[0], first, function.needs, name)
        rest = tuple(self.value(argument, first) for argument in part.arguments[1:])
        for argument, value in zip(part.arguments[1:], rest, strict=True):
            if value.type.group != first.type.group:
                raise _wrong(argument, f"{value.text} is {value.type.name}, not {first.type.name}")
        return (first, *rest)

    def signed(self, part: syntax.Signed, like: Value | None) -> Value:
        """A negative number, or the negative of a value."""
        word = part.of
        if isinstance(word, syntax.Word) and like is not None and lookup(word.text) is None:
            text = ("-" if part.sign == "-" else "") + word.text
            return self.literal(part, like, lambda field: read_word(like.type, text, field), text)
        of = self.value(word, like)
        self.need(word, of, "sign", part.sign)
        return of if part.sign == "+" else types.Negative(of.type, self.said(part), of)

    def arithmetic(self, part: syntax.Arithmetic, like: Value | None) -> Value:
        """A sum: its first value gives the type to the others."""
        first = self.value(part.first, None if like is None else _unbounded(like))
        rest = []
        for sign, after in part.rest:
            operator = "&" if sign == "bitwise_and" else sign
            self.need(part.first, first, operator, operator)
            value = self.like(after, _unbounded(first))
            self.need(after, value, operator, operator)
            rest.append((operator, value))
        kind = _unbounded(first).type
        return types.Sum(kind, self.said(part), first, tuple(rest))

    def need(self, part: syntax.Part, value: Value, able: str, word: str) -> None:
        """Make sure that a value's type can do something."""
        if able and able not in value.type.can:
            raise _wrong(part, f'{value.text} is {value.type.name}: "{word}" is not for those')


def _wrong(part: syntax.Part, message: str, suggestions: tuple[str, ...] = ()) -> FilterError:
    return FilterError(message, part.start, part.end, suggestions)


def _is_literal(text: str) -> bool:
    """True for what begins with a colon (``:ff``), which is no name."""
    return text.startswith(":")


def _whole(value: Value) -> Value:
    """What gives the type to octets that are looked for in an address: any number of them."""
    return Value(BYTES, value.text) if value.type.group == "bytes" else value


def _unbounded(value: Value) -> Value:
    """What gives the type to the numbers in a sum: they may be greater than the field's."""
    return Value(INTEGER, value.text) if value.type.group == "integer" else value


def _comparable(left: Value, right: Value) -> bool:
    kinds: tuple[Type, Type] = left.type, right.type
    if isinstance(left, types.Slice) or isinstance(right, types.Slice):
        return all("slice" in kind.can for kind in kinds)
    return kinds[0].group == kinds[1].group or kinds[1].group in kinds[0].accepts


TESTS: dict[type[syntax.Part], Callable[[_Checker, Any, bool | None], types.Test]] = {
    syntax.Junction: _Checker.junction, syntax.Negation: _Checker.negation,
    syntax.Quantified: _Checker.quantified, syntax.Exists: _Checker.exists,
    syntax.Comparison: _Checker.comparison, syntax.Member: _Checker.member,
}  # fmt: skip
VALUES: dict[type[syntax.Part], Callable[[_Checker, Any, Value | None], Value]] = {
    syntax.Word: _Checker.word, syntax.String: _Checker.string,
    syntax.Character: _Checker.character, syntax.Layered: _Checker.layered,
    syntax.Sliced: _Checker.sliced, syntax.Call: _Checker.call,
    syntax.Signed: _Checker.signed, syntax.Arithmetic: _Checker.arithmetic,
}  # fmt: skip
"""Who reads which part."""
