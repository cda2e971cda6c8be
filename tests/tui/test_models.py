"""What the UI knows, without a screen."""

from array import array

import pytest

from tui import actions
from tui.model import columns, history, jump, keys, saving, settings, wanted
from tui.model.bits import cells, drawing
from tui.model.columns import Column
from tui.model.marks import Marks
from tui.model.memory import Memory
from tui.model.packets import Detail, Line, Row
from tui.model.rows import MOST, Rows
from tui.model.shown import Shown
from tui.model.tree import Tree

# --- where to go ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("42", jump.Jump(number=42)),
        ("1,000", jump.Jump(number=1000)),
        ("+10", jump.Jump(lines=10)),
        ("-3", jump.Jump(lines=-3)),
        ("+1.5s", jump.Jump(nanoseconds=1_500_000_000)),
        ("-200ms", jump.Jump(nanoseconds=-200_000_000)),
        ("+2m", jump.Jump(nanoseconds=120_000_000_000)),
        ("mark", None),
        ("+1.5", None),
        ("", None),
        ("²", None),
    ],
)
def test_a_jump_is_a_number_lines_or_a_time(text, meant):
    assert jump.parse(text) == meant


# --- keys ----------------------------------------------------------------------------------------


def keymap() -> keys.Keymap:
    return keys.Keymap(
        [
            keys.Key(("j",), "down"),
            keys.Key(("g", "g"), "first"),
            keys.Key(("l",), "right"),
            keys.Key(("l",), "unfold", "detail"),
            keys.Key(("0",), "zero"),
        ]
    )


def test_a_number_before_a_key_is_its_count():
    it = keymap()
    assert [it.feed(key, "") for key in "10"] == [None, None]
    assert it.pending == "10"
    assert it.feed("j", "") == ("down", 10)
    assert it.pending == ""


def test_a_zero_counts_only_behind_another_digit():
    assert keymap().feed("0", "") == ("zero", None)


def test_a_sequence_waits_for_its_last_key():
    it = keymap()
    assert it.feed("g", "") is None
    assert it.pending == "g"
    assert it.feed("g", "") == ("first", None)


def test_an_unknown_sequence_is_forgotten():
    it = keymap()
    assert [it.feed(key, "") for key in ("g", "x")] == [None, None]
    assert it.feed("j", "") == ("down", None)


def test_escape_takes_back_what_was_typed():
    it = keymap()
    for key in ("4", "2", "escape"):
        it.feed(key, "")
    assert it.feed("j", "") == ("down", None)


def test_a_panes_key_goes_before_everybodys():
    assert keymap().feed("l", "detail") == ("unfold", None)
    assert keymap().feed("l", "packets") == ("right", None)


def test_no_key_of_ours_means_two_things_or_hides_another():
    every = actions.keys_of(actions.load(), {})
    for one in every:
        for other in every:
            if one is not other and one.pane == other.pane:
                assert one.keys != other.keys[: len(one.keys)], (one, other)


# --- shown packets -------------------------------------------------------------------------------


def test_all_packets_need_no_numbers():
    shown = Shown()
    shown.total = 10_000_000
    assert (len(shown), shown[9_999_999], shown.place(500)) == (10_000_000, 10_000_000, 499)
    assert shown.numbers_at(-5, 3) == [1, 2, 3]


def test_a_packet_that_is_not_shown_has_the_next_ones_place():
    shown = Shown()
    shown.total = 100
    shown.none()
    shown.add(array("I", [10, 20, 30]))
    assert [shown.place(number) for number in (1, 10, 15, 30, 99)] == [0, 0, 1, 2, 2]
    assert [shown.has(number) for number in (10, 15)] == [True, False]


def test_sorted_packets_are_found_where_they_are():
    shown = Shown()
    shown.total = 3
    shown.order(array("I", [3, 1, 2]))
    assert [shown.place(number) for number in (1, 2, 3)] == [1, 2, 0]


