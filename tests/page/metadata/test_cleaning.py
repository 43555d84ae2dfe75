"""Files that real programs wrote, cleaned as the page does it, and looked at by other programs than the page's own."""

from __future__ import annotations

import base64
import io
import json
import posixpath
import re
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps

from tests.page.metadata import telling_files
from tests.page.metadata.telling_files import SECRET

CLEAN = Path(__file__).with_name("clean.mjs")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file before and after, and the names of what was found in it."""

    before: bytes
    after: bytes
    removed: list[str]
    left: list[str]


def clean(folder: Path, files: dict[str, bytes]) -> dict[str, Cleaned]:
    """Cleans files, and then what came of them once more: nothing may be found in that."""
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    results = [path.with_name(f"{path.name}.cleaned") for path in paths]
    found, again = _found(paths), _found(results)
    assert [one["removed"] for one in again] == [[] for _ in files]
    assert [one["left"] for one in again] == [one["left"] for one in found]
    return {
        path.name: Cleaned(files[path.name], result.read_bytes(), _what(one["removed"]), _what(one["left"]))
        for path, result, one in zip(paths, results, found, strict=True)
    }


def _found(paths: list[Path]) -> list[dict[str, list[dict[str, str]]]]:
    done = subprocess.run(["node", CLEAN, *paths], capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _what(findings: list[dict[str, str]]) -> list[str]:
    return [one["what"] for one in findings]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cleaned]:
    """Every kind of file that the page looks into."""
    return clean(tmp_path_factory.mktemp("files"), {name: make() for name, make in telling_files.ALL.items()})


@pytest.mark.parametrize("name", telling_files.ALL)
def test_nothing_of_what_was_hidden_is_left_anywhere(name: str, cleaned: dict[str, Cleaned]) -> None:
    assert SECRET in everything_in(cleaned[name].before)
    assert SECRET not in everything_in(cleaned[name].after)


def everything_in(content: bytes) -> str:
    """All that stands in a file, with what is compressed in it."""
    text = content.decode("latin1")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            text += "".join(everything_in(package.read(name)) for name in package.namelist())
            text += "".join(package.namelist())
    if content.startswith(b"%PDF"):
        text += "".join(
            _unpacked(stream) for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
        )
    if content.startswith(b"\x89PNG"):
        text += "".join(
            _unpacked(content[at + 1 :]) for at in range(len(content)) if content[at - 1 : at + 1] == b"\0\0"
        )
    # Office and PDF know text of two bytes a letter as well.
    return text + content.decode("utf-16-be", "replace") + content[1:].decode("utf-16-be", "replace")


def _unpacked(stream: bytes) -> str:
    if stream.rstrip().endswith(b"~>"):
        return base64.a85decode(b"<~" + stream.rstrip(), adobe=True).decode("latin1")
    try:
        return zlib.decompressobj().decompress(stream).decode("latin1")
    except zlib.error:
        return ""


def test_a_photo_looks_the_same_and_stays_upright(tmp_path: Path) -> None:
    photos = clean(tmp_path, {f"{side}.jpg": telling_files.jpeg(orientation=side) for side in range(1, 9)})
    for orientation, photo in enumerate(photos.values(), start=1):
        assert upright(photo.after).tobytes() == upright(photo.before).tobytes()
        assert {"place", "device", "serial", "name", "time", "program", "note", "after"} <= {*photo.removed}
        with Image.open(io.BytesIO(photo.after)) as image:
            assert dict(image.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
            assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "exif"}


def upright(content: bytes) -> Image.Image:
    """The picture as a viewer shows it."""
    with Image.open(io.BytesIO(content)) as image:
        return ImageOps.exif_transpose(image)


def test_every_sort_of_picture_looks_the_same(tmp_path: Path) -> None:
    files = {
        f"{mode}.png": _saved(mode, "PNG", dpi=(96, 96))
        for mode in ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]
    }
    for progressive in [False, True]:
        for mode in ["L", "RGB", "CMYK"]:
            name = f"{mode}-{progressive}.jpg"
            files[name] = _saved(mode, "JPEG", comment=b"note", progressive=progressive)
    for name, picture in clean(tmp_path, files).items():
        assert picture.removed == (["resolution"] if name.endswith("png") else ["note"]), name
        with Image.open(io.BytesIO(picture.before)) as before, Image.open(io.BytesIO(picture.after)) as after:
            assert after.mode == before.mode, name
            assert after.tobytes() == before.tobytes(), name


def _saved(mode: str, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture = Image.new(mode, (20, 10), 40_000) if mode == "I;16" else telling_files.picture().convert(mode)
    picture.save(content, kind, **options)
    return content.getvalue()


def test_a_pdf_shows_the_same(cleaned: dict[str, Cleaned]) -> None:
    letter = cleaned["letter.pdf"]
    before, after = drawn(letter.before), drawn(letter.after)
    assert ImageChops.difference(before, after).getbbox() is None
    assert before.getcolors(3) is None  # there is a photo on it
    read = pypdf.PdfReader(io.BytesIO(letter.after), strict=True)
    assert read.metadata is None
    assert read.xmp_metadata is None
    assert read.trailer.get("/ID") is None
    assert "What the page shows." in read.pages[0].extract_text()
    assert read.attachments["inside.txt"] == [b"What is in another file is not looked into."]
    assert {*letter.left} == {"embedded", "comments"}
    expected = {
        "name",
        "title",
        "company",
        "time",
        "program",
        "earlier",
        "program-notes",
        "attached",
        "folder",
    }
    assert expected | {"reviewer", "pictures"} <= {*letter.removed}


def drawn(pdf: bytes) -> Image.Image:
    """A PDF's first page, as a viewer shows it."""
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil()
    return image.convert("RGB")


