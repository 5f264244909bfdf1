"""What was drawn and not saved, kept aside."""

import numpy as np
import pytest

from pathgui.errors import ProjectError
from pathgui.project import Project
from pathgui.workflows import drafts


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p") as made:
        yield made


def test_that_a_mask_in_hand_comes_back_as_it_was(project):
    mask = np.random.default_rng(1).random((70, 90)) > 0.5
    file = drafts.mask_file(project, "S1")
    assert drafts.read_mask(file) is None
    drafts.keep_mask(file, mask, 16.5)
    found = drafts.read_mask(file)
    assert (found.mask == mask).all()
    assert found.downsample == 16.5
    assert found.reviewer
    drafts.drop(file)
    drafts.drop(file)
    assert drafts.read_mask(file) is None


def test_that_a_shape_in_hand_comes_back_as_it_was(project):
    file = drafts.shape_file(project, "S1")
    corners = ((1.5, 2.0), (3.0, 4.25), (5.0, 0.0))
    assert drafts.read_shape(file) == ()
    drafts.keep_shape(file, corners)
    assert drafts.read_shape(file) == corners


@pytest.mark.parametrize(
    "text", ["", "{", "[[1]]", "[[1, NaN]]", '["ab"]', "7", "[" * 100_000, "\x00\xff"]
)
def test_that_a_damaged_draft_is_left_out(project, text):
    file = drafts.shape_file(project, "S1")
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    assert drafts.read_shape(file) == ()
    picture = drafts.mask_file(project, "S1")
    picture.write_text(text, "utf-8")
    assert drafts.read_mask(picture) is None


def test_that_no_name_of_a_slide_leads_out_of_the_folder(project):
    with pytest.raises(ProjectError):
        drafts.mask_file(project, "../S1")


def test_that_a_folder_that_refuses_is_told(project):
    file = drafts.shape_file(project, "S1")
    file.parent.write_text("no folder")
    with pytest.raises(drafts.DraftError, match="cannot be kept"):
        drafts.keep_shape(file, [(0.0, 0.0)])
