"""The flyer: one page to print, the same bytes for everybody who makes it, with nothing of who or when in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from offramp.desk.flyer.errors import NameTooLong, NotPrintable
from offramp.desk.flyer.identity import Identity

PAPERS: Final = {"a4": A4, "letter": LETTER}
"""Width and height in points."""

# They come with reportlab and go into the file, so that every printer has them.
_PLAIN, _BOLD = "Vera", "VeraBd"
_MARGIN: Final = 18 * mm
_GREY, _LINE = 0.35, 0.75
_QR_SIZE: Final = 46 * mm
_GROUP: Final = 4
_GROUPS_IN_LINE: Final = 5
_STEPS_BEFORE: Final = (
    "Use a computer or phone of your own. Never one from work, and never at work.",
    "Get Tor Browser. It is free: torproject.org",
    "Type this address into Tor Browser, without the spaces. It has only letters and the digits 2 to 7.",
)
_STEPS_AFTER: Final = (
    "At the foot of the page that appears are ten words. They must be these. If not, close it.",
    "Write to us. You need not say who you are. For an answer, keep the twelve words that you get there.",
)
_ABOUT_SCANNING: Final = "For the scanner in Tor Browser on a phone, and no other: the address and the code."


def draw_flyer(name: str, tagline: str, identity: Identity, paper: str) -> bytes:
    """The PDF, on one of PAPERS. Raises NotPrintable, NameTooLong."""
    _fonts()
    _check_letters(name + tagline)
    written = io.BytesIO()
    # invariant: no day and no time in it, and the same name for the same content.
    canvas = Canvas(written, pagesize=PAPERS[paper], invariant=1, pageCompression=1)
    _say_nothing_of_its_making(canvas)
    flyer = _Flyer(canvas, *PAPERS[paper])
    flyer.head(name, tagline)
    flyer.steps(_STEPS_BEFORE, first=1)
    flyer.address(identity.onion)
    flyer.steps(_STEPS_AFTER[:1], first=len(_STEPS_BEFORE) + 1)
    flyer.words(identity)
    flyer.steps(_STEPS_AFTER[1:], first=len(_STEPS_BEFORE) + 2)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _say_nothing_of_its_making(canvas: Canvas) -> None:
    setters = (canvas.setTitle, canvas.setAuthor, canvas.setSubject, canvas.setCreator, canvas.setProducer)
    for set_one in setters:
        set_one("")


@dataclass
class _Flyer:
    """Draws from the top down; `y` is where the next thing begins."""

    canvas: Any
    width: float
    height: float

    def __post_init__(self) -> None:
        self.y = self.height - _MARGIN
        self.left, self.inner = _MARGIN, self.width - 2 * _MARGIN

    def head(self, name: str, tagline: str) -> None:
        self._fitted(name, _BOLD, largest=34, smallest=20, lines=2)
        self.y -= 2 * mm
        self._fitted(tagline, _PLAIN, largest=15, smallest=11, lines=3)
        self.y -= 3 * mm
        self._rule()

    def steps(self, steps: Sequence[str], *, first: int) -> None:
        for number, text in enumerate(steps, start=first):
            self.canvas.setFont(_BOLD, 20)
            self.canvas.drawString(self.left, self.y - 17, str(number))
            lines = simpleSplit(text, _PLAIN, 13, self.inner - 12 * mm)
            self._lines(lines, _PLAIN, 13, x=self.left + 12 * mm, down=3)
            self.y -= 5 * mm

    def address(self, onion: str) -> None:
        """In groups of four on a grid: an eye that looks away finds its place again."""
        bare, dot, rest = onion.partition(".")
        groups = [bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP)]
        step, down, size = (self.inner + 3 * mm) / _GROUPS_IN_LINE, 32, 20
        height = -(-len(groups) // _GROUPS_IN_LINE) * down + 12
        self.canvas.setLineWidth(1.5)
        self.canvas.roundRect(self.left - 3 * mm, self.y - height, self.inner + 6 * mm, height, 6)
        self.canvas.setFont(_BOLD, size)
        for place, group in enumerate(groups):
            row, column = divmod(place, _GROUPS_IN_LINE)
            x, y = self.left + column * step, self.y - (row + 1) * down + 4
            for along, letter in enumerate(
                group
            ):  # every letter has the same place, which is as wide as an m
                self.canvas.drawCentredString(x + (along + 0.5) * size, y, letter)
        last = self.left + (_GROUPS_IN_LINE - 1) * step  # an address has 14 groups, so this place is free
        self.canvas.drawString(last, y, dot + rest)
        self.y -= height + 8 * mm

    def words(self, identity: Identity) -> None:
        """Ten words in two columns, the code below them, and the QR code beside them."""
        top, words = self.y, identity.words.split()
        for number, word in enumerate(words):
            column, row = divmod(number, 5)
            x, y = self.left + 12 * mm + column * 48 * mm, top - 15 - row * 24
            self.canvas.setFont(_PLAIN, 10)
            self.canvas.setFillGray(_GREY)
            self.canvas.drawRightString(x + 5 * mm, y, str(number + 1))
            self.canvas.setFillGray(0)
            self.canvas.setFont(_BOLD, 17)
            self.canvas.drawString(x + 8 * mm, y, word)
        self._qr(identity.scanned, self.width - _MARGIN - _QR_SIZE, top - _QR_SIZE)
        self.y = top - 5 * 24 - 9
        self._lines(["The same as a code, in case you are asked for it:"], _PLAIN, 9, x=self.left + 12 * mm)
        self._lines([identity.code], _BOLD, 11, x=self.left + 12 * mm, down=3)
        self.y = min(self.y, top - _QR_SIZE - 12 * mm) - 5 * mm

    def _qr(self, text: str, x: float, y: float) -> None:
        code = QrCodeWidget(text, barLevel="M", barBorder=0, barWidth=_QR_SIZE, barHeight=_QR_SIZE)
        drawing = Drawing(_QR_SIZE, _QR_SIZE)
        drawing.add(code)
        renderPDF.draw(drawing, self.canvas, x, y)
        self.canvas.setFont(_PLAIN, 7.5)
        for down, line in enumerate(simpleSplit(_ABOUT_SCANNING, _PLAIN, 7.5, _QR_SIZE), start=1):
            self.canvas.drawString(x, y - down * 9.5, line)

    def _fitted(self, text: str, font: str, *, largest: int, smallest: int, lines: int) -> None:
        """In the largest size in which it needs no more lines."""
        for size in range(largest, smallest - 1, -1):
            split = simpleSplit(text, font, size, self.inner)
            if len(split) <= lines and all(stringWidth(line, font, size) <= self.inner for line in split):
                self._lines(split, font, size)
                return
        raise NameTooLong

    def _lines(
        self, lines: Sequence[str], font: str, size: float, *, x: float | None = None, down: float = 0
    ) -> None:
        self.canvas.setFont(font, size)
        self.y -= down
        for line in lines:
            self.y -= size * 1.25
            self.canvas.drawString(self.left if x is None else x, self.y + size * 0.25, line)

    def _rule(self) -> None:
        self.canvas.setLineWidth(_LINE)
        self.canvas.line(self.left, self.y, self.width - _MARGIN, self.y)
        self.y -= 8 * mm


@cache
def _fonts() -> tuple[TTFont, TTFont]:
    fonts = TTFont(_PLAIN, f"{_PLAIN}.ttf"), TTFont(_BOLD, f"{_BOLD}.ttf")
    for font in fonts:
        registerFont(font)
    return fonts


def _check_letters(text: str) -> None:
    """A letter that the font has not would be an empty box on paper."""
    for font in _fonts():
        for letter in text:
            if ord(letter) not in font.face.charToGlyph:
                raise NotPrintable(f"The flyer's font has no letter “{letter}”. Write the name without it.")