def test_nothing_shown_is_no_error():
    shown = Shown()
    assert (len(shown), shown.place(1), shown.has(1), shown.numbers_at(0, 10)) == (0, 0, False, [])


# --- rows ----------------------------------------------------------------------------------------


def test_rows_are_bounded_and_the_latest_stay():
    rows = Rows()
    rows.put(Row(number, ("a",)) for number in range(1, MOST + 101))
    assert rows.get(1) is None
    assert rows.get(MOST + 100) is not None


def test_stale_rows_are_shown_and_asked_for_again():
    rows = Rows()
    rows.put([Row(1, ("a",))])
    rows.expire()
    assert rows.get(1) == Row(1, ("a",))
    assert rows.missing([1]) == [1]
    assert rows.put([Row(1, ("a",), rule=2)]) == [1]
    assert rows.missing([1]) == []


def test_an_answer_to_an_old_question_stays_stale():
    rows = Rows()
    age = rows.age
    rows.expire()
    rows.put([Row(1, ("a",))], age)
    assert rows.missing([1]) == [1]


# --- columns -------------------------------------------------------------------------------------


def test_columns_are_written_as_they_are_read():
    for text in ("number", "Hops=ipv6.hlim:6", "ipv6.hlim:6", "Hops=ipv6.hlim"):
        assert columns.written(columns.parse(text)) == text
    assert columns.parse("Hops=ipv6.hlim:6") == Column("ipv6.hlim", "Hops", 6)


def test_a_width_that_is_none_is_refused():
    with pytest.raises(ValueError, match="colon"):
        columns.parse("ipv6.hlim:wide")


@pytest.mark.parametrize("room", [79, 99, 139, 200])
def test_columns_take_the_room_that_there_is(room):
    found = columns.widths(columns.DEFAULT, room)
    assert sum(found) + sum(width > 0 for width in found) == room


# --- marks, history ------------------------------------------------------------------------------


def test_marks_are_gone_through_in_a_circle():
    marks = Marks()
    for number in (30, 10, 20):
        marks.toggle(number)
    assert [marks.after(number) for number in (1, 10, 30)] == [10, 20, 10]
    assert [marks.before(number) for number in (10, 30)] == [30, 20]
    assert not marks.toggle(20)
    assert marks.numbers == [10, 30]
    assert Marks().after(1) is None


def test_history_goes_back_and_returns_to_what_was_typed():
    it = history.History(["a", "b"])
    assert [it.older("typed"), it.older("b"), it.older("a")] == ["b", "a", "a"]
    assert [it.newer("a"), it.newer("b"), it.newer("typed")] == ["b", "typed", "typed"]
    it.add("a")
    assert it.lines == ["b", "a"]


def test_memory_survives_and_a_broken_file_is_an_empty_one(tmp_path):
    memory = Memory(tmp_path / "new")
    memory.write("filters", ["a", "línea\n2"])
    assert memory.read("filters") == ["a", "línea\n2"]
    (tmp_path / "new" / "filters.jsonl").write_bytes(b"\xff\xfe{")
    assert memory.read("filters") == []
    assert Memory(None).read("filters") == []


# --- filters from fields -------------------------------------------------------------------------


def test_a_field_gives_its_filter():
    line = Line(1, "ipv6.hlim", "Hop Limit: 64", 0, 21, 1, value="64")
    assert wanted.of_field(line) == "ipv6.hlim == 64"
    layer = Line(0, "ipv6", "Internet Protocol Version 6", 0, 14, 40, kind="layer")
    assert wanted.of_field(layer) == "ipv6"
    assert wanted.of_field(Line(1, "", "some text", 0, 0, 0)) == ""


