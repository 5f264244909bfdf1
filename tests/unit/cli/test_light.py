"""An array task starts thousands of times: it loads only what it uses."""

import subprocess
import sys
from pathlib import Path

from pathgui.workflows.synthetic import SlideLook, make_slide

RECIPE = Path(__file__).parents[3] / "resources" / "pipelines" / "tissue_tiles.toml"
_CODE = """
import sys
from pathgui.cli import main
status = main(sys.argv[1:])
heavy = ("scipy", "skimage", "pandas", "distributed", "pathgui.project", "pathgui.jobs")
print(status, *(name for name in heavy if name in sys.modules), file=sys.stderr)
"""


def test_that_a_slide_is_processed_without_tables_and_scipy(tmp_path):
    slide = make_slide(tmp_path / "slide.tif", SlideLook(1024, seed=1))
    out = tmp_path / "slide.h5"
    words = ["process-slide", str(slide), str(RECIPE), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.exists()
    assert done.stderr.splitlines()[-1] == "0"
