"""Opening happens elsewhere, and says in one sentence why it cannot."""

import numpy as np
import pytest

from pathgui.errors import SlideError
from pathgui.gui.viewer.loader import Loader
from pathgui.gui.viewer.loading import Request, load
from pathgui.gui.viewer.results import find_results, read_result
from pathgui.jobs.known_files import known_files
from pathgui.tiling import TileCache


def request_for(project, slide_id):
    return Request(
        slide_id, project.slide_path(slide_id), project.result_path(slide_id)
    )


@pytest.fixture
def loader(qapp):
    loader = Loader(TileCache(0.05))
    yield loader
    loader.shutdown()


def test_that_a_slide_comes_with_the_tiles_and_masks_of_its_result(project):
    loaded = load(request_for(project, "first"), TileCache(0.05), print, lambda: False)
    assert loaded.size == (2048, 2048)
    assert loaded.result.tile_size == 128
    assert [mask.name for mask in loaded.result.masks] == ["tissue"]
    tiles = loaded.result.tiles
    assert len(tiles) == np.count_nonzero(tiles.state)
    assert "white" in tiles.labels
    loaded.close()


def test_that_a_slide_without_result_is_still_a_slide(project, loader, qtbot):
    with qtbot.waitSignal(loader.loaded) as signal:
        loader.open(request_for(project, "bare"))
    assert signal.args[0].result is None
    signal.args[0].close()


@pytest.mark.parametrize(("slide_id", "words"), [("gone", "not there"), ("broken", "")])
def test_that_a_slide_that_cannot_be_opened_is_told_by_name(
    project, loader, qtbot, slide_id, words
):
    with qtbot.waitSignal(loader.failed) as signal:
        loader.open(request_for(project, slide_id))
    assert signal.args[0] == slide_id
    error = signal.args[1]
    assert isinstance(error, SlideError)
    assert f"{slide_id}.tif" in error.message
    assert words in error.message


def test_that_an_unreadable_result_is_a_note_and_not_a_failure(tmp_path):
    file = tmp_path / "result.h5"
    file.write_bytes(b"no HDF5")
    assert "result.h5" in read_result(file, known_files(None)).problem.message


def test_that_only_the_slide_asked_for_last_arrives(project, loader, qtbot):
    seen = []
    loader.loaded.connect(seen.append)
    with qtbot.waitSignal(loader.loaded):
        for slide_id in ("first", "second", "bare"):
            loader.open(request_for(project, slide_id))
    assert [loaded.slide_id for loaded in seen] == ["bare"]
    seen[0].close()


def test_that_a_request_made_void_by_shutdown_closes_its_slide(project, qapp):
    loader = Loader(TileCache(0.05))
    loader.open(request_for(project, "first"))
    loader.shutdown()
    assert loader._pending == {}


def test_that_a_slide_opened_ahead_is_there_at_once(project, loader, qtbot):
    request = request_for(project, "second")
    loader.look_ahead(request, (800, 600))
    loader._ahead[1].result()
    with qtbot.waitSignal(loader.loaded, timeout=200) as signal:
        loader.open(request)
    assert signal.args[0].slide_id == "second"
    signal.args[0].close()


def test_that_a_slide_replaced_since_it_was_opened_ahead_is_read_again(
    project, loader, qtbot, tmp_path
):
    file = tmp_path / "slide.tif"
    file.write_bytes(project.slide_path("second").read_bytes())
    request = Request("slide", file, tmp_path / "slide.h5")
    loader.look_ahead(request, (800, 600))
    ahead = loader._ahead[1].result()
    file.write_bytes(project.slide_path("first").read_bytes())
    with qtbot.waitSignal(loader.loaded, timeout=20_000) as signal:
        loader.open(request)
    assert ahead.size == (1024, 1024)
    assert signal.args[0].size == (2048, 2048)
    signal.args[0].close()


def test_that_the_result_of_a_named_recipe_is_found(project, tmp_path):
    whole = project.result_path("second").read_bytes()
    (tmp_path / "second.fine.h5").write_bytes(whole)
    (tmp_path / "second.x.h5").write_bytes(project.result_path("first").read_bytes())
    known = known_files(None)
    main, named = tmp_path / "second.h5", tmp_path / "second.fine.h5"
    assert find_results(main, "second", known) == [named]
    assert find_results(tmp_path / "other.h5", "other", known) == []
    assert find_results(tmp_path / "no" / "folder.h5", "folder", known) == []
    main.write_bytes(whole)
    assert find_results(main, "second", known) == [main, named]
