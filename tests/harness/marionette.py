"""What the harness takes from marionette-driver, imported without the warnings of its dependencies."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # Its dependencies import telnetlib and call a deprecated function of distro; neither is used here.
    warnings.simplefilter("ignore", DeprecationWarning)
    from marionette_driver.by import By
    from marionette_driver.errors import (
        JavascriptException,
        MarionetteException,
        NoSuchElementException,
        StaleElementException,
    )
    from marionette_driver.keys import Keys
    from marionette_driver.marionette import Marionette, WebElement

__all__ = [
    "By",
    "JavascriptException",
    "Keys",
    "Marionette",
    "MarionetteException",
    "NoSuchElementException",
    "StaleElementException",
    "WebElement",
]
