"""Files as real programs write them, which say much more than they show.

Every secret in them has SECRET in it, or is a number of its own, so that a test can look for it anywhere.
"""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pypdf
from docx.shared import Inches
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from PIL import Image, PngImagePlugin
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject
from reportlab.pdfgen import canvas

SECRET = "SECRET"
SIZE = (120, 80)
FOLDER = r"C:\Users\jdoe-SECRET\Pictures\badge.jpg"
WHEN = datetime.datetime(2024, 3, 4, 17, 15)
GPS_BLOCK, EXIF_BLOCK = 0x8825, 0x8769
XMP = (
    b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<creator>Jane SECRET</creator></x:xmpmeta>"
)


def picture() -> Image.Image:
    """Something with an upper and a lower side, and colours that a wrong reading would change."""
    image = Image.new("RGB", SIZE)
    image.putdata([(x * 2, y * 3, 255 - x) for y in range(SIZE[1]) for x in range(SIZE[0])])
    return image


def jpeg(*, orientation: int = 6) -> bytes:
    """A photo of a phone that was held upright: where, when, with what, by whom, and a smaller picture behind it."""
    file = io.BytesIO()
    picture().save(
        file,
        "JPEG",
        quality=90,
        exif=_exif(orientation),
        icc_profile=b"\0" * 128 + b"Monitor of Jane SECRET",
        comment=b"SECRET comment",
        xmp=XMP,
    )
    behind = io.BytesIO()
    picture().resize((40, 30)).save(behind, "JPEG", comment=b"SECRET behind")
    return file.getvalue() + behind.getvalue()


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "Outside SECRET station"  # ImageDescription
    exif[0x010F] = "Appler"  # Make
    exif[0x0110] = "yPhone SECRET"  # Model
    exif[0x0112] = orientation
    exif[0x0131] = "Camera SECRET 9.1"  # Software
    exif[0x0132] = "2024:03:04 17:15:00"  # DateTime
    exif[0x013B] = "Jane SECRET"  # Artist
    exif.get_ifd(EXIF_BLOCK).update(
        {0x9003: "2024:03:04 17:15:01", 0xA431: "SECRET-4711", 0x927C: b"SECRET maker"}
    )
    exif.get_ifd(GPS_BLOCK).update({1: "N", 2: (31.0, 20.0, 3.0), 3: "W", 4: (110.0, 56.0, 0.0)})
    return exif


