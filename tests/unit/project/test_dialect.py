"""Encodings and separators are recognised."""

import pytest

from pathgui.project.dialect import (
    detect_encoding,
    detect_newline,
    detect_separator,
    looks_binary,
)


@pytest.mark.parametrize(
    ("data", "encoding", "mark"),
    [
        (b"a,b\n", "utf-8", 0),
        ("Köln".encode("utf-8-sig"), "utf-8", 3),
        ("Köln".encode(), "utf-8", 0),
        ("Köln".encode("latin-1"), "cp1252", 0),
        ("“Köln”".encode("cp1252"), "cp1252", 0),
        (b"\x81\xe9", "latin-1", 0),
        ("patient,slide\n".encode("utf-16"), "utf-16-le", 2),
        ("patient,slide\n".encode("utf-16-be"), "utf-16-be", 0),
        ("patient,slide\n".encode("utf-16-le"), "utf-16-le", 0),
        ("ab".encode("utf-32"), "utf-32-le", 4),
    ],
)
def test_that_the_encoding_of_a_table_is_recognised(data, encoding, mark):
    assert detect_encoding(data) == (encoding, mark)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b;c\n1,5;2,5;3\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ('a,"b;c;d;e",f\n1,2,3\n', ","),
        ("one\n1\n2\n", ","),
        ("", ","),
        ("a|b\n1|2\n", "|"),
    ],
)
def test_that_the_separator_of_a_table_is_recognised(text, separator):
    assert detect_separator(text) == separator


def test_that_the_first_line_tells_the_line_ends():
    assert detect_newline("a\r\nb\n") == "\r\n"
    assert detect_newline("a\nb\r\n") == "\n"
    assert detect_newline("a\rb") == "\r"
    assert detect_newline("a") == "\n"


def test_that_a_picture_is_no_table_and_utf16_is():
    assert looks_binary(b"\x89PNG\r\n\x1a\n" + bytes(100), "cp1252")
    assert not looks_binary("ab".encode("utf-16"), "utf-16-le")
    assert not looks_binary(b"a,b\n", "utf-8")
