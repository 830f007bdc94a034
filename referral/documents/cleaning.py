"""The program that parses uploaded files: a process of its own, limited, without keys, database or environment.

Run by documents.cleaner as a plain script. Standard input: one line of JSON (what to make of it), then the file.
Standard output: one line of JSON (what came of it, or why not), then the new file and, for a photograph, the small one.
It imports nothing of Ventanilla: -I keeps its own folder from it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

MEMORY = 1024 * 1024 * 1024  # bytes of address space: a 40-megapixel picture takes some 300 MB while it is turned
SECONDS = 20  # of processor time
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
QUALITY = 82
MOST_PAGES = 20
MOST_OBJECTS = 20_000
DEEPEST = 60
SMALLEST_PHOTO = (120, 160)


class No(Exception):
    """The file is not taken; the reason is a value of documents.rules.files.Reason."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, "values": values}


def limit() -> None:
    """Take from this process what parsing does not need, before it reads a byte of the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


# Pictures --------------------------------------------------------------------------------------------------------


def picture(data: bytes, kind: str) -> Any:
    """The upright picture in RGB or grey, on white, without anything but its pixels."""
    Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is unpacked
    try:
        found = Image.open(io.BytesIO(data), formats=("JPEG",) if kind == "image/jpeg" else ("PNG",))
        if found.width * found.height > MOST_PIXELS:
            raise No("too_many_pixels", most=MOST_PIXELS // 1_000_000)
        if kind == "image/png" and getattr(found, "n_frames", 1) > 1:
            raise No("animated")
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked no larger than is needed
        found.load()
        return flat(ImageOps.exif_transpose(found))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError):
        raise No("damaged") from None


def flat(found: Any) -> Any:
    """RGB or grey with eight bits: transparent parts become white, deep greys and inks are converted."""
    if found.mode.startswith("I") or found.mode == "F":
        deepest = found.getextrema()[1]
        scale = 255 / 65535 if deepest > 255 else 1  # 16 bits a pixel, or eight kept in a wide mode
        return found.convert("F").point(lambda level: level * scale).convert("L")
    if found.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in found.info:
        paper = Image.new("RGB", found.size, "white")
        clear = found.convert("RGBA")
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    return found.convert("L" if found.mode in {"1", "L"} else "RGB")


def jpeg(image: Any) -> bytes:
    """The picture as a new JPEG without any metadata."""
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def scan(data: bytes, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    """A picture of a paper, no larger than anybody reads."""
    image = picture(data, kind)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return {"media_type": "image/jpeg", "width": image.width, "height": image.height, "pages": 1}, [jpeg(image)]


def photo(data: bytes, kind: str, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """A portrait of three by four, cut where the desk said, in two sizes."""
    image = picture(data, kind)
    (width, height), (small_width, small_height) = asked["size"], asked["small"]
    side = max(1, min(image.width * height // width, image.height) * 100 // asked["zoom"])
    across = max(1, side * width // height)
    if across < SMALLEST_PHOTO[0] or side < SMALLEST_PHOTO[1]:
        raise No("too_small")
    left = (image.width - across) * asked["across"] // 100
    top = (image.height - side) * asked["down"] // 100
    cut = image.crop((left, top, left + across, top + side))
    sizes = [cut.resize(size, Image.Resampling.LANCZOS) for size in ((width, height), (small_width, small_height))]
    return {"media_type": "image/jpeg", "width": width, "height": height, "pages": 1}, [jpeg(each) for each in sizes]


# PDF -------------------------------------------------------------------------------------------------------------

# What a page keeps. Annotations, actions, thumbnails, metadata and whatever a viewer could run or open stay behind.
_PAGE_KEYS = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit"}
_NEVER = {
    "/Metadata", "/PieceInfo", "/AF", "/EF", "/AA", "/OpenAction", "/JS", "/LastModified", "/StructParents",
    "/StructParent", "/OPI",
}  # fmt: skip
_NEVER_IN_STREAMS = {"/Ref", "/Alternates", "/F", "/FFilter", "/FDecodeParms"}  # things outside the file


def pdf(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The pages alone, written anew. A file with a program in it is not taken."""
    if b"%%EOF" not in data[-2048:]:
        raise No("damaged")
    try:
        with pikepdf.open(io.BytesIO(data)) as found, pikepdf.new() as out:
            judge(found)
            take_pages(found, out)
            written = io.BytesIO()
            out.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
            told = {"media_type": "application/pdf", "width": 0, "height": 0, "pages": len(out.pages)}
            return told, [written.getvalue()]
    except pikepdf.PasswordError:
        raise No("locked") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise No("damaged") from None


