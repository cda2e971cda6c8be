"""The terminal's driver: what it leaves out must not be missed."""

import curses
import random

import pytest

from tui.cells import Cells
from tui.driver import erases

RED, BLUE = "38;2;200;0;0;48;2;1;1;1", "38;2;0;0;200;48;2;1;1;1"


class Terminal:
    """A terminal of the smallest kind: cells, and how they look; of blanks the back is seen."""

    def __init__(self, width: int, height: int) -> None:
        self.cells = {(x, y): (" ", ("", "")) for x in range(width) for y in range(height)}
        self.x = self.y = 0
        self.front = self.back = ""
        self.attributes: set[str] = set()

    def write(self, data: str) -> None:
        at = 0
        while at < len(data):
            if data[at] != "\x1b":
                blank = data[at] == " "
                look = ("", self.back) if blank else (self.front, self.back, *self.attributes)
                self.cells[self.x, self.y] = data[at], look
                self.x += 1
                at += 1
                continue
            end = at + 2
            while not data[end].isalpha():
                end += 1
            self.sequence(data[at + 2 : end], data[end])
            at = end + 1

    def sequence(self, codes: str, kind: str) -> None:
        if kind == "H":
            self.y, self.x = (int(it) - 1 for it in codes.split(";"))
        elif kind == "C":
            self.x += int(codes)
        elif kind == "X":
            for x in range(self.x, self.x + int(codes)):
                self.cells[x, self.y] = " ", ("", self.back)
        elif kind == "m":
            parts = iter(codes.split(";") if codes else ["0"])
            for part in parts:
                if part in ("38", "48"):
                    color = ";".join([part, *(next(parts) for _ in range(4))])
                    if part == "38":
                        self.front = color
                    else:
                        self.back = color
                elif part == "0":
                    self.front = self.back = ""
                    self.attributes = set()
                elif part == "22":
                    self.attributes -= {"1", "2"}
                elif part == "1":
                    self.attributes.add("1")
                else:
                    assert part in ("39", "49")


@pytest.mark.parametrize("erases", [False, True])
def test_random_paintings_look_the_same_and_take_less(erases):
    chance = random.Random(6)
    plain, sparing, cells = Terminal(90, 10), Terminal(90, 10), Cells(erases=erases)
    written = shorter = 0
    for _ in range(600):
        data = ""
        for _ in range(chance.randrange(1, 4)):
            x, y = chance.randrange(30), chance.randrange(10)
            data += f"\x1b[{y + 1};{x + 1}H"
            for _ in range(chance.randrange(1, 4)):
                style = chance.choice([RED, BLUE, f"1;{RED}"])
                text = chance.choice(["ab", "   ", "xyz", "x z", 20 * " ", f"x{13 * ' '}z"])
                data += f"\x1b[{style}m{text}\x1b[0m"
        less = cells.shorter(data)
        plain.write(data)
        sparing.write(less)
        written += len(data)
        shorter += len(less)
        assert sparing.cells == plain.cells
    assert shorter < 0.6 * written


def test_each_colour_is_set_once():
    """Four lines of two colours: what would be eight changes are two."""
    lines = "".join(
        f"\x1b[{y};1H\x1b[{RED}mName {y}: \x1b[0m\x1b[{BLUE}mvalue {y}\x1b[0m" for y in range(1, 5)
    )
    less = Cells().shorter(lines)
    assert less.count("38;2;200;0;0") == less.count("38;2;0;0;200") == 1
    assert less.count("48;2;1;1;1") == 1


def test_many_blanks_are_erased_where_that_has_their_colour():
    painting = f"\x1b[1;1H\x1b[{RED}ma{40 * ' '}b{40 * ' '}\x1b[0m"
    assert "a\x1b[40X\x1b[40Cb\x1b[40X\x1b[m" in Cells(erases=True).shorter(painting)
    assert f"a{40 * ' '}b" in Cells().shorter(painting)
    underlined = painting.replace("[38", "[4;38")
    assert f"a{40 * ' '}b" in Cells(erases=True).shorter(underlined)


