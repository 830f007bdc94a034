"""Files for tests: pictures and PDFs, good and bad, each made from nothing."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def picture(width: int, height: int, shade: str = "green", *, noise: bool = False, **options: object) -> bytes:
    """A JPEG of one colour, or of noise, which hardly packs."""
    image = (
        Image.effect_noise((width, height), 90).convert("RGB") if noise else Image.new("RGB", (width, height), shade)
    )
    return saved(image, "JPEG", **options)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of this kind."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture_with_place(width: int, height: int, *, turned: int = 1) -> bytes:
    """A JPEG that says where and by whom it was taken, lying on its side when `turned` is 6."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x013B] = "GPSMARK"
    exif.get_ifd(0x8825)[1] = "N"
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    return saved(image, "JPEG", exif=exif, comment=b"GPSMARK")


def heic() -> bytes:
    """The first bytes of what a telephone writes."""
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200


def simple_pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        return written(pdf)


def written(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """The PDF as a file."""
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def script_pdf() -> bytes:
    """A PDF that runs a program when it is opened."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        return written(pdf)
