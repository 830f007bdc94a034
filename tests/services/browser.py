"""The browser that journeys drive; called by the browser fixtures.

First VENTANILLA_BROWSER (path of a Chromium), then the system's Chromium, then the one in the npm package
@sparticuz/chromium, unpacked once into .cache/browser with the libraries it brings.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import brotli
import fasteners
from playwright.sync_api import Browser, Playwright

from referral._build import MODULES, ROOT, install_packages

SYSTEM_BROWSER = Path("/usr/bin/chromium")
UNPACKED = ROOT / ".cache" / "browser"
# The package's own file names the folders of another place.
FONTS_CONF = """<?xml version="1.0"?>
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""
FLAGS = (
    "--no-sandbox",  # tests may run as root in a container; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers give shared memory of 64 MB only
)


class NoBrowser(Exception):
    """No browser can be started; the message says what to do."""


@cache
def chromium_path() -> Path:
    """Executable of the browser that launch() starts."""
    named = os.environ.get("VENTANILLA_BROWSER")
    if named:
        return Path(named)
    if SYSTEM_BROWSER.is_file():
        return SYSTEM_BROWSER
    return packaged_chromium()


def launch(playwright: Playwright) -> Browser:
    """A headless browser; the caller closes it."""
    path = chromium_path()
    environment: dict[str, str | float | bool] = {**os.environ, **_surroundings(path)}
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS), env=environment)


def axe_source() -> str:
    """The accessibility checker's script, to be evaluated in a page."""
    install_packages(tests=True)
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def packaged_chromium() -> Path:
    """Executable of the npm package's browser, unpacked when it is not there yet."""
    target = UNPACKED / "chromium"
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(UNPACKED / "lock"):
        if not target.is_file():
            install_packages(tests=True)
            packed = MODULES / "@sparticuz" / "chromium" / "bin"
            _unpack_tar(packed / "al2023.tar.br")
            _unpack_tar(packed / "fonts.tar.br")
            (UNPACKED / "fonts.conf").write_text(FONTS_CONF.format(folder=UNPACKED), encoding="utf-8")
            partial = target.with_suffix(".part")
            partial.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
            partial.chmod(0o755)
            partial.rename(target)  # last, so that a target means a whole one
    return target


def _unpack_tar(archive: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(brotli.decompress(archive.read_bytes()))) as tar:
        tar.extractall(UNPACKED, filter="data")


@cache
def _surroundings(path: Path) -> dict[str, str]:
    """Variables the browser at `path` needs here: its own libraries and fonts only where the machine has none."""
    if path.parent != UNPACKED:
        return {}
    fonts = {} if Path("/etc/fonts/fonts.conf").is_file() else {"FONTCONFIG_PATH": str(UNPACKED)}
    libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "lib")}
    complaint = ""
    for found in (fonts, {**fonts, **libraries}):
        # --version loads every library and does nothing else.
        command = [str(path), "--version"]
        tried = subprocess.run(command, env={**os.environ, **found}, capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return found
        complaint = tried.stderr
    raise NoBrowser(f"The packaged Chromium does not start here; name another in VENTANILLA_BROWSER. {complaint}")
