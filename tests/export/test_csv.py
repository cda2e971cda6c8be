import csv
import io

import pytest

from dissect import Packet
from dissect.export.csv import Csv, cell


def test_titles_and_rows_are_those_of_wireshark(write, frame):
    rows = list(csv.reader(io.StringIO(write(Csv, Packet(frame(), number=7, time_ns=5)))))
    assert rows[0] == ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"]
    assert rows[1][0] == "7"
    assert rows[1][2:4] == ["fe80::1", "ff02::1"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_cell_that_a_spreadsheet_would_run_is_made_text(start):
    assert cell(start + "cmd|' /C calc'!A0") == f"\"'{start}cmd|' /C calc'!A0\""


def test_quotes_are_doubled():
    assert cell('a"b') == '"a""b"'


def test_a_formula_in_the_info_column_is_disarmed(write):
    packet = Packet(b"").decode()
    packet.info_parts = [('=HYPERLINK("x")',)]
    assert '"\'=HYPERLINK(""x"")"' in write(Csv, packet)