@pytest.mark.parametrize(
    ("before", "word", "filtered"),
    [
        ("", "and", "tcp.port == 80"),
        ("", "and not", "not tcp.port == 80"),
        ("ipv6", "and", "ipv6 and tcp.port == 80"),
        ("ipv6 or arp", "and", "(ipv6 or arp) and tcp.port == 80"),
        ("ipv6 || arp", "and not", "(ipv6 || arp) and not tcp.port == 80"),
        ('dns.qry.name == "a or b"', "and", '(dns.qry.name == "a or b") and tcp.port == 80'),
    ],
)
def test_filters_are_joined_as_they_are_meant(before, word, filtered):
    assert wanted.joined(before, word, "tcp.port == 80") == filtered


# --- trees ---------------------------------------------------------------------------------------


def lines() -> tuple[Line, ...]:
    return (
        Line(0, "eth", "Ethernet II", 0, 0, 14, kind="layer"),
        Line(1, "eth.dst", "Destination: …", 0, 0, 6),
        Line(0, "ipv6", "Internet Protocol Version 6", 0, 14, 40, kind="layer"),
        Line(1, "ipv6.version", "Version: 6", 0, 14, 1, mask=0xF0),
        Line(1, "ipv6.tclass", "Traffic Class: 0x00", 0, 14, 4, mask=0x0FF00000),
        Line(2, "ipv6.tclass.dscp", "DSCP: 0", 0, 14, 4, mask=0x0FC00000),
        Line(2, "ipv6.tclass.ecn", "ECN: 0", 0, 14, 4, mask=0x00300000),
        Line(1, "ipv6.flow", "Flow Label: 0", 0, 15, 3, mask=0x0FFFFF),
        Line(1, "ipv6.plen", "Payload Length: 8", 0, 18, 2),
        Line(1, "", "[Summary: x]", 0, 14, 0, kind="generated"),
    )


def tree() -> Tree:
    it = Tree()
    it.load(Detail(1, "eth:ipv6", lines(), (), (), ()))
    return it


def names(it: Tree) -> list[str]:
    return [it.lines[index].name for index in it.seen]


def test_layers_stand_open_but_for_the_link():
    assert names(tree()) == [
        "eth", "ipv6", "ipv6.version", "ipv6.tclass", "ipv6.flow", "ipv6.plen", "",
    ]  # fmt: skip


def test_what_is_unfolded_stays_so_for_the_next_packet():
    it = tree()
    it.set_open(4, True)
    it.set_open(0, True)
    it.load(Detail(2, "", lines(), (), (), ()))
    assert "ipv6.tclass.ecn" in names(it)
    assert "eth.dst" in names(it)


def test_an_octet_belongs_to_the_narrowest_field():
    it = tree()
    assert it.lines[it.at_octet(0, 18)].name == "ipv6.plen"
    assert it.lines[it.at_octet(0, 15)].name == "ipv6.flow"
    assert it.lines[it.at_octet(0, 30)].name == "ipv6"
    assert it.at_octet(0, 60) is None
    assert it.at_octet(1, 18) is None


def test_a_hidden_line_is_uncovered():
    it = tree()
    place = it.uncover(6)
    assert names(it)[place] == "ipv6.tclass.ecn"


def test_header_bits_are_drawn_as_in_the_rfc():
    # RFC 8200, section 3: version 4, traffic class 8 (RFC 2474: 6, RFC 3168: 2), flow label 20
    picture = ["".join(text for text, _ in row) for row in drawing(cells(lines(), 2))]
    edge = " " + "+-" * 32 + "+"
    assert picture[2] == edge
    assert picture[3] == " |Version|   DSCP    |ECN|              Flow Label               |"
    assert picture[4] == edge
    assert picture[5] == " |        Payload Length         |"


# --- settings ------------------------------------------------------------------------------------

EVERYTHING = """
theme = "mine"
time = "ud"
columns = ["number", "Hops=ipv6.hlim:5", "info"]
share = 0.6

[keys]
mark = ["m", "insert"]
quit = "Z Z"

[[rules]]
name = "Router"
filter = "icmpv6.type == 134"
color = "#d7b56d"

[themes.mine]
base = "sixscope-light"
primary = "#112233"
"""


