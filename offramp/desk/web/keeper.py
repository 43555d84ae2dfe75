"""Keeps the desk: unlocked for as long as somebody works at it, and for one request at a time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date

from offramp.crypto.errors import OfframpError
from offramp.desk import days
from offramp.desk.desk import Desk
from offramp.desk.handing.handed import destroy_what_is_over
from offramp.desk.vault.errors import VaultLocked
from offramp.desk.web.job import Job, Work, said
from offramp.desk.weekly.destroying import destroy_due

_LOOK_SECONDS = 1.0


def awake_and_asleep() -> float:
    """Seconds, those in which the laptop slept included: a lid that was closed for an hour is idleness."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Keeper:
    """The desk between requests. `unlock` opens it with a passphrase; `when_locked` is called when it is shut."""

    def __init__(
        self,
        unlock: Callable[[str], Desk],
        *,
        lock_after: float,
        clock: Callable[[], float] = awake_and_asleep,
    ) -> None:
        self.lock_after = lock_after
        self.job: Job | None = None
        self.problem = ""
        """What a person is to be told on the next page."""
        self._day = date.min
        self._unlock, self._clock = unlock, clock
        self.when_locked: Callable[[], None] = lambda: None
        self._desk: Desk | None = None
        self._lock = threading.RLock()
        self._used = clock()
        self._ending = threading.Event()

    @property
    def is_locked(self) -> bool:
        """Whether a passphrase is needed; asking locks a desk that was idle for too long."""
        self.lock_if_idle()
        return self._desk is None

    @property
    def at_work(self) -> Job | None:
        """The long job that has the desk now, if any."""
        return self.job if self.job is not None and not self.job.ended else None

    def unlock(self, passphrase: str) -> None:
        """Raises what Desk.unlock does: WrongPassphrase, VaultInUse and others."""
        with self._lock:
            if self._desk is None:
                self._desk = self._unlock(passphrase)
                self._day = days.today()
            self.use()

    def use(self) -> None:
        """Somebody is here."""
        self._used = self._clock()

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        """The desk, for this thread alone. Raises VaultLocked."""
        with self._lock:
            if self._desk is None:
                raise VaultLocked
            self._begin_day(self._desk)
            yield self._desk

    def _begin_day(self, desk: Desk) -> None:
        """A desk that stays unlocked over midnight destroys then what an unlock would destroy."""
        if self._day != days.today():
            self._day = days.today()
            try:
                destroy_due(desk)
                destroy_what_is_over(desk)
            except (OfframpError, OSError) as error:
                self.problem = f"What is over today could not be destroyed: {said(error)}"

    def lock(self) -> None:
        """Forget everything that was opened, and let other commands open the vault."""
        with self._lock:
            if self._desk is not None:
                self._desk.lock()
                self._desk = self.job = None
                self.when_locked()

    def lock_if_idle(self) -> None:
        """Lock where nobody has asked for a page for long enough. What runs is not interrupted."""
        if self._desk is not None and not self.at_work and self._clock() - self._used > self.lock_after:
            self.lock()

    def begin(self, title: str, work: Work) -> Job:
        """Do something long beside the requests, which show how far it is until it has ended."""
        job = self.job = Job(title, work)
        threading.Thread(target=self._run, args=(job,), name="job", daemon=True).start()
        return job

    def _run(self, job: Job) -> None:
        with contextlib.suppress(VaultLocked), self.desk() as desk:  # the program may be ending
            job.run(desk)
        self.use()

    def watch(self) -> None:
        """Lock when it is time, and begin each new day, until `end`; for a thread of its own."""
        while not self._ending.wait(_LOOK_SECONDS):
            self.lock_if_idle()
            if self._desk is not None and self._day != days.today() and not self.at_work:
                with contextlib.suppress(VaultLocked), self.desk():  # which begins it
                    pass

    def end(self) -> None:
        """Stop what runs, at a point where nothing is lost, and lock."""
        self._ending.set()
        if self.at_work is not None and self.job is not None:
            self.job.stop()
        self.lock()
