"""Where exports go: nothing is overwritten, nothing is left half-finished."""

from __future__ import annotations

import os
import stat

import pytest

from dissect.export.place import Refused, new_file


def test_a_file_has_its_name_only_when_it_is_complete(tmp_path):
    place = tmp_path / "out.csv"
    with new_file(str(place)) as path:
        path.write_text("half")
        assert not place.exists()
        assert path.parent == tmp_path
    assert place.read_text() == "half"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_permissions_are_a_new_files(tmp_path):
    mask = os.umask(0o027)
    try:
        with new_file(str(tmp_path / "out")):
            pass
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MemoryError])
def test_after_an_exception_nothing_is_left(tmp_path, error):
    place = tmp_path / "out.csv"
    with pytest.raises(error), new_file(str(place)) as path:
        path.write_text("half")
        raise error
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
def test_what_is_there_stays_after_an_exception(tmp_path, force):
    place = tmp_path / "out.csv"
    place.write_text("theirs")
    with pytest.raises((ValueError, Refused)), new_file(str(place), force=force) as path:
        path.write_text("half")
        raise ValueError
    assert place.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_an_existing_file_is_refused_and_replaced_only_with_force(tmp_path):
    place = tmp_path / "out.csv"
    place.write_text("theirs")
    with pytest.raises(Refused, match="--force"), new_file(str(place)):
        raise AssertionError("not reached")
    with new_file(str(place), force=True) as path:
        path.write_text("ours")
    assert place.read_text() == "ours"


def test_a_file_that_comes_into_being_meanwhile_is_not_overwritten(tmp_path):
    place = tmp_path / "out.csv"
    with pytest.raises(Refused), new_file(str(place)) as path:
        path.write_text("ours")
        place.write_text("theirs")
    assert place.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("force", [False, True])
def test_a_device_is_never_replaced(tmp_path, force):
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", tmp_path):
        with pytest.raises(Refused, match="no ordinary file"), new_file(str(place), force=force):
            raise AssertionError("not reached")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with new_file(str(tmp_path / "link"), force=True) as path:
        path.write_text("new")
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "link").is_symlink()
