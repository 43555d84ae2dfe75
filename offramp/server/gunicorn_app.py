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
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.parents import end_with_parent
from offramp.server.worker import QuietLogger, QuietWorker

THREADS = 1024
"""One for each connection that is sending; a slow one costs a thread and keeps nobody else waiting."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # glibc's malloc.h
_CONNECTIONS = 2048  # with those that are kept alive between requests


class WebProcess(BaseApplication):  # type: ignore[misc]  # as above
    """One gunicorn master with one worker.

    *make_app* runs in the worker and returns the app and what to close at the end.
    """

    def __init__(
        self,
        make_app: Callable[[], tuple[Flask, Callable[[], None]]],
        *,
        binds: list[str],
        umask: int,
        name: str,
    ) -> None:
        self._make_app, self._close = make_app, _nothing
        self._settings = settings(binds, umask, name)
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)
        self.cfg.set("post_fork", _after_fork)
        self.cfg.set("worker_exit", self._end_worker)

    def load(self) -> Flask:
        app, self._close = self._make_app()
        return app

    def _end_worker(self, _arbiter: object, worker: QuietWorker) -> None:
        self._close()
        if worker.booted:
            # Python would wait for threads that wait for clients; what has not come by now is lost anyway.
            os._exit(0)


def settings(binds: list[str], umask: int, name: str) -> dict[str, Any]:
    """gunicorn's settings for one web process."""
    return {
        "bind": binds,
        "umask": umask,  # for the socket: by default everybody may connect
        "proc_name": name,
        "worker_class": QuietWorker,
        "workers": 1,  # SQLite has one writer, and couriers' counters live in memory
        "threads": THREADS,
        "worker_connections": _CONNECTIONS,
        "keepalive": 15,  # seconds: a page's next request comes within a round trip through Tor
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
    os.umask(0o077)
    _give_memory_back()
    # Some of gunicorn's loggers would otherwise write warnings that quote requests to stderr.
    logging.disable(logging.WARNING)
    process.run()


def _give_memory_back() -> None:
    """Have glibc give large bodies' memory back, and keep two pools of the rest instead of many for its threads."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 2)
        libc.mallopt(_M_MMAP_THRESHOLD, 128 * 1024)  # fixed: glibc would raise it with each large body


def unix(path: Path) -> str:
    """A socket's path as gunicorn takes it."""
    return f"unix:{path}"


def _after_fork(_arbiter: object, _worker: object) -> None:
    end_with_parent(os.getppid(), signal.SIGTERM)


def _nothing() -> None:
    """Until the app is made there is nothing to close."""
