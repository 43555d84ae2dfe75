"""`offramp-server`, started as it is, but with ticks that come often, and with a clock that a test can step.

ODD_TICKS: seconds between two ticks.  ODD_CLOCK: a file with the seconds by which the clock is ahead [8, double].
"""

from __future__ import annotations

import os
import struct
import time

_REAL = time.time
_AHEAD = os.open(os.environ["ODD_CLOCK"], os.O_RDONLY)


def _stepped() -> float:
    return float(_REAL() + struct.unpack("d", os.pread(_AHEAD, 8, 0))[0])


def _run() -> None:
    # Imported when the clock is ours already: functions take it as a default.
    from offramp.server import web
    from offramp.server.__main__ import main

    web.TICK_SECONDS = float(os.environ["ODD_TICKS"])  # type: ignore[misc]
    main()


time.time = _stepped
_run()