def judge(found: pikepdf.Pdf) -> None:
    """No, when there is too much of it, or something in it that runs."""
    if len(found.objects) > MOST_OBJECTS:
        raise No("too_complex")
    if len(found.pages) > MOST_PAGES:
        raise No("too_many_pages", most=MOST_PAGES)
    if len(found.pages) == 0:
        raise No("damaged")
    if any(_runs(each, 0) for each in found.objects):
        raise No("has_script")


def take_pages(found: pikepdf.Pdf, out: pikepdf.Pdf) -> None:
    """The pages into a new file, without what hangs on them."""
    if "/AcroForm" in found.Root:  # what was typed in a form is drawn on its page before the form goes
        found.generate_appearance_streams()
    found.flatten_annotations("screen")
    for page in found.pages:
        for key in [str(key) for key in page.obj if key not in _PAGE_KEYS]:
            del page.obj[key]
        out.pages.append(page)
    for each in out.objects:
        _strip(each)


def _runs(item: Any, depth: int) -> bool:
    """Whether a program hangs anywhere in this object."""
    if depth > DEEPEST:
        raise No("too_complex")
    if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        if "/JS" in item or item.get("/S") == pikepdf.Name.JavaScript or "/JavaScript" in item:
            return True
        return any(_runs(value, depth + 1) for value in _direct(dict(item.items()).values()))
    if isinstance(item, pikepdf.Array):
        return any(_runs(value, depth + 1) for value in _direct(list(item)))
    return False


def _direct(values: Any) -> list[Any]:
    # Indirect objects are met in the list of all; following them here would go round in circles.
    return [value for value in values if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _strip(item: Any) -> None:
    if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        streams = _NEVER_IN_STREAMS if isinstance(item, pikepdf.Stream) else set()
        for key in [str(key) for key in item if key in _NEVER | streams]:
            del item[key]
        if isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.DCTDecode:
            how: Any = item.get("/DecodeParms")
            item.write(bare_jpeg(item.read_raw_bytes()), filter=pikepdf.Name.DCTDecode, decode_parms=how)
        for value in _direct(dict(item.items()).values()):
            _strip(value)
    elif isinstance(item, pikepdf.Array):
        for value in _direct(list(item)):
            _strip(value)


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG inside a PDF without its comments and application data (where it was taken, by whom); pixels untouched."""
    kept, place = bytearray(data[:2]), 2
    while data[place : place + 1] == b"\xff" and place + 4 <= len(data):
        mark, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if mark == 0xDA:  # from here on it is picture
            break
        if mark not in {0xFE, *range(0xE1, 0xEE), 0xEF}:  # the marks E0 and EE say how colours are to be read
            kept += data[place : place + 2 + length]
        place += 2 + length
    return bytes(kept) + data[place:]


def made(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What is to be made of the file."""
    if asked["kind"] == "application/pdf":
        return pdf(data)
    return photo(data, asked["kind"], asked) if asked["photo"] else scan(data, asked["kind"])


def main() -> None:
    """Read, make, answer."""
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    parts: list[bytes] = []
    try:
        answer, parts = made(asked, sys.stdin.buffer.read())
    except No as no:
        answer = no.answer
    except (MemoryError, RecursionError):
        answer = {"refused": "too_complex", "values": {}}
    answer["sizes"] = [len(part) for part in parts]
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


if __name__ == "__main__":
    main()
