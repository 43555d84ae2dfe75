"""gunicorn, configured here and nowhere else: no file, environment variable or option is read.

Its defaults suit another kind of service; every setting below replaces one that leaks or can be misused.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.capacity.load import Load
from offramp.server.http.quiet import QuietLogger
from offramp.server.http.worker import SPARE_FILES, PatientWorker
from offramp.server.parents import end_with_parent

THREADS = 32
"""At most: they answer what may have to wait for a disk, which is all but pages and the letters from pages."""

CONNECTIONS = 1500
"""Slow ones, idle ones and busy ones; above that, the one that was waited for longest makes room."""

if TYPE_CHECKING:
    from flask import Flask

_OTHER_FILES = 128 + SPARE_FILES  # the store's, the logs', pipes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # glibc's malloc.h


class WebProcess(BaseApplication):  # type: ignore[misc]  # as above
    """One gunicorn master with one worker.

    *make_app* runs in the worker and returns the app and what to close at the end.  The worker counts in *counts*,
    which the app may read.
    """

    def __init__(
        self,
        make_app: Callable[[], tuple[Flask, Callable[[], None]]],
        *,
        binds: list[str],
        umask: int,
        name: str,
        counts: Load | None = None,
    ) -> None:
        self._make_app, self._close = make_app, _nothing
        self.counts = counts or Load()
        self._settings, self.umask = settings(binds, umask, name), umask
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)
        self.cfg.set("post_fork", _after_fork)
        self.cfg.set("worker_exit", self._end_worker)

    def load(self) -> Flask:
        app, self._close = self._make_app()
        return app

    def _end_worker(self, _arbiter: object, worker: PatientWorker) -> None:
        self._close()
        if worker.booted:
            # Python would wait for threads that wait for clients; what has not come by now is lost anyway.
            os._exit(0)


def settings(binds: list[str], umask: int, name: str) -> dict[str, Any]:
    """gunicorn's settings for one web process."""
    return {
        "bind": binds,
        "umask": umask,  # by default everybody may read
        "proc_name": name,
        "worker_class": PatientWorker,
        "workers": 1,  # SQLite has one writer, and couriers' counters live in memory
        "threads": THREADS,
        "worker_connections": CONNECTIONS,
        "keepalive": 15,  # any number but 0, which ends each connection after its answer (see connection.py)
        "timeout": 60,
        "graceful_timeout": 5,
        "worker_tmp_dir": "/dev/shm",  # noqa: S108 - a heartbeat in memory, unlinked at once
        "control_socket_disable": True,
        "http_parser": "python",
        "http_protocols": "h1",
        "limit_request_line": 1024,
        "limit_request_fields": 40,
        "limit_request_field_size": 2048,
        # Whoever connects is a client: neither PROXY lines nor forwarding headers are believed.
        "proxy_protocol": "off",
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "header_map": "refuse",  # names that could be taken for others'
        "logger_class": QuietLogger,
        "loglevel": "error",
        "accesslog": None,
        "errorlog": "-",
        "capture_output": False,
        "preload_app": False,  # the store's thread must start in the worker
    }


def run(process: WebProcess) -> None:
    """Serve until SIGTERM.  Ends the program."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # bodies are in memory, and must not be dumped to a disk
    _allow_files(CONNECTIONS)
    os.umask(process.umask)
    _give_memory_back()
    # Some of gunicorn's loggers would otherwise write warnings that quote requests to stderr.
    logging.disable(logging.WARNING)
    process.run()


def _allow_files(connections: int) -> None:
    """Allow two file descriptors for each connection, as far as we may: systemd's limit is 1,024 to begin with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + _OTHER_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most), most))


def _give_memory_back() -> None:
    """Have glibc give large bodies' memory back, and keep two pools of the rest instead of many for its threads."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 2)
        libc.mallopt(_M_MMAP_THRESHOLD, 128 * 1024)  # fixed: glibc would raise it with each large body


def _after_fork(_arbiter: object, _worker: object) -> None:
    end_with_parent(os.getppid(), signal.SIGTERM)


def _nothing() -> None:
    """Until the app is made there is nothing to close."""