def png() -> bytes:
    """A screenshot that was cropped, by a program that left the rest of it in the file."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Jane SECRET")
    notes.add_text("Comment", "SECRET compressed", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    file = io.BytesIO()
    profile = b"\0" * 128 + b"Monitor of Jane SECRET"
    picture().save(file, "PNG", pnginfo=notes, exif=_exif(1), dpi=(96, 96), icc_profile=profile)
    return file.getvalue() + b"SECRET rest of the picture"


def pdf() -> bytes:
    """Two versions of a page with a photo, of which the newer has a comment, a link to a folder and a file inside."""
    drawn = io.BytesIO()
    page = canvas.Canvas(drawn, pageCompression=0)
    page.setAuthor("Jane SECRET")
    page.setTitle("Why I leave SECRET")
    page.setProducer("Printer SECRET")
    page.drawString(72, 720, "What the page shows.")
    with tempfile.NamedTemporaryFile(suffix=".jpg") as photo:
        photo.write(jpeg())
        photo.flush()
        page.drawImage(photo.name, 72, 500)  # which writes it in letters
    page.showPage()
    page.save()
    writer = pypdf.PdfWriter(io.BytesIO(drawn.getvalue()), incremental=True)
    writer.add_metadata({"/Company": "Agency SECRET", "/ModDate": "D:20240304171500-05'00'"})
    writer.xmp_metadata = XMP
    _draw_photo(writer)
    note = Text(rect=(50, 550, 200, 650), text="See me about this.", title_bar="Jane SECRET")
    note[NameObject("/M")] = TextStringObject("D:20240304171500-05'00'")
    writer.add_annotation(0, note)
    link = pypdf.annotations.Link(rect=(50, 400, 200, 450), url=f"file:///{FOLDER}")
    writer.add_annotation(0, link)
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject(
        {NameObject("/S"): TextStringObject("SECRET piece")}
    )
    writer.add_attachment("inside.txt", b"What is in another file is not looked into.")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _draw_photo(writer: pypdf.PdfWriter) -> None:
    """As scanners and phones do: the JPEG stands in the PDF as the camera wrote it."""
    image = StreamObject()
    image._data = jpeg()
    values = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceRGB", "/Filter": "/DCTDecode"}
    image.update({NameObject(key): NameObject(value) for key, value in values.items()})
    for key, value in {"/Width": SIZE[0], "/Height": SIZE[1], "/BitsPerComponent": 8}.items():
        image[NameObject(key)] = pypdf.generic.NumberObject(value)
    page = writer.pages[0]
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    drawn = resources["/XObject"]
    assert isinstance(drawn, DictionaryObject)
    drawn[NameObject("/Photo")] = writer._add_object(image)
    drawing = StreamObject()
    drawing._data = b"q 240 0 0 160 72 200 cm /Photo Do Q"
    contents = pypdf.generic.ArrayObject([page.raw_get("/Contents"), writer._add_object(drawing)])
    page[NameObject("/Contents")] = contents


def word() -> bytes:
    """A letter from an office's template, with a photo, a comment and a change that was tracked."""
    document = docx.Document()
    document.add_heading("Why I leave", 1)
    paragraph = document.add_paragraph("What the letter says.")
    document.add_picture(io.BytesIO(jpeg()), width=Inches(2))
    document.add_comment(paragraph.runs, text="Is this so?", author="Jane SECRET", initials="JSECRET")
    properties = document.core_properties
    properties.author, properties.last_modified_by = "Jane SECRET", "Joe SECRET"
    properties.title, properties.comments = "Why I leave SECRET", "SECRET comments"
    properties.created = properties.modified = WHEN
    file = io.BytesIO()
    document.save(file)
    return edited(file.getvalue(), _AS_WORD_DOES)


def excel() -> bytes:
    """A table with a comment, a hidden sheet, and the folder where it was saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["B2"] = "What the table says", 2, "=B1*2"
    sheet["A1"].comment = Comment("Is this so?", "Jane SECRET")
    book.create_sheet("Other").sheet_state = "hidden"
    book.properties = DocumentProperties(
        creator="Jane SECRET", lastModifiedBy="Joe SECRET", title="SECRET", created=WHEN
    )
    file = io.BytesIO()
    book.save(file)
    return edited(file.getvalue(), _AS_EXCEL_DOES)


def powerpoint() -> bytes:
    """A slide with a photo and notes for the speaker."""
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    assert slide.shapes.title is not None
    slide.shapes.title.text = "What the slide says"
    slide.shapes.add_picture(io.BytesIO(png()), 0, 0)
    assert slide.notes_slide.notes_text_frame is not None
    slide.notes_slide.notes_text_frame.text = "What I say to it."
    properties = show.core_properties
    properties.author, properties.last_modified_by, properties.keywords = (
        "Jane SECRET",
        "Joe SECRET",
        "SECRET",
    )
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


def edited(package: bytes, change: dict[str, Callable[[str], str]]) -> bytes:
    """An Office file in which the parts of these names are what `change` makes of them, of "" where there is none."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in [*before.namelist(), *(name for name in change if name not in before.namelist())]:
            content = before.read(name) if name in before.namelist() else b""
            after.writestr(name, change[name](content.decode()).encode() if name in change else content)
    return file.getvalue()


