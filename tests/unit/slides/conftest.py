"""The shared slides, by name."""

from pathlib import Path

import pytest

OPENSLIDE = (
    "CMU-1-Small-Region.svs",
    "camelyon_jpeg2000_lowres.dcm",
    "derived/cmu1_aperio_3level.svs",
    "derived/cmu1_dicom",
    "derived/cmu1_generic_nompp_bigtiff_deflate.tif",
    "derived/cmu1_generic_pyramid.tif",
    "derived/cmu1_leica.scn",
    "derived/cmu1_mirax.mrxs",
    "derived/cmu1_philips.tiff",
    "derived/cmu1_trestle.tif",
    "derived/cmu1_ventana.tif",
    "derived/cmu1_vms/cmu1.vms",
    "hamamatsu_test3_DAPI.ndpi",
    "highdicom_sm_image_dots.dcm",
)
OME = (
    "derived/cmu1_pyramid.ome.tif",
    "OS-1-detail_HE.ome.tif",
    "OS-2-ndpi_Ki67.ome.tif",
)


@pytest.fixture(scope="module", params=OPENSLIDE)
def openslide_path(request: pytest.FixtureRequest, data: Path) -> Path:
    """Each shared slide that OpenSlide reads, one at a time."""
    return named(data / "slides" / request.param)


@pytest.fixture(scope="module", params=OPENSLIDE + OME)
def any_path(request: pytest.FixtureRequest, data: Path) -> Path:
    """Each shared slide, one at a time."""
    return named(data / "slides" / request.param)


def named(path: Path) -> Path:
    """The file that names a slide: of a folder the first."""
    return min(path.glob("*.dcm")) if path.is_dir() else path


@pytest.fixture(scope="module")
def aperio(data: Path) -> Path:
    """An Aperio slide of four levels with downsamples that are no integers."""
    return data / "slides" / "derived" / "cmu1_aperio_3level.svs"


@pytest.fixture(scope="module")
def dicom_folder(data: Path) -> Path:
    """One DICOM slide in eight files."""
    return data / "slides" / "derived" / "cmu1_dicom"
