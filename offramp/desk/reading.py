"""Going through a bundle: open, save attachments, and account for every envelope, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from offramp.crypto.errors import NotABundle, OfframpError
from offramp.crypto.letter import COVER
from offramp.desk.attachments import save_all
from offramp.desk.errors import FileInTheWay
from offramp.desk.inbox import Inbox, Submission, Unopened, envelopes


class Watcher(Protocol):
    """Whoever keeps count, and tells the person."""

    def passed(self, size: int) -> None:
        """So many bytes of the bundle are done with."""

    def failed(self, name: bytes, reason: OfframpError) -> None:
        """This envelope could not be opened, or not all of it be saved."""

    def truncated(self) -> None:
        """The bundle's last envelope is incomplete."""


def submissions(
    bundle: Path, inbox: Inbox, watcher: Watcher, *, wanted: Callable[[bytes], bool], attachments: Path | None
) -> Iterator[tuple[Submission, list[str]]]:
    """What is in each wanted envelope, and under which names its attachments were saved, if they were to be.

    Raises UnsupportedVersion, and NotABundle, that one after all that can be read.
    """
    try:
        for name, envelope in envelopes(bundle, watcher.truncated):
            watcher.passed(4 + len(envelope))
            if not wanted(name):
                continue
            found = inbox.open(envelope, name)
            if isinstance(found, Unopened):
                watcher.failed(name, found.reason)
            elif found.letter.purpose != COVER:  # FORMAT 2.6
                yield found, _saved(found, attachments, watcher)
    except NotABundle:
        raise NotABundle(f"{bundle} is damaged, or no bundle.") from None


def _saved(submission: Submission, folder: Path | None, watcher: Watcher) -> list[str]:
    try:
        return list(save_all(folder, submission.id, submission.letter.attachments)) if folder else []
    except FileInTheWay as reason:
        watcher.failed(submission.id, reason)
        return []
