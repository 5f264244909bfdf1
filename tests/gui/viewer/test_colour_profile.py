"""The scanner's colours, applied to what is shown or not."""

import numpy as np
import pytest
import tifffile
from PIL import ImageCms
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui import settings
from pathgui.project import Edit

pytestmark = pytest.mark.gl


def swapped() -> bytes:
    """A profile of a device whose red is what others call blue."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"?XYZ"), (b"bXYZ", b"rXYZ"), (b"?XYZ", b"bXYZ")):
        data = data.replace(old, new, 1)
    return data


@pytest.fixture
def viewer(window, root, qtbot):
    """The window's viewer on a red slide with a profile."""
    folder = root / "raw_slides" / "real"
    folder.mkdir(exist_ok=True)
    red = np.full((1024, 1024, 3), (230, 40, 30), np.uint8)
    tifffile.imwrite(
        folder / "red.tif", red, tile=(256, 256), photometric="rgb",
        iccprofile=swapped(), resolution=(20_000, 20_000), resolutionunit="CENTIMETER",
    )  # fmt: skip
    project = window.session.project
    line = {"slide_id": "red", "path": "raw_slides/real/red.tif", "cohort": "real"}
    window.session.record(Edit("Add", added=project.manifest.new_rows([line])))
    window.session.reload()
    window.show_slide("red")
    viewer = window.workspace.viewer
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        pass
    return viewer


def middle(viewer) -> tuple[int, int, int]:
    image = viewer.stage.canvas.grab_view()
    return image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3]


def test_that_the_profile_is_switched_on_the_slide_and_remembered(
    window, viewer, qtbot
):
    panel = window.workspace.inspector._layers
    red, _, blue = middle(viewer)
    assert blue > red
    assert panel.colours.isChecked()
    assert window.actions_["viewer.profile"].isChecked()
    # Read anew in the background: what is on screen stays until then.
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        QTest.keyClick(viewer, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
        assert viewer._shown.request.profile
    red, _, blue = middle(viewer)
    assert red > blue
    assert not panel.colours.isChecked()
    assert not window.actions_["viewer.profile"].isChecked()
    assert settings.load().colour_profile is False
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        QTest.mouseClick(panel.colours, Qt.MouseButton.LeftButton)
    red, _, blue = middle(viewer)
    assert blue > red
    assert settings.load().colour_profile is True


def test_that_a_slide_without_a_profile_says_so(window, viewer, qtbot):
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        window.show_slide("synthetic")
    panel = window.workspace.inspector._layers
    assert not panel.colours.isEnabled()
    assert window.actions_.reason("viewer.profile") == "The slide has no colour profile"
