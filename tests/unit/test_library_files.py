"""Files that exist are whole, and what a killed process was writing does not stay."""

from pathlib import Path

from episcribe.library.files import is_temporary, remove_left_over, write_atomically

LEFT = (".notes.pdf.0123456789ab.part", ".notes.md.0123456789ab.part")
OTHERS = ("notes.pdf", "audio.mp3.part", ".notes.pdf.swp")


def test_what_was_being_written_is_cleared_by_name(tmp_path: Path) -> None:
    for name in (*LEFT, *OTHERS):
        (tmp_path / name).write_text("half")
    remove_left_over(tmp_path, ("notes.pdf",))
    assert {path.name for path in tmp_path.iterdir()} == {LEFT[1], *OTHERS}
    remove_left_over(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(OTHERS)


def test_names_of_any_length_are_known_again(tmp_path: Path) -> None:
    name = "a" * 200 + ".json"
    left = tmp_path / f".{name[:40]}.{'0' * 12}.part"
    left.write_text("half")
    assert is_temporary(left.name)
    remove_left_over(tmp_path, (name,))
    assert not left.exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_left_over(tmp_path / "gone")
    write_atomically(tmp_path / "made" / "x", "whole")
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["x"]
