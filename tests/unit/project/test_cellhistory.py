"""What happened to a cell, from the row that came with it on."""

from pathgui.project import Column, Edit, Project, add_column
from pathgui.project.cellhistory import CellPlace, saved, with_first_texts
from pathgui.project.layout import HISTORY


def test_that_the_first_line_tells_the_text_the_row_came_with(tmp_path):
    with Project.create(tmp_path / "p") as project:
        clinical = project.clinical
        rows = clinical.new_rows([{"patient_id": "001", "stage": "II"}])
        project.apply(Edit("Import", added=rows))
        row = int(clinical.ids[0])
        for text in ("III", "IV"):
            project.apply(Edit("Edit", (clinical.cell(row, "stage", text),)))
        project.save()
        place = CellPlace("clinical", row, clinical.text(row, clinical.key), "stage")
        changes = with_first_texts(saved(project.root / HISTORY, place), "IV")
        assert [(c.before, c.after, c.added) for c in changes] == [
            ("III", "IV", False),
            ("II", "III", False),
            ("", "II", True),
        ]
        # A cell that never changed tells what it holds now.
        alone = CellPlace("clinical", row, place.key, "patient_id")
        first = with_first_texts(saved(project.root / HISTORY, alone), "001")
        assert [(c.after, c.added) for c in first] == [("001", True)]


def test_that_a_column_with_a_quote_in_its_name_has_a_history(project, root, fill, put):
    fill(project, "a")
    project.apply(add_column(project.manifest, Column('size "mm"')))
    put(project, "a", 'size "mm"', "5")
    project.save()
    place = CellPlace("manifest", project.manifest.find("a"), "a", 'size "mm"')
    changes = saved(root / "metadata/history.jsonl", place)
    assert [change.after for change in changes] == ["5", ""]
