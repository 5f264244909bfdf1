"""Whatever is written comes back, through any layout, and the file is valid."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.storage import SlideMeta, SlideWriter, open_file, repack, validate

_names = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="/"),
    min_size=1,
    max_size=12,
).filter(lambda name: name.isprintable() and name not in (".", ".."))
_options = st.fixed_dictionaries(
    {
        "layout": st.sampled_from(["tree", "stacked"]),
        "compression": st.sampled_from(["fast", "none", 1, 7, "zstd", "lz4"]),
        "fletcher32": st.booleans(),
        "threads": st.sampled_from([1, 2]),
        "images": st.sampled_from(["pixels", "pixels", "none"]),
    }
)
_shape = st.tuples(st.integers(1, 40), st.integers(1, 4), st.integers(0, 6))
_masks = st.dictionaries(_names, st.sampled_from(["?", "u1", "i2", "u4"]), max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    shape=_shape, masks=_masks, options=_options, again=_options, seed=st.integers(0)
)
def test_that_any_tiles_survive_writing_and_repacking(
    tmp_path_factory, shape, masks, options, again, seed
):
    side, channels, count = shape
    rng = np.random.default_rng(seed)
    path = tmp_path_factory.mktemp("trip") / "a.h5"
    meta = SlideMeta("s", tile_size=side, stride=side, level_size=(9999, 9999))
    tiles = []
    with SlideWriter(path, meta, **options) as writer:
        for k in range(count):
            image = rng.integers(0, 256, (side, side, channels), dtype=np.uint8)
            own = {
                name: rng.integers(0, 2, (side, side)).astype(kind)
                for name, kind in masks.items()
                if rng.random() < 0.8
            }
            tiles.append((image, own))
            writer.add(k, image, (k * side, 0), (k * side, 0), own, {"k": k})
    _check(path, tiles, options["images"])
    if options["images"] == "none":
        again = {**again, "images": "none"}
    repack(path, **again)
    _check(path, tiles, again["images"])


def _check(path, tiles, images) -> None:
    assert validate(path) == []
    with open_file(path) as file:
        slide = file.slide(0)
        assert len(slide) == len(tiles)
        for k, (image, masks) in enumerate(tiles):
            if images == "pixels":
                assert np.array_equal(slide.image(k), image)
            found = slide.masks(k)
            assert found.keys() == masks.keys()
            for name, mask in masks.items():
                assert found[name].dtype == mask.dtype
                assert np.array_equal(found[name], mask)
            assert slide.labels(k) == {"k": k}
