"""Files that are replaced, written or deleted while they are on screen."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.gl


@pytest.fixture
def spare(project, tmp_path):
    """The second slide and its result, put back as they were afterwards."""
    files = [project.slide_path("second"), project.result_path("second")]
    for file in files:
        shutil.copy(file, tmp_path / file.name)
    yield files
    for file in files:
        shutil.copy(tmp_path / file.name, file)


@pytest.fixture
def second(panel, spare, qtbot):
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("second")
    return panel


def swap(file: Path, other: Path) -> None:
    """Replace a file at once, as a careful program does."""
    part = file.with_name(f".{file.name}.new")
    shutil.copy(other, part)
    part.replace(file)


def kinds(panel) -> list[str]:
    return [item.kind for item in panel.layers.overlays]


def test_that_a_result_deleted_while_it_is_shown_takes_its_layers_along(
    second, spare, qtbot
):
    assert "grid" in kinds(second)
    with qtbot.waitSignal(second.ready):
        spare[1].unlink()
    assert "grid" not in kinds(second)
    assert second.stage.banner.text == "The result file has gone."


def test_that_the_result_of_another_slide_file_is_not_drawn(
    second, spare, project, qtbot
):
    with qtbot.waitSignal(second.ready, timeout=30_000):
        swap(spare[0], project.slide_path("first"))
    assert kinds(second) == ["slide"]
    assert "not the one this result was made from" in second.stage.banner.text


def test_that_a_result_being_written_does_no_harm(second, spare, qtbot):
    part = spare[1].with_name(spare[1].name + ".part")
    part.write_bytes(b"half a file")
    spare[1].with_name("other.h5").write_bytes(b"no result of this slide")
    with qtbot.waitSignal(second.ready):
        swap(spare[1], part)
    assert "grid" not in kinds(second)
    assert "slide" in kinds(second)
    assert second.stage.banner.text
    part.unlink()
    spare[1].with_name("other.h5").unlink()


def test_that_a_slide_replaced_while_it_is_open_is_read_again(
    second, spare, project, qtbot
):
    before = second.stage.canvas.picture.size
    with qtbot.waitSignal(second.ready):
        swap(spare[0], project.slide_path("first"))
        second._watch._later.start()
    assert second.stage.canvas.picture.size != before


def test_that_a_slide_that_goes_away_stays_on_screen_with_a_word(second, spare, qtbot):
    with qtbot.waitSignal(second._watch.changed):
        spare[0].unlink()
    assert "gone from its place" in second.stage.banner.text
    assert second.stage.canvas.picture is not None


def test_that_a_slide_of_garbage_in_place_of_one_says_why(second, spare, qtbot):
    with qtbot.waitSignal(second.failed):
        spare[0].write_bytes(b"no slide any more" * 100)
    assert second.notice.isVisible()
