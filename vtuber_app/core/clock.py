"""The program's one clock."""

import time


def now() -> float:
    """Seconds since an arbitrary start; never jumps back. (`monotonic` is coarse on Windows before Python 3.13.)"""
    return time.perf_counter()


def wait_until(moment: float, timeout: float) -> bool:
    """Sleep until that moment, but at most `timeout` s; whether it has come. Only pacing has a reason to sleep."""
    remaining = moment - now()
    if remaining > timeout:
        time.sleep(timeout)
        return False
    if remaining > 0:
        time.sleep(remaining)
    return True
