"""Older versions of a table: none is lost, and each is what it says."""

import errno
import os
import stat

import pytest

from pathgui.errors import PathguiError, TableError
from pathgui.project import Column, Edit, Project, delete_column, rename_column

MANIFEST = "metadata/slide_manifest.csv"


def texts(project):
    return [version.path.read_text() for version in project.versions("manifest")]


def test_that_saves_that_fail_push_no_older_version_out(
    project, fill, put, monkeypatch
):
    fill(project, "a")
    for stain in ("one", "two", "three"):
        put(project, "a", "staining", stain)
        project.save()
    before = texts(project)
    put(project, "a", "staining", "four")

    def refuse(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        for _ in range(25):
            with pytest.raises(PathguiError, match="No space"):
                project.save()
    assert texts(project) == before
    project.save()
    assert "three" in texts(project)[0]
    assert texts(project)[1:] == before


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a right there")
def test_that_a_table_behind_a_symbolic_link_keeps_its_old_bytes(
    project, root, fill, put
):
    fill(project, "a", staining="old")
    project.save()
    real = root / "elsewhere.csv"
    (root / MANIFEST).rename(real)
    (root / MANIFEST).symlink_to(real)
    put(project, "a", "staining", "new")
    project.save()
    assert "new" in real.read_text()
    assert "old" in texts(project)[0]


def test_that_a_version_that_is_gone_by_now_removes_no_rows(project, fill, put):
    fill(project, "a", "b")
    project.save()
    put(project, "a", "staining", "new")
    project.save()
    version = project.versions("manifest")[0]
    version.path.unlink()
    with pytest.raises(TableError, match="no longer there"):
        project.restore("manifest", version)
    assert len(project.manifest) == 2


@pytest.mark.skipif(os.name == "nt", reason="has no such modes")
def test_that_what_is_made_of_a_private_table_is_private(project, root, fill, put):
    fill(project, "a")
    project.save()
    (root / "metadata/history.jsonl").unlink()
    (root / MANIFEST).chmod(0o600)
    put(project, "a", "staining", "HE")

    def modes(*names):
        return {stat.S_IMODE((root / name).stat().st_mode) for name in names}

    assert modes("metadata/.history/journal.jsonl") == {0o600}
    project.save()
    newest = project.versions("manifest")[0].path.relative_to(root)
    assert modes(MANIFEST, "metadata/history.jsonl", newest) == {0o600}


@pytest.mark.parametrize("deleted", [False, True])
def test_that_a_column_that_comes_back_is_what_it_was(project, root, fill, deleted):
    fill(project, "a")
    ki67 = Column("ki67", "number", unit="%", maximum=100)
    project.ensure_column("manifest", ki67)
    project.save()
    table = project.manifest
    project.apply(Edit("set", (table.cell(table.row_ids[0], "ki67", "7"),)))
    project.save()
    if deleted:
        project.apply(delete_column(project.manifest, "ki67"))
    else:
        project.apply(rename_column(project.manifest, "ki67", "ki 67"))
    project.save()
    project.ensure_column("manifest", "later")
    project.save()
    project.close()
    with Project.open(root) as again:
        for version in again.versions("manifest")[1:3]:
            edit = again.restore("manifest", version)
            again.apply(edit)
            assert again.manifest.column("ki67") == ki67
            again.apply(edit.inverse())
            assert not again.manifest.has_column("ki67")