def test_settings_are_read_and_a_profile_over_them(tmp_path):
    (tmp_path / "config.toml").write_text(EVERYTHING)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "work.toml").write_text('time = "e"')
    found = settings.load("work", tmp_path)
    assert (found.time, found.theme, found.share) == ("e", "mine", 0.6)
    assert found.columns[1] == Column("ipv6.hlim", "Hops", 5)
    assert found.keys == {"mark": ("m", "insert"), "quit": ("Z Z",)}
    assert found.rules[0].filter == "icmpv6.type == 134"
    assert found.themes["mine"]["primary"] == "#112233"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colums = []", "colums: no such setting"),
        ('time = "x"', "time: 'x' is none of"),
        ("share = 2", "share: 2 is no number from 0.1 to 0.9"),
        ("columns = [1]", "columns: 1 is no text"),
        ("keys = 1", "keys: "),
        ('[[rules]]\nname = "a"', "rules: 'filter' is missing"),
        ("time =", "config.toml: "),
    ],
)
def test_what_cannot_be_understood_is_told_in_one_line(tmp_path, text, said):
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(settings.SettingsError) as caught:
        settings.load(place=tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_profile_that_is_not_there_is_named(tmp_path):
    with pytest.raises(settings.SettingsError, match="no profile 'absent'"):
        settings.load("absent", tmp_path)
    with pytest.raises(settings.SettingsError, match="no profile"):
        settings.load("../config", tmp_path)


# --- saving columns ------------------------------------------------------------------------------

SAVED = (Column("number"), Column("ipv6.hlim", 'Hops "left" é', 5), Column("info"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{}"),
        ("# mine\ntheme = 'x'\n", "{}# mine\ntheme = 'x'\n"),
        ("[keys]\ncolumns = ['q']\n", "{}[keys]\ncolumns = ['q']\n"),
        ("a = 1\ncolumns = [\n  'number', # no ]\n  'info',\n]\n# so\n[keys]\n",
         "a = 1\n{}# so\n[keys]\n"),
        ("columns = ['info']\nb = 2", "{}b = 2\n"),
    ],
)  # fmt: skip
def test_columns_are_saved_and_all_else_stays(tmp_path, before, after):
    path = tmp_path / "config.toml"
    path.write_text(before)
    assert saving.has_columns("", tmp_path) is (
        "\ncolumns = [" in f"\n{before.partition('[keys]')[0]}"
    )
    assert saving.save_columns(SAVED, "", tmp_path) == path
    line = 'columns = ["number", "Hops \\"left\\" é=ipv6.hlim:5", "info"]\n'
    assert path.read_text() == after.replace("{}", line)


def test_a_new_profile_is_made_for_saved_columns(tmp_path):
    assert not saving.has_columns("work", tmp_path)
    saving.save_columns(SAVED, "work", tmp_path)
    assert settings.load("work", tmp_path).columns == SAVED
    assert settings.load("", tmp_path).columns == columns.DEFAULT
    with pytest.raises(settings.SettingsError, match="can be called"):
        saving.save_columns(SAVED, "../config", tmp_path)


def test_a_link_to_settings_stays_a_link(tmp_path):
    (tmp_path / "mine.toml").write_text("")
    (tmp_path / "config.toml").symlink_to(tmp_path / "mine.toml")
    saving.save_columns(SAVED, "", tmp_path)
    assert (tmp_path / "config.toml").is_symlink()
    assert settings.load("", tmp_path).columns == SAVED


@pytest.mark.parametrize(
    ("text", "saved"),
    [("theme =", SAVED), ("\"columns\" = ['info']", SAVED), ("", (Column("info", "a=b"),))],
)
def test_what_cannot_be_saved_changes_nothing(tmp_path, text, saved):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(settings.SettingsError, match=r"config\.toml: "):
        saving.save_columns(saved, "", tmp_path)
    assert path.read_text() == text
