"""System libraries that Qt, OpenCV and MediaPipe need on Linux: which are missing, and how to get them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

PACKAGES = {
    # soname: (Debian and Ubuntu, Arch); Fedora and openSUSE find packages by the soname itself
    "libEGL.so.1": ("libegl1", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd"),
    "libGLX.so.0": ("libglx0", "libglvnd"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libx11"),
    "libX11.so.6": ("libx11-6", "libx11"),
    "libXau.so.6": ("libxau6", "libxau"),
    "libbz2.so.1.0": ("libbz2-1.0", "bzip2"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus"),
    "libdrm.so.2": ("libdrm2", "libdrm"),
    "libexpat.so.1": ("libexpat1", "expat"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libstdc++.so.6": ("libstdc++6", "gcc-libs"),
    "libwayland-client.so.0": ("libwayland-client0", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "wayland"),
    "libwayland-egl.so.1": ("libwayland-egl1", "wayland"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-glx.so.0": ("libxcb-glx0", "libxcb"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libz.so.1": ("zlib1g", "zlib"),
}

FONT = "a font"
"""Stands among the missing libraries where there is no font, without which Qt shows empty boxes."""

FONT_PACKAGES = {
    "apt-get": "fonts-dejavu-core",
    "dnf": "dejavu-sans-fonts",
    "zypper": "dejavu-fonts",
    "pacman": "ttf-dejavu",
}
INSTALL = {
    "apt-get": ["apt-get", "install", "-y", "--no-install-recommends"],
    "dnf": ["dnf", "install", "-y"],
    "zypper": ["zypper", "--non-interactive", "install"],
    "pacman": ["pacman", "-S", "--needed", "--noconfirm"],
}

CORE = (
    "cv2/*.so",
    "mediapipe/python/*.so",
    "av/video/*.so",
    "skia*.so",
)
"""What every command of the program loads, relative to site-packages."""

WINDOW = (
    "PySide6/Qt[CGSWO]*.abi3.so",
    "PySide6/Qt/plugins/platforms/libq[xwo]*.so",
    "PySide6/Qt/plugins/xcbglintegrations/*.so",
    "PySide6/Qt/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
)
"""What the window loads."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def missing(packages: Path) -> list[str]:
    """What the program needs and this system lacks: sonames, and a font.

    Args:
        packages: The site-packages folder.
    """
    lacking = missing_libraries(packages, CORE + WINDOW)
    return lacking if sys.platform != "linux" or has_font() else [*lacking, FONT]


def missing_libraries(packages: Path, patterns: Iterable[str]) -> list[str]:
    """Sonames that those files need and this system lacks; none where the system is not Linux."""
    files = [file for pattern in patterns for file in packages.glob(pattern)]
    if sys.platform != "linux" or not files or not shutil.which("ldd"):
        return []
    variables = {**os.environ, "LC_ALL": "C"}
    ldd = subprocess.run(["ldd", *files], check=False, capture_output=True, env=variables)
    return unresolved(ldd.stdout.decode(errors="replace"))


def unresolved(ldd: str) -> list[str]:
    """The sonames that `ldd` did not find, sorted."""
    return sorted({line.split("=>")[0].strip() for line in ldd.splitlines() if "=> not found" in line})


def has_font(folders: Iterable[str] = FONT_FOLDERS) -> bool:
    """Whether any font that Qt can draw with is installed."""
    return any(
        path.suffix.lower() in {".ttf", ".otf", ".ttc"}
        for folder in folders
        for path in Path(folder).expanduser().rglob("*")
    )


def package_tool(which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The system's program for installing packages, if we know it."""
    return next((tool for tool in INSTALL if which(tool)), None)


def wanted(tool: str, sonames: Iterable[str]) -> tuple[list[str], list[str]]:
    """What to ask the system's package tool for.

    Returns:
        Packages, sorted, and the sonames for which we know none.
    """
    packages: set[str] = set()
    unknown: list[str] = []
    for soname in sonames:
        if soname == FONT:
            packages.add(FONT_PACKAGES[tool])
        elif tool in {"dnf", "zypper"}:
            packages.add(f"{soname}()(64bit)")
        elif soname in PACKAGES:
            packages.add(PACKAGES[soname][0 if tool == "apt-get" else 1])
        else:
            unknown.append(soname)
    return sorted(packages), unknown


def sentence(tool: str | None, sonames: list[str]) -> str:
    """What a user who is not root has to type."""
    names = ", ".join(sonames)
    if tool is None:
        return f"This system lacks {names}. Install the packages that have them."
    packages, unknown = wanted(tool, sonames)
    quoted = " ".join(f"'{package}'" if "(" in package else package for package in packages)
    command = f"sudo {' '.join(word for word in INSTALL[tool])} {quoted}"
    rest = f" Find the packages that have {', '.join(unknown)} as well." if unknown else ""
    return f"This system lacks {names}. Type:\n    {command}\n{rest}".rstrip() if packages else rest.strip()
