"""Tables of others are read as they are, and bad ones are one clear error."""

import zipfile
from datetime import datetime

import numpy as np
import pytest

from pathgui.errors import TableError
from pathgui.project import ReadOptions, read_table
from pathgui.project.rawtable import how_read, table_from_text


def write(tmp_path, data, name="table.csv"):
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"a,b\n", "has a header but no rows"),
        (b"a,b", "has a header but no rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is not a text table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old XLS"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 "
            + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (b"PK\x03\x04 no zip", "damaged workbook"),
        (
            b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "an OpenDocument file",
        ),
        (b"PAR1\x15\0" + bytes(200) + b"PAR1", "a Parquet file"),
        (b"<html><table><tr><td>slide</td></tr></table>", "a web page or XML"),
        (b'[{"slide": "S1"}]', "is JSON"),
        (b",,\n,,\n", "has no header"),
    ],
)
def test_that_a_file_without_a_table_is_one_clear_error(tmp_path, data, cause):
    file = write(tmp_path, data)
    with pytest.raises(TableError, match=cause) as caught:
        read_table(file)
    assert str(file) in caught.value.message


def test_that_a_missing_file_and_a_folder_are_clear_errors(tmp_path):
    with pytest.raises(TableError, match="is not there"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path)


def test_that_everything_is_text(tmp_path):
    text = "id,stage,n,x\n00123,NA,9007199254740993,1e5\nnull,,007,TRUE\n"
    table = read_table(write(tmp_path, text))
    assert {name: texts.tolist() for name, texts in table.columns.items()} == {
        "id": ["00123", "null"],
        "stage": ["NA", ""],
        "n": ["9007199254740993", "007"],
        "x": ["1e5", "TRUE"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_that_encoding_and_separator_are_found(tmp_path, encoding, separator):
    text = separator.join(["patient", "town"]) + "\n" + separator.join(["P1", "Köln"])
    table = read_table(write(tmp_path, (text + "\n").encode(encoding)))
    assert table.columns["town"].tolist() == ["Köln"]
    assert table.separator == separator
    assert bool(table.warnings) == (encoding == "cp1252")


def test_that_what_a_person_says_of_a_file_counts(tmp_path):
    file = write(tmp_path, "a title\nby someone\nx|y\n1,0|é\n".encode("cp437"))
    options = ReadOptions(encoding="cp437", separator="|", header_line=3)
    table = read_table(file, options)
    assert table.columns["y"].tolist() == ["é"]
    assert table.lines.tolist() == [4]
    assert how_read(table) == "cp437, bar"
    with pytest.raises(TableError, match="is not utf-8 text"):
        read_table(file, ReadOptions(encoding="utf-8"))


def test_that_doubled_and_nameless_columns_get_names(tmp_path):
    table = read_table(write(tmp_path, "a, a ,,b,\n1,2,3,4,\n"))
    assert list(table.columns) == ["a", "a_2", "column 3", "b"]
    assert "two columns are named 'a'" in table.problems[0]


def test_that_the_row_names_of_r_are_a_column(tmp_path):
    table = read_table(write(tmp_path, '"age","stage"\n"P1",61,"I"\n"P2",58,"II"\n'))
    assert list(table.columns) == ["row_name", "age", "stage"]
    assert table.columns["row_name"].tolist() == ["P1", "P2"]
    assert table.bad == ()


def test_that_cells_of_the_clipboard_are_a_table():
    table = table_from_text("a\tb\n1\tx, y\n")
    assert table.columns["b"].tolist() == ["x, y"]
    with pytest.raises(TableError, match="clipboard is empty"):
        table_from_text(" \n")


def test_that_a_sheet_with_one_line_is_passed_over_for_one_with_rows(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "README"
    book.active.append(["Exported on Monday"])
    data = book.create_sheet("Data")
    data.append(["patient", "age"])
    data.append(["P1", 61])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert table.columns["age"].tolist() == ["61"]
    assert any("'Data'" in words for words in table.warnings)


def test_that_a_workbook_is_read_as_people_see_it(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    day = datetime(2020, 1, 2)  # noqa: DTZ001 - as in a workbook
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["patient", "age", "day", "ok", "share", "", None])
    sheet.append(["P1", 61, day, True, 0.25])
    sheet.append(["P2", 58.0, day.replace(hour=3, minute=4), None, "NA"])
    sheet.append([])
    sheet.append([7, "=1+1", None, None, None])
    sheet["A5"].number_format = "00000"
    book.create_sheet("Notes").append(["x"])
    file = tmp_path / "table.xlsx"
    book.save(file)
    table = read_table(file)
    assert table.columns["patient"].tolist() == ["P1", "P2", "00007"]
    assert table.columns["age"].tolist()[:2] == ["61", "58"]
    assert table.columns["day"].tolist() == ["2020-01-02", "2020-01-02 03:04:00", ""]
    assert table.columns["ok"].tolist() == ["TRUE", "", ""]
    assert table.columns["share"].tolist() == ["0.25", "NA", ""]
    assert table.lines.tolist() == [2, 3, 5]
    assert "Notes" in table.warnings[0]
    assert "1 cell holds a formula whose value was not saved" in table.warnings[1]
    assert how_read(table) == "workbook"
    with pytest.raises(TableError, match="no rows"):
        read_table(file, ReadOptions(sheet="Notes"))
    with pytest.raises(TableError, match="no sheet 'Other'"):
        read_table(file, ReadOptions(sheet="Other"))


def test_that_what_a_sheet_shows_beside_its_texts_is_told(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Old"
    book.active.append(["patient", "age"])
    book.active.append(["P0", 1])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Data")
    rows = [
        ["Cohort of Monday", None, None, None],
        ["patient", "age", "slide", "note"],
        ["P1", 61, "s1", "#N/A"],
        [None, None, "s2", "#N/A is a text here"],
        ["P2", "#DIV/0!", "s3", "=1+1"],
        ["P3", "#N/A", "s4", "=2+2"],
    ]
    for row in rows:
        sheet.append(row)
    for area in ("A1:D1", "A3:A4", "B3:B4", "C9:C10"):
        sheet.merge_cells(area)
    sheet["D3"].data_type = "s"
    sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert table.columns["patient"].tolist() == ["P1", "", "P2", "P3"]
    assert table.columns["age"].tolist() == ["61", "", "#DIV/0!", "#N/A"]
    kinds = ("sheets", "errors", "merged", "rows", "column", "formulas")
    told = dict(zip(kinds, table.warnings, strict=True))
    assert "'Data' was read, not 'Old' (hidden)" in told["sheets"]
    assert "2 cells hold errors" in told["errors"]
    assert "(#DIV/0!, #N/A), first B5" in told["errors"]
    assert "2 areas of merged cells, first A3:A4" in told["merged"]
    assert "2 rows are hidden in the sheet, first row 4" in told["rows"]
    assert "The column C is hidden" in told["column"]
    assert "2 cells hold formulas" in told["formulas"]
    assert "first D5" in told["formulas"]
    old = read_table(tmp_path / "t.xlsx", ReadOptions(sheet="Old"))
    assert "'Old' is hidden in the workbook" in old.warnings[1]


def test_that_a_formula_that_comes_to_nothing_is_no_loss(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["patient", "age"])
    book.active.append(["P1", '=IF(1=1,"","x")'])
    file = tmp_path / "t.xlsx"
    book.save(file)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    # As spreadsheets write it once they have worked it out.
    parts[sheet] = parts[sheet].replace(b'<c r="B2"', b'<c r="B2" t="str"')
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    table = read_table(file)
    assert table.columns["age"].tolist() == [""]
    assert not table.warnings


def test_that_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("openpyxl")
    monkeypatch.setattr("pathgui.project.excel._LARGEST", 1000)
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(100_000))
    with pytest.raises(TableError, match="unpacks to"):
        read_table(file)


def test_that_bad_lines_of_broken_tables_are_named(data):
    table = read_table(data / "broken/ragged.csv")
    assert [(bad.line, bad.reason[:7]) for bad in table.bad] == [
        (2, "2 field"),
        (3, "4 field"),
        (4, "a quote"),
    ]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("name", "column", "texts"),
    [
        ("latin1.csv", "site", ["Köln", "Málaga"]),
        ("utf16.csv", "slide", ["S1"]),
        ("semicolon_decimal_comma.csv", "age", ["61,5", "58,0"]),
        ("bad_types.csv", "time", ["-5", "NaN", "inf", "12 months"]),
    ],
)
def test_that_broken_tables_are_read_as_text(data, name, column, texts):
    table = read_table(data / "broken" / name)
    assert table.columns[column].tolist() == texts


@pytest.mark.parametrize("name", ["empty.csv", "header_only.csv"])
def test_that_tables_without_rows_are_refused(data, name):
    with pytest.raises(TableError, match=name):
        read_table(data / "broken" / name)


@pytest.mark.parametrize(
    "name", ["png_renamed.svs", "truncated.h5path", "zero_bytes.svs"]
)
def test_that_what_is_no_table_is_refused(data, name):
    with pytest.raises(TableError, match=name):
        read_table(data / "broken" / name)


def test_that_real_tables_are_read_whole(data):
    shapes = {}
    for file in sorted((data / "tables").iterdir()):
        table = read_table(file)
        assert table.bad == ()
        assert table.problems == ()
        assert isinstance(table.lines, np.ndarray)
        shapes[file.name] = len(table), len(table.columns)
    assert shapes["camelyon16_labels_flamby.csv"] == (399, 7)
    assert shapes["tcga_brca_survival_flamby.csv"] == (1096, 42)
    assert shapes["gdc_manifest_TARGET-CCSK.tsv"] == (141, 14)


def test_that_a_format_on_the_last_cell_of_a_sheet_costs_nothing(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["patient", "age"])
    book.active.append(["P1", 61])
    book.active.cell(1_048_576, 16_384).number_format = "0.00"
    file = tmp_path / "ghost.xlsx"
    book.save(file)
    table = read_table(file)  # all rows of 16,384 cells would not fit in memory
    assert {k: v.tolist() for k, v in table.columns.items()} == {
        "patient": ["P1"],
        "age": ["61"],
    }


def test_that_a_workbook_packed_to_fill_the_memory_is_refused(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "bomb.xlsx"
    openpyxl.Workbook().save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", "<c/>" * (5 << 20))
    assert file.stat().st_size < 100_000
    with pytest.raises(TableError, match="which no table needs"):
        read_table(file)


def test_that_a_table_of_opendocument_is_refused_by_its_name(tmp_path):
    file = tmp_path / "table.ods"
    with zipfile.ZipFile(file, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind)
    with pytest.raises(TableError, match="OpenDocument") as caught:
        read_table(file)
    assert "XLSX" in caught.value.hint


def test_that_a_table_of_one_column_may_be_one_that_blanks_separate():
    text = "patient_id x\n1 2\n3 4\n"
    table = table_from_text(text)
    assert list(table.columns) == ["patient_id x"]
    assert "choose the blank as separator" in table.warnings[0]
    apart = table_from_text(text, options=ReadOptions(separator=" "))
    assert list(apart.columns) == ["patient_id", "x"]
    assert not apart.warnings
    assert not table_from_text("free text\none two\nthree\n").warnings
