"""Whether OBS can be reached."""

from collections.abc import Iterator

from vtuber_app.core.errors import VtuberError
from vtuber_app.tools.doctor.finding import Finding
from vtuber_app.tools.obs import setup
from vtuber_app.tools.obs.protocol import NotThere, PasswordNeeded


def obs() -> Iterator[Finding]:
    """Greet OBS, as setting it up would."""
    try:
        with setup.connect() as there:
            version = there.ask("GetVersion").get("obsVersion", "")
    except PasswordNeeded:
        cure = "Press Set up OBS in the window, or type vtuber-app obs: it asks for the password once."
        yield Finding("OBS", "warn", "it runs, and asks for a password", cure)
    except NotThere as error:
        yield Finding("OBS", "warn", "not reached", str(error))
    except VtuberError as error:
        yield Finding("OBS", "warn", "it can't be set up", str(error))
    else:
        yield Finding("OBS", "ok", f"OBS {version} answers")