def test_a_pdf_with_compressed_objects_stays_one(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(telling_files.pdf()))
    writer.add_metadata({"/Author": "Jane SECRET"})
    writer.compress_identical_objects()
    content = io.BytesIO()
    writer.write(content)
    letter = clean(tmp_path, {"letter.pdf": content.getvalue()})["letter.pdf"]
    assert "name" in letter.removed
    assert pypdf.PdfReader(io.BytesIO(letter.after), strict=True).metadata is None


def test_a_word_file_says_the_same(cleaned: dict[str, Cleaned]) -> None:
    letter = cleaned["letter.docx"]
    document = docx.Document(io.BytesIO(letter.after))
    assert [paragraph.text for paragraph in document.paragraphs][:2] == [
        "Why I leave",
        "What the letter says.",
    ]
    assert [comment.text for comment in document.comments] == ["Is this so?"]
    assert [comment.author for comment in document.comments] == ["Author"]
    assert document.core_properties.author == ""
    photo = document.part.related_parts[
        document.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill.blip.embed
    ]
    assert upright(photo.blob).tobytes() == upright(telling_files.jpeg()).tobytes()
    assert {*letter.left} == {"changes", "comments"}
    expected = {
        "name",
        "title",
        "time",
        "attached",
        "label",
        "template",
        "ids",
        "reviewer",
        "reviewed",
        "folder",
    }
    assert expected | {"preview", "pictures", "program"} <= {*letter.removed}
    assert names_in(letter.after).isdisjoint(
        {"docProps/custom.xml", "docMetadata/LabelInfo.xml", "docProps/thumbnail.jpeg"}
    )


def test_an_excel_file_says_the_same(cleaned: dict[str, Cleaned]) -> None:
    table = cleaned["table.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(table.after))
    sheet = book["Sheet"]
    assert [sheet["A1"].value, sheet["B1"].value, sheet["B2"].value] == ["What the table says", 2, "=B1*2"]
    assert sheet["A1"].comment.text == "Is this so?"
    assert sheet["A1"].comment.author == "Author"
    assert book.properties.creator == "openpyxl"  # what it says where nothing stands
    assert {*table.left} == {"hidden", "comments"}
    assert {"name", "title", "ids", "label", "attached", "reviewer", "printer"} <= {*table.removed}


def test_a_powerpoint_file_says_the_same(cleaned: dict[str, Cleaned]) -> None:
    show = cleaned["slides.pptx"]
    slide = pptx.Presentation(io.BytesIO(show.after)).slides[0]
    assert slide.shapes.title.text == "What the slide says"
    assert slide.notes_slide.notes_text_frame.text == "What I say to it."
    assert show.left == ["speaker-notes"]
    assert {"name", "note", "pictures", "printer"} <= {*show.removed}
    assert not any(name.endswith(".bin") for name in names_in(show.after))


def names_in(package: bytes) -> set[str]:
    """The names of a package's parts."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.testzip() is None
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {*opened.namelist()}


@pytest.mark.parametrize("name", ["letter.docx", "table.xlsx", "slides.pptx"])
def test_in_an_office_file_everything_leads_somewhere(name: str, cleaned: dict[str, Cleaned]) -> None:
    """Office takes a file for broken if a type has no part, a relationship no target, or an id no relationship."""
    with zipfile.ZipFile(io.BytesIO(cleaned[name].after)) as opened:
        parts = {part: opened.read(part).decode("latin1") for part in names_in(cleaned[name].after)}
    types = re.findall(r'PartName="/([^"]+)"', parts["[Content_Types].xml"])
    assert types
    assert {*types} <= parts.keys()
    for part, content in parts.items():
        folder, _, last = part.rpartition("/")
        relationships = parts.get(f"{folder}/_rels/{last}.rels".removeprefix("/"), "")
        for target, more in re.findall(r'Target="([^"]+)"([^>]*)', relationships):
            assert (
                "External" in more or posixpath.normpath(posixpath.join(f"/{folder}", target))[1:] in parts
            ), target
        ids = {*re.findall(r'\sr:(?:id|embed|link)="([^"]+)"', content)}
        assert ids <= {*re.findall(r'Id="([^"]+)"', relationships)}, part
