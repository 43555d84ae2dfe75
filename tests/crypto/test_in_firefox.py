"""Every vector in a real Firefox, and the two-way test: Firefox seals, Python opens; with and without JIT."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import Opener
from tests.crypto.samples import ANN, BEN, CAMPAIGN, KEYSET, NOW, RAW, ROOT
from tests.crypto.vectors import FOLDER, VECTORS
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

REPOSITORY = Path(__file__).parents[2]
OF_DESKS = {"event", "team_list", "hand_off", "hand_off_statement", "draft", "words"}
OF_THE_ROOT = {"key_list", "calendar", "campaign_words", "former_root", "manifest"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty page with our JavaScript in it, as esbuild bundles it for the browser."""
    bundle = tmp_path_factory.mktemp("bundle") / "vectors.js"
    options = ["--bundle", "--format=iife", "--global-name=offrampVectors", "--log-level=warning"]
    source = REPOSITORY / "tests" / "crypto" / "browser_page.mjs"
    esbuild = REPOSITORY / "node_modules" / ".bin" / "esbuild"
    subprocess.run(
        [esbuild, source, *options, f"--outfile={bundle}"], cwd=REPOSITORY, check=True, timeout=120
    )
    vectors = json.dumps(VECTORS).encode()
    files = {
        "/": (b"<!doctype html><title>vectors</title><script src=/vectors.js></script>", "text/html"),
        "/vectors.js": (bundle.read_bytes(), "text/javascript"),
        "/vectors.json": (vectors, "application/json"),
    }
    with _Files(files) as address:
        yield address


class _Files:
    """A server of a few files on the loopback."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = files.get(self.path, (b"", "text/plain"))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(params=["standard", "safer"])
def browser(request: pytest.FixtureRequest, firefoxes: Firefoxes, page: str) -> Iterator[Firefox]:
    with firefoxes.lent(request.param) as lent:
        lent.open(page)
        yield lent


def test_every_vector(browser: Firefox) -> None:
    results = browser.run_async(
        "const vectors = await (await fetch('/vectors.json')).json(); return await offrampVectors.runVectors(vectors);"
    )
    assert isinstance(results, list)
    assert [one for one in results if not one["agrees"]] == []
    of_python_alone = {"secret_file", "bundle", "request", "pack"} | OF_DESKS | OF_THE_ROOT
    of_the_page = [name for name, vector in VECTORS.items() if vector["kind"] not in of_python_alone]
    assert sorted(one["name"] for one in results) == sorted(of_the_page)
    assert len(list(FOLDER.glob("*.json"))) == len(VECTORS)


@pytest.mark.parametrize("size", [0, 100_000])
def test_firefox_seals_and_python_opens(browser: Firefox, size: int) -> None:
    file = secrets.token_bytes(size)
    said = "Línea uno\nДва 你好 👋 \u0000\u007f\u2028"
    envelope = browser.run_async(
        """const [keyset, root, campaign, now, said, file] = arguments;
           const {fromBase64, toBase64, verifyKeyset, seal} = offrampVectors;
           const pins = {root: fromBase64(root), campaign, now, minimumSequence: 1};
           const verified = verifyKeyset(fromBase64(keyset), pins);
           const letter = {purpose: "help", campaign, keysetId: verified.id, thread: null, replyKey: null,
                           fields: [["message", said]], attachments: [{name: "résumé.pdf", data: fromBase64(file)}]};
           return toBase64(await seal(letter, verified));""",
        *(base64.b64encode(raw).decode() for raw in (RAW, ROOT)),
        CAMPAIGN,
        NOW,
        said,
        base64.b64encode(file).decode(),
    )
    letter = Letter(
        "help", CAMPAIGN, KEYSET.id, None, None, (("message", said),), (Attachment("résumé.pdf", file),)
    )
    for key in (ANN, BEN):
        assert Opener(KEYSET, key).open(base64.b64decode(str(envelope))) == letter


def test_the_page_gets_its_turns_while_a_whole_shard_is_tried(browser: Firefox) -> None:
    found = browser.run_async(
        """const {SHARD_LENGTH, checksumOf, openShard} = offrampVectors;
           const shard = new Uint8Array(SHARD_LENGTH).map((_, i) => (i * 2654435761) >>> 13);
           shard.set(await checksumOf(shard.subarray(0, -16)), SHARD_LENGTH - 16);
           let turns = 0, over = false;
           const turn = () => {
             turns += 1;
             if (!over) setTimeout(turn, 0);
           };
           setTimeout(turn, 0);
           const {answers} = await openShard(shard, new Uint8Array(32));
           over = true;
           return [turns, answers.length];"""
    )
    assert isinstance(found, list)
    turns, answers = found
    assert turns >= 10
    assert answers == 0