def test_blanks_are_erased_by_what_terminfo_says(monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr(curses, "setupterm", lambda: None)
    monkeypatch.setattr(curses, "tigetstr", lambda name: b"\x1b[%p1%dX")
    for flag in (0, 1):
        monkeypatch.setattr(curses, "tigetflag", lambda name, flag=flag: flag)
        assert erases() is bool(flag)
    monkeypatch.setattr(curses, "tigetflag", lambda name: 0)
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    assert erases()
    monkeypatch.setenv("STY", "1.pts-0")  # GNU screen, maybe in tmux
    assert not erases()


def test_what_is_there_is_not_written_again():
    cells = Cells()
    painting = f"\x1b[3;5H\x1b[{RED}mNeighbor\x1b[0m"
    assert "Neighbor" in cells.shorter(painting)
    assert cells.shorter(painting) == ""
    assert "Neighbor" not in cells.shorter(painting.replace("bor", "bar"))


def test_after_the_screen_was_cleared_everything_is_written():
    cells = Cells()
    painting = f"\x1b[3;5H\x1b[{RED}mNeighbor\x1b[0m"
    cells.shorter(painting)
    cells.shorter("\x1b[2J")
    assert "Neighbor" in cells.shorter(painting)
    cells.forget()
    assert "Neighbor" in cells.shorter(painting)


def test_a_look_that_is_not_known_is_handed_on_and_nothing_is_taken_for_granted_behind_it():
    """53 is overlined (ECMA-48, section 8.3.117)."""
    cells = Cells()
    line = f"\x1b[1;1H\x1b[{RED}mred\x1b[0m"
    over = f"\x1b[2;1H\x1b[{RED}mred\x1b[0m\x1b[53mover\x1b[0m\x1b[3;1H\x1b[{RED}mred\x1b[0m"
    assert cells.shorter(line)
    less = cells.shorter(over)
    assert less.index("red") < less.index("\x1b[53mover") < less.rindex("\x1b[3;1H\x1b[0;")
    assert "over" in cells.shorter(over)  # what is there then is not known
    assert cells.shorter(line) == ""


def test_wide_characters_are_always_written():
    cells = Cells()
    painting = f"\x1b[1;1H\x1b[{RED}m漢字\x1b[0m"
    assert "漢字" in cells.shorter(painting)
    assert "漢字" in cells.shorter(painting)
    over = f"\x1b[1;1H\x1b[{RED}mabcd\x1b[0m"
    assert "abcd" in cells.shorter(over)


def test_wide_characters_come_before_what_stands_beside_them():
    """Terminals don't agree on their width: what is written later is there at any rate."""
    less = Cells().shorter(
        f"\x1b[1;1H\x1b[{BLUE}m-\x1b[0m\x1b[{RED}m漢字\x1b[0m\x1b[{BLUE}m|\x1b[0m"
    )
    assert less.index("漢字") < less.index("-")
    assert less.index("漢字") < less.index("|")
    assert "\x1b[1;6H|" in less or "\x1b[4C|" in less


def test_sequences_that_are_no_text_pass():
    cells = Cells()
    for sequence in ("\x1b[?2026h", "\x1b]52;c;YWJj\x07", "\x1b[?1049h", "\x07",
                     "\x1bPtmux;\x1b\x1b]52;c;YWJj\x07\x1b\\"):  # fmt: skip
        assert cells.shorter(sequence) == sequence
    painting = f"\x1b[3;5H\x1b[{RED}mNeighbor\x1b[0m"
    cells.shorter(painting)
    cells.shorter("\x1bPtmux;\x1b\x1b]52;c;YWJj\x07\x1b\\")
    assert cells.shorter(painting) == ""


def painted(lines: list[str]) -> str:
    return "\n".join(
        f"\x1b[{y + 2};1H\x1b[{RED}m{text}\x1b[0m\x1b[{BLUE}m|\x1b[0m"
        for y, text in enumerate(lines)
    )


def test_a_list_that_moves_by_a_line_is_scrolled():
    """In a terminal that knows scroll regions (ECMA-48 and VT100: DECSTBM, RI): tmux's or xterm's;
    what is left over is painted as if nothing had been known of it."""
    lines = [f"{number:5} packet of some protocol" for number in range(30)]
    for before, after, scrolled in ((0, 1, "\x1b[2;9r\x1b[9;1H\n\x1b[r"),
                                    (5, 4, "\x1b[2;9r\x1b[2;1H\x1bM\x1b[r")):  # fmt: skip
        cells = Cells()
        cells.shorter(painted(lines[before : before + 8]))
        less = cells.shorter(painted(lines[after : after + 8]))
        assert less.startswith(scrolled)
        new = lines[8] if after > before else lines[4]
        assert new in less
        assert sum(text in less for text in lines) == 1
        assert cells.shorter(painted(lines[after : after + 8])) == ""


def test_half_a_line_is_never_scrolled():
    """Beside it stands what does not move."""
    lines = [f"{number:5} packet of some protocol" for number in range(30)]
    cells = Cells()
    cells.shorter(painted(lines[:8]))
    cells.shorter("".join(f"\x1b[{y};60H\x1b[{BLUE}mbeside\x1b[0m" for y in range(2, 10)))
    assert "r\x1b[" not in cells.shorter(painted(lines[1:9]))
