"""An element of the page that the tests' browser shows."""

from __future__ import annotations

from pathlib import Path

from tests.harness.marionette import WebElement


class Element:
    """An element of the open page."""

    def __init__(self, element: WebElement) -> None:
        self._element = element

    def click(self) -> None:
        """Click in its middle; the page scrolls to it first, and it must not be covered."""
        self._element.click()

    def type(self, text: str) -> None:
        """Type at the end of what is in it."""
        self._element.send_keys(text)

    def clear(self) -> None:
        """Empty a field."""
        self._element.clear()

    def attach(self, *files: Path) -> None:
        """Choose files in an `<input type="file">`; several calls add up only where it has `multiple`."""
        for file in files:
            self._element.send_keys(str(file.resolve(strict=True)))

    @property
    def text(self) -> str:
        """The text as it is rendered; empty if it is hidden."""
        return str(self._element.text)

    @property
    def visible(self) -> bool:
        """Is it displayed?"""
        return bool(self._element.is_displayed())

    @property
    def enabled(self) -> bool:
        """Can it be used?"""
        return bool(self._element.is_enabled())

    def attribute(self, name: str) -> str | None:
        """The attribute as it stands in the document."""
        value = self._element.get_attribute(name)
        return None if value is None else str(value)

    def property(self, name: str) -> object:
        """The property of the DOM object: `value`, `checked`, …"""
        found: object = self._element.get_property(name)
        return found
