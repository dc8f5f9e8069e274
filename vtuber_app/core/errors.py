"""Errors a user may see. Each text says what was tried and what to do next."""


class VtuberError(Exception):
    """Base of all errors whose text is meant for the user."""


class SettingsError(VtuberError):
    """A setting or a file the user named can't be used."""


class DeviceError(VtuberError):
    """A camera, port or driver can't be used now; trying again later may succeed."""


class WeightsError(VtuberError):
    """A network's weights are missing, damaged or of another network."""


class EngineError(VtuberError):
    """A network can't be run in some way, or in none."""


class DependencyError(VtuberError):
    """An optional package is missing."""


class PacketError(VtuberError):
    """One bad datagram: counted, never fatal."""


class StageError(VtuberError):
    """What went wrong in a stage of the session; the original is its `__cause__`."""

    def __init__(self, stage: str, cause: Exception) -> None:
        reason = str(cause) if isinstance(cause, VtuberError) else f"internal error: {cause!r}"
        super().__init__(f"{stage}: {reason}")
        self.stage = stage
        self.__cause__ = cause
