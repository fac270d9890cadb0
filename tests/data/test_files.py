"""Files that are what they say, of exact sizes."""

import csv
import io
import json
import zipfile

import pytest
from PIL import Image, UnidentifiedImageError

from antiphon.data.files import content_type_of, make_file
from antiphon.ticking.real import SeededDice

SIZES = [1_000, 1_001, 1_002, 1_003, 1_019, 65_535, 65_536, 65_537, 66_159, 66_160, 66_163, 66_167, 131_072, 300_000]
OCTETS = "application/octet-stream"
NAMES = [
    "a.txt",
    "a.csv",
    "a.json",
    "a.png",
    "a.jpg",
    "a.jpeg",
    "a.pdf",
    "a.zip",
    "a.bin",
    "a",
    "broken.png",
    "broken.jpg",
]


def made(name, size):
    return make_file(name, SeededDice("a"), size).data


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_file_has_exactly_the_size_asked_for_and_is_the_same_each_time(name, size):
    data = made(name, size)
    assert len(data) == size
    assert data == made(name, size)


@pytest.mark.parametrize("size", SIZES)
def test_files_are_what_their_names_say(size):
    for name, kind, mode in (("a.png", "PNG", "RGB"), ("a.jpg", "JPEG", "L")):
        image = Image.open(io.BytesIO(made(name, size)))
        image.load()
        assert (image.format, image.mode) == (kind, mode)
    assert isinstance(json.loads(made("a.json", size))["text"], str)
    with zipfile.ZipFile(io.BytesIO(made("a.zip", size))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["data.bin"]
    rows = list(csv.reader(io.StringIO(made("a.csv", size).decode(), newline="")))
    assert {len(row) for row in rows if row} == {3}
    assert made("a.txt", size).isascii()


@pytest.mark.parametrize("size", SIZES)
def test_a_pdf_names_the_place_of_its_table_and_of_its_objects(size):
    data = made("a.pdf", size)
    assert data.startswith(b"%PDF-1.4\n")
    table_at = int(data.rpartition(b"startxref\n")[2].split()[0])
    table = data[table_at:].splitlines()
    assert table[0] == b"xref"
    for number, line in enumerate(table[3:6], 1):
        assert data[int(line.split()[0]) :].startswith(b"%d 0 obj" % number)


@pytest.mark.parametrize("name", ["broken.png", "broken-photo.jpg"])
def test_a_broken_image_begins_like_one_and_cannot_be_opened(name):
    data = made(name, 2_000)
    assert data[:4] == made(name.replace("broken", "whole"), 2_000)[:4]
    with pytest.raises((UnidentifiedImageError, OSError, SyntaxError)):
        Image.open(io.BytesIO(data)).load()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.PNG", "image/png"), ("dir.zip/a.txt", "text/plain"), (".txt", OCTETS), ("x.exe", OCTETS), ("x", OCTETS)],
)
def test_the_content_type_follows_from_the_name(name, content_type):
    assert make_file(name, SeededDice("a"), 1_000).content_type == content_type
    assert content_type_of(name) == content_type


def test_without_a_size_a_file_has_ten_thousand_bytes():
    assert len(make_file("a.txt", SeededDice("a")).data) == 10_000


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.pdf", "a.zip", "a.json", "a.csv"])
def test_a_file_cannot_be_smaller_than_its_type_allows(name):
    with pytest.raises(ValueError, match="at least"):
        made(name, 5)


@pytest.mark.parametrize("name", ["a.txt", "a.bin", "broken.png"])
def test_other_files_may_be_empty(name):
    assert made(name, 0) == b""


@pytest.mark.parametrize("size", [-1, 1_000_000_001])
def test_sizes_that_make_no_sense_are_refused(size):
    with pytest.raises(ValueError, match="a file has 0 to"):
        made("a.txt", size)
