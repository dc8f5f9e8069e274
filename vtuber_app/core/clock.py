"""The program's one clock."""

import time


def now() -> float:
    """Seconds since an arbitrary start; never jumps back. (`monotonic` is coarse on Windows before Python 3.13.)"""
    return time.perf_counter()
