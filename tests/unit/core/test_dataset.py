"""Several slides through one pipeline."""

import subprocess
import sys

import numpy as np
import pytest

from pathgui.core import SlideData, SlideDataset
from pathgui.errors import RunError, TilingError, TransformError
from pathgui.preprocessing import Pipeline, TissueDetectionHE


@pytest.fixture
def paths(synthetic, tmp_path):
    copies = [tmp_path / "a" / "one.tif", tmp_path / "b" / "one.tif"]
    for copy in copies:
        copy.parent.mkdir()
        copy.write_bytes(synthetic.read_bytes())
    return copies


@pytest.fixture
def pipeline():
    return Pipeline([TissueDetectionHE("tissue")])


def test_that_slides_of_one_name_keep_apart(paths, pipeline, tmp_path):
    dataset = SlideDataset(paths, tile_size=256, level=0, min_tissue=0.5)
    assert dataset.run(pipeline).done
    assert [slide.name for slide in dataset] == ["one", "one_2"]
    merged = dataset.to_hdf5(tmp_path / "out" / "all.h5")
    with SlideData.from_hdf5(merged, 1) as second, dataset[1] as alone:
        assert len(second.tiles) == len(alone.tiles) > 0
        assert np.array_equal(second.tiles[0].image, alone.tiles[0].image)


def test_that_a_failed_slide_is_named_and_the_others_are_kept(
    paths, pipeline, tmp_path
):
    broken = tmp_path / "broken.svs"
    broken.write_text("no slide")
    dataset = SlideDataset([paths[0], broken], tile_size=256)
    with pytest.raises(RunError, match="broken"):
        dataset.run(pipeline, spool_dir=tmp_path / "spool")
    assert (tmp_path / "spool" / "one.h5").exists()
    report = dataset.run(pipeline, on_error="report")
    assert report.done == ("one",)
    assert "broken.svs" in report.failed["broken"]


def test_that_a_bad_tiling_is_refused_at_once(paths):
    with pytest.raises(TilingError, match="stride"):
        SlideDataset(paths, stride=0)


def test_that_what_is_no_dataset_or_run_is_refused(paths, pipeline):
    with pytest.raises(TilingError, match="list of slides"):
        SlideDataset(str(paths[0]))
    dataset = SlideDataset(paths)
    for wrong, error in (
        ({"n_workers": 0, "distributed": True}, RunError),
        ({"client": 3}, RunError),
        ({"on_error": "hide"}, RunError),
    ):
        with pytest.raises(error, match=str(next(iter(wrong.values())))):
            dataset.run(pipeline, **wrong)
    with pytest.raises(TransformError, match="takes a Pipeline"):
        dataset.run([TissueDetectionHE()])
    with pytest.raises(IndexError, match="no slide 5 among 2"):
        dataset[5]


def test_that_a_part_of_a_dataset_opens_as_a_list(paths):
    dataset = SlideDataset(paths)
    assert [slide.name for slide in dataset[-1:]] == ["one_2"]


@pytest.mark.pool
def test_that_a_client_that_is_there_already_is_used_and_left_open(
    paths, pipeline, tmp_path
):
    from distributed import Client
    from distributed.deploy.subprocess import SubprocessCluster

    with (
        SubprocessCluster(
            host="127.0.0.1",
            n_workers=1,
            dashboard_address="127.0.0.1:0",
            worker_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as cluster,
        Client(cluster) as client,
    ):
        dataset = SlideDataset(paths, tile_size=256, level=0)
        assert dataset.run(pipeline, client=client).done == ("one", "one_2")
        assert client.submit(len, (1, 2)).result() == 2
    merged = dataset.to_hdf5(tmp_path / "all.h5")
    with SlideData.from_hdf5(merged, 1) as second:
        assert len(second.tiles) == 64


@pytest.mark.pool
def test_that_an_unguarded_script_runs_distributed(paths, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from pathgui.core import SlideDataset\n"
        "from pathgui.preprocessing import Pipeline, TissueDetectionHE\n"
        "print('main ran')\n"
        f"dataset = SlideDataset({[str(p) for p in paths]!r}, tile_size=256, level=0)\n"
        "dataset.run(Pipeline([TissueDetectionHE()]), distributed=True, n_workers=2)\n"
        f"dataset.to_hdf5({str(tmp_path / 'all.h5')!r})\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().count("main ran") == 1
    with SlideData.from_hdf5(tmp_path / "all.h5", 1) as second:
        assert len(second.tiles) == 64
