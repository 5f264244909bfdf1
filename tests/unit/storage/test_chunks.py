"""Places of chunks are those of the library, found without searching for each."""

import h5py
import numpy as np
import pytest

from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.chunks import ChunkTable

SHAPE, CHUNK = (70, 9), (2, 4)


@pytest.fixture(params=["earliest", "v110", "latest"])
def file(tmp_path, request):
    with h5py.File(tmp_path / "a.h5", "w", libver=(request.param, "latest")) as f:
        f.create_dataset("a", SHAPE, "i4", chunks=CHUNK, compression=1)
        f["a"][:] = np.arange(630).reshape(SHAPE)
        f.create_dataset("holes", SHAPE, "f4", chunks=CHUNK, fillvalue=np.nan)
        f["holes"][40:42, 4:8] = 1.5
        f.create_dataset("few", (8,), "i4", chunks=(4,))[:4] = 1
    with h5py.File(tmp_path / "a.h5") as f:
        yield f


def test_that_every_chunk_is_where_the_library_finds_it(file):
    data = file["a"].id
    table = ChunkTable(data, SHAPE, CHUNK)
    corners = list(table.corners())
    assert len(corners) == table.count == data.get_num_chunks() == 105
    for corner in corners:
        info = data.get_chunk_info_by_coord(corner)
        assert table.find(corner) == (info.byte_offset, info.size, info.filter_mask)
    assert np.array_equal(read_all(inspect(data, 1 << 20), 1 << 20), file["a"][:])


def test_that_chunks_that_were_never_written_are_not_there(file):
    table = ChunkTable(file["holes"].id, SHAPE, CHUNK)
    assert list(table.corners()) == [(40, 4)]
    assert table.find((42, 4)) is None
    found = read_all(inspect(file["holes"].id, 1 << 20), 1 << 20)
    assert np.array_equal(found, file["holes"][:], equal_nan=True)
    few = ChunkTable(file["few"].id, (8,), (4,))
    assert few.find((0,)) is not None
    assert few.find((4,)) is None


def test_that_the_library_is_asked_once_for_all_of_many_chunks(file):
    class Counted:
        def __init__(self):
            self.asked = 0

        def chunk_iter(self, note):
            self.asked += 1
            file["a"].id.chunk_iter(note)

        def get_chunk_info_by_coord(self, corner):
            return file["a"].id.get_chunk_info_by_coord(corner)

    data = Counted()
    table = ChunkTable(data, SHAPE, CHUNK)
    corners = [(row, column) for row in range(0, 70, 2) for column in (0, 4, 8)]
    for _ in range(3):
        assert len({table.find(corner) for corner in corners}) == 105
    assert data.asked == 1


def test_that_a_number_of_chunks_beyond_measure_is_refused(file):
    table = ChunkTable(file["a"].id, (1 << 40, 1 << 40), (1, 1))
    with pytest.raises(ValueError, match="claims"):
        list(table.corners())