def _with(*additions: tuple[str, str]) -> Callable[[str], str]:
    """What stands before each text, put there."""

    def change(xml: str) -> str:
        for before, added in additions:
            assert before in xml, before
            xml = xml.replace(before, added + before, 1)
        return xml

    return change


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
_CUSTOM = (
    f'<?xml version="1.0"?><Properties xmlns="{_OFFICE}custom-properties" xmlns:vt="{_OFFICE}docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Station SECRET">'
    "<vt:lpwstr>SECRET</vt:lpwstr></property></Properties>"
)
_ROOT_RELATIONSHIPS = (
    f'<Relationship Id="rId90" Type="{_OFFICE}relationships/custom-properties" Target="docProps/custom.xml"/>'
    '<Relationship Id="rId91" Target="docMetadata/LabelInfo.xml" '
    'Type="http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"/>'
)
_TYPES = (
    '<Override PartName="/docProps/custom.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
    '<Override PartName="/docMetadata/LabelInfo.xml" '
    'ContentType="application/vnd.ms-office.classificationlabels+xml"/>'
)
_LABEL = (
    '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata">'
    '<clbl:label siteId="SECRET"/></clbl:labelList>'
)
_AS_OFFICE_DOES: dict[str, Callable[[str], str]] = {
    "_rels/.rels": _with(("</Relationships>", _ROOT_RELATIONSHIPS)),
    "[Content_Types].xml": _with(("</Types>", _TYPES)),
    "docProps/custom.xml": lambda _: _CUSTOM,
    "docMetadata/LabelInfo.xml": lambda _: _LABEL,
}
_CHANGE = (
    '<w:p w:rsidR="00A1SECRET"><w:del w:id="900" w:author="Jane SECRET" w:date="2024-03-04T17:15:00Z">'
    "<w:r><w:delText>What was deleted.</w:delText></w:r></w:del></w:p>"
)
_SETTINGS = (
    f'<w:attachedTemplate xmlns:r="{_OFFICE}relationships" r:id="rId1"/>'
    '<w:rsids><w:rsidRoot w:val="00SECRET"/><w:rsid w:val="00SECRE2"/></w:rsids>'
)
_SETTINGS_RELATIONSHIPS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}relationships/attachedTemplate" '
    f'Target="file:///{FOLDER}" TargetMode="External"/></Relationships>'
)
_AS_WORD_DOES: dict[str, Callable[[str], str]] = {
    **_AS_OFFICE_DOES,
    "word/document.xml": lambda xml: _with(("<w:sectPr", _CHANGE))(
        xml.replace("<pic:cNvPr ", f'<pic:cNvPr descr="{FOLDER}" ')
    ),
    "word/settings.xml": _with(("</w:settings>", _SETTINGS)),
    "word/_rels/settings.xml.rels": lambda _: _SETTINGS_RELATIONSHIPS,
}
_MICROSOFT = "http://schemas.microsoft.com/office/spreadsheetml/"
_FOLDER_OF_BOOK = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    f'<mc:Choice Requires="x15"><x15ac:absPath xmlns:x15ac="{_MICROSOFT}2010/11/ac" url="{FOLDER}" '
    f'xmlns:x15="{_MICROSOFT}2010/11/main"/></mc:Choice></mc:AlternateContent>'
)
_PRINTING = f'<pageSetup xmlns:r="{_OFFICE}relationships" orientation="landscape" r:id="rId90"/>'
_PRINTER = f'<Relationship Id="rId90" Type="{_OFFICE}relationships/printerSettings" Target="/xl/printerSettings1.bin"/>'
_BINARY = (
    '<Default Extension="bin" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
)
_AS_EXCEL_DOES: dict[str, Callable[[str], str]] = {
    **_AS_OFFICE_DOES,
    "[Content_Types].xml": lambda xml: xml.replace("</Types>", f"{_BINARY}{_TYPES}</Types>"),
    "xl/workbook.xml": _with(("<sheets>", _FOLDER_OF_BOOK)),
    "xl/worksheets/sheet1.xml": _with(("<legacyDrawing", _PRINTING)),
    "xl/worksheets/_rels/sheet1.xml.rels": _with(("</Relationships>", _PRINTER)),
    "xl/printerSettings1.bin": lambda _: r"\\SERVER\SECRET printer",
}

ALL: dict[str, Callable[[], bytes]] = {
    "photo.jpg": jpeg,
    "screen.png": png,
    "letter.pdf": pdf,
    "letter.docx": word,
    "table.xlsx": excel,
    "slides.pptx": powerpoint,
}
