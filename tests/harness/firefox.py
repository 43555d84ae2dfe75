"""A headless Firefox that behaves as Tor Browser does at one of its three security levels.

    with Firefox("safer", socks_port=private_tor.socks_port) as browser:
        browser.open("http://….onion/")
        browser.find("textarea").type("hello")
        browser.find("button").click()
        browser.wait_for("#received")

Everything that is not on the loopback goes through a `SocksGate`, so nothing can leave the machine.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness import firefox_startup
from tests.harness.children import GaveUpWaiting, end_child, start_child, tail, wait_for
from tests.harness.element import Element
from tests.harness.firefox_prefs import Level, Prefs, preferences
from tests.harness.marionette import (
    By,
    JavascriptException,
    Keys,
    Marionette,
    MarionetteException,
    NoSuchElementException,
    StaleElementException,
)
from tests.harness.socks_gate import SocksGate

_START_SECONDS = 90.0
_PAGE_LOAD_SECONDS = 120.0
_SCRIPT_SECONDS = 180.0
_QUIT_SECONDS = 15.0

BINARIES = ("firefox-esr", "firefox")


class FirefoxMissing(AssertionError):  # noqa: N818  # says what is wrong
    """There is no Firefox on this machine: install it with `apt-get install firefox-esr`."""


class Firefox:
    """One browser with a fresh profile in a temporary folder; `close()` leaves nothing behind.

    `socks_port` is the SOCKS port of a private tor; without it only the loopback can be reached.
    """

    def __init__(
        self,
        level: Level = "standard",
        *,
        socks_port: int | None = None,
        letterboxing: bool = False,
        prefs: Mapping[str, bool | int | str] | None = None,
    ) -> None:
        self.level = level
        self.gate = SocksGate(socks_port)
        self._folder = Path(tempfile.mkdtemp(prefix="offramp-firefox-"))
        self.downloads = self._folder / "downloads"
        self._profile = self._folder / "profile"
        self._log = self._folder / "firefox.log"
        all_prefs = preferences(
            level,
            socks_port=int(str(self.gate.address)),
            letterboxing=letterboxing,
            downloads=str(self.downloads),
        )
        try:
            self._start({**all_prefs, **(prefs or {})})
        except BaseException:
            self._remove()
            raise

    def _start(self, prefs: Prefs) -> None:
        for folder in (self.downloads, self._profile, self._folder / "home", self._folder / "tmp"):
            folder.mkdir()
        firefox_startup.give(self._profile)
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items())
        (self._profile / "user.js").write_text("".join(lines))
        command: list[str | Path] = [
            _binary(),
            "--marionette",
            "--remote-allow-system-access",
            "--headless",
            "--no-remote",
            "--profile",
            self._profile,
            "about:blank",
        ]
        self._process = start_child(command, log=self._log, env=self._environment(), cwd=self._folder)
        try:
            self._marionette = self._connect()
        except BaseException:
            end_child(self._process)
            raise

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return {
            **kept,
            "HOME": str(self._folder / "home"),
            "TMPDIR": str(self._folder / "tmp"),
            "XDG_RUNTIME_DIR": str(self._folder / "tmp"),
            "MOZ_CRASHREPORTER_DISABLE": "1",
            "MOZ_HEADLESS_WIDTH": "1200",
            "MOZ_HEADLESS_HEIGHT": "900",
            # a release build honours services.settings.server only with this
            "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1",
        }

    def _connect(self) -> Marionette:
        marionette = Marionette(
            host="127.0.0.1", port=self._marionette_port(), socket_timeout=_SCRIPT_SECONDS + 30
        )
        marionette.start_session({"unhandledPromptBehavior": "ignore"})
        marionette.timeout.page_load = _PAGE_LOAD_SECONDS
        marionette.timeout.script = _SCRIPT_SECONDS
        marionette.timeout.implicit = 0
        return marionette

    def _marionette_port(self) -> int:
        told = self._profile / "MarionetteActivePort"

        def port() -> str:
            if self._process.poll() is not None:
                raise AssertionError(f"Firefox ended with {self._process.returncode}:\n{tail(self._log)}")
            return told.read_text().strip() if told.exists() else ""

        try:
            return int(str(wait_for("Firefox's marionette port", port, seconds=_START_SECONDS)))
        except GaveUpWaiting as error:
            raise GaveUpWaiting(f"{error}\n{tail(self._log)}") from None

    def open(self, url: str) -> None:
        """Load a page; returns when it has loaded, raises marionette's error if it cannot be."""
        self._marionette.navigate(url)

    def reload(self) -> None:
        """Load the open page again."""
        self._marionette.refresh()

    @property
    def url(self) -> str:
        """The address of the open page."""
        return str(self._marionette.get_url())

    @property
    def title(self) -> str:
        """The title of the open page."""
        return str(self._marionette.title)

    @property
    def source(self) -> str:
        """The document as it is now, serialised."""
        return str(self._marionette.page_source)

    @property
    def text(self) -> str:
        """All text that the page shows."""
        return self.find("body").text

    def find(self, css: str) -> Element:
        """The first element for a CSS selector; `AssertionError` if there is none."""
        try:
            return Element(self._marionette.find_element(By.CSS_SELECTOR, css))
        except NoSuchElementException:
            raise AssertionError(f"no element {css!r} at {self.url}") from None

    def find_all(self, css: str) -> list[Element]:
        """All elements for a CSS selector, in the document's order."""
        return [Element(found) for found in self._marionette.find_elements(By.CSS_SELECTOR, css)]

    def wait_for(self, css: str, *, text: str = "", seconds: float = 30.0) -> Element:
        """The first *visible* element for `css` whose text contains `text`, as soon as there is one."""

        def shown() -> Element | None:
            try:
                return next((one for one in self.find_all(css) if one.visible and text in one.text), None)
            except StaleElementException:  # the page is just being replaced by the next one
                return None

        try:
            found = wait_for(f"{css!r} with {text!r}", shown, seconds=seconds)
        except GaveUpWaiting as error:
            raise GaveUpWaiting(
                f"{error}; the page shows:\n{self.text}\nerrors: {self.console_errors()}"
            ) from None
        assert isinstance(found, Element)
        return found

    def run(self, script: str, *arguments: object) -> object:
        """Run a function body in the page's global scope, `return` gives its value. Works at Safest too."""
        found: object = self._marionette.execute_script(script, script_args=arguments, sandbox=None)
        return found

    def run_async(self, script: str, *arguments: object) -> object:
        """Run a function body that may `await`; its exceptions are `JavascriptException`. Not at Safest."""
        if self.level == "safest":
            raise AssertionError("no asynchronous scripts where the page has no scripts")
        return _value(
            self._marionette.execute_async_script(_awaited(script), script_args=arguments, sandbox=None)
        )

    def run_apart(self, script: str, *arguments: object) -> object:
        """Run a function body that may `await`, with the browser's rights, beside the page's world. At Safest too."""
        found: object = self._marionette.execute_async_script(
            _awaited(script), script_args=arguments, sandbox="system"
        )
        return _value(found)

    def run_as_browser(self, script: str, *arguments: object) -> object:
        """Run a function body with the browser's own rights, in its main process."""
        with self._marionette.using_context("chrome"):
            found: object = self._marionette.execute_script(script, script_args=arguments)
        return found

    def screenshot(self, path: Path, *, whole_page: bool = True) -> None:
        """Save the page as PNG, all of its length or only what the window shows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._marionette.screenshot(full=whole_page)))

    def resize(self, width: int, height: int) -> None:
        """Make the page's area (not the window) this large, in CSS pixels."""
        for _ in range(2):  # the first step can change what the window's own parts take
            rect = self._marionette.window_rect
            inner = self.run_as_browser(
                """// without this, 500 is the least width
                   document.documentElement.style.setProperty("min-width", "0", "important");
                   const box = gBrowser.selectedBrowser.getBoundingClientRect();
                   return [box.width, box.height];"""
            )
            assert isinstance(inner, list)
            self._marionette.set_window_rect(
                width=rect["width"] - round(inner[0]) + width,
                height=rect["height"] - round(inner[1]) + height,
            )

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the mouse at one place of the window, in CSS pixels, move it to another, and let go."""
        mouse = self._marionette.actions.sequence("pointer", "mouse", {"pointerType": "mouse"})
        mouse.pointer_move(*start).pointer_down(0).pointer_move(*end, duration=200).pointer_up(0).perform()

    def press(self, *keys: str) -> None:
        """Press keys one after another, as hands do: wherever the focus is."""
        keyboard = self._marionette.actions.sequence("key", "keyboard")
        for key in "".join(keys):
            keyboard.key_down(key).key_up(key)
        keyboard.perform()

    def zoom(self, *, page: float = 1.0, text: float = 1.0) -> None:
        """Enlarge the page, or only its letters."""
        self.run_as_browser(
            "const shown = gBrowser.selectedBrowser.browsingContext;"
            "[shown.fullZoom, shown.textZoom] = arguments;",
            page,
            text,
        )

    def copied(self) -> str:
        """Press Ctrl+C; what is in the clipboard then, as another program would paste it."""
        self.run_as_browser("Services.clipboard.emptyClipboard(Services.clipboard.kGlobalClipboard);")
        keys = self._marionette.actions.sequence("key", "keyboard")
        keys.key_down(Keys.CONTROL).key_down("c").key_up("c").key_up(Keys.CONTROL).perform()
        return str(wait_for("something in the clipboard", self._clipboard, seconds=10))

    def _clipboard(self) -> object:
        return self.run_as_browser(
            """const kind = "text/plain";
               const held = Cc["@mozilla.org/widget/transferable;1"].createInstance(Ci.nsITransferable);
               held.init(null);
               held.addDataFlavor(kind);
               if (!Services.clipboard.hasDataMatchingFlavors([kind], Services.clipboard.kGlobalClipboard)) return "";
               Services.clipboard.getData(held, Services.clipboard.kGlobalClipboard);
               const found = {};
               held.getTransferData(kind, found);
               return found.value.QueryInterface(Ci.nsISupportsString).data;"""
        )

    def console_errors(self) -> list[str]:
        """Uncaught errors and refused loads (CSP) of pages since the browser's start."""
        found = self.run_as_browser(
            """return Services.console.getMessageArray()
                 .filter((message) => message instanceof Ci.nsIScriptError
                   && !(message.flags & (Ci.nsIScriptError.warningFlag | Ci.nsIScriptError.infoFlag))
                   && (message.category === "CSP" || /^http/.test(message.sourceName)))
                 .map((message) => `${message.sourceName}:${message.lineNumber}: ${message.errorMessage}`);"""
        )
        assert isinstance(found, list)
        return [str(line) for line in found]

    @property
    def profile(self) -> Path:
        """The folder in which it keeps what it keeps."""
        return self._profile

    @property
    def escapes(self) -> list[str]:
        """`host:port` of all else than loopback and onions that the browser tried to reach, in vain."""
        return list(self.gate.refused)

    def close(self) -> None:
        """End the browser and remove its profile."""
        # No tidy end is needed but once: nothing else of this profile is worth saving.
        tidily = firefox_startup.wanted() and self._quits()
        # Marionette's own object must know that its session is over, or its __del__ connects once more and
        # leaves that socket open.
        self._marionette.delete_session(send_request=False)
        end_child(self._process, patience=15)
        if tidily:
            firefox_startup.keep(self._profile)
        self._remove()

    def _quits(self) -> bool:
        """Ask it to end, and wait until it has; false where it does not."""
        with contextlib.suppress(MarionetteException, OSError, subprocess.TimeoutExpired):
            self.run_as_browser(
                "Services.tm.dispatchToMainThread(() => Services.startup.quit(Ci.nsIAppStartup.eForceQuit));"
            )
            return self._process.wait(_QUIT_SECONDS) == 0
        return False

    def _remove(self) -> None:
        self.gate.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _awaited(script: str) -> str:
    return (
        "const done = arguments[arguments.length - 1];"
        f"(async function () {{ {script} }}).apply(null, [...arguments].slice(0, -1))"
        ".then((value) => done([value]), (error) => done(String(error)));"
    )


def _value(found: object) -> object:
    if not isinstance(found, list):
        raise JavascriptException(str(found))
    value: object = found[0]
    return value


def _binary() -> str:
    for name in BINARIES:
        if found := shutil.which(name):
            return found
    raise FirefoxMissing(FirefoxMissing.__doc__)
