"""What becomes of a file in the child process: pixels kept, everything else gone, a sentence for what is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zlib
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from referral.documents import cleaner, labels
from referral.documents.cleaner import clean_photo, clean_scan
from referral.documents.facts import Framing
from referral.documents.rules.files import LARGEST_FILE, MEGABYTE, Kind, Reason, check_room, kind_of
from referral.kernel.refusal import Refused
from tests.documents.files import heic, picture, picture_with_place, saved, script_pdf, simple_pdf, written


def why(data: bytes) -> Any:
    with pytest.raises(Refused) as no:
        clean_scan(data)
    return no.value.reason


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# Pictures --------------------------------------------------------------------------------------------------------


def test_a_picture_comes_back_smaller_upright_and_without_its_story() -> None:
    given_in = picture_with_place(3000, 1800, turned=6)
    assert b"GPSMARK" in given_in
    found = clean_scan(given_in)
    image = opened(found.data)
    assert (found.media_type, found.width, found.height, found.pages) == ("image/jpeg", 1440, 2400, 1)
    assert image.size == (1440, 2400)
    assert not image.getexif()
    assert b"GPSMARK" not in found.data
    assert image.info.get("icc_profile") is None
    # Lying on its side, its red corner was up and left; upright it is up and right.
    red, white = image.getpixel((1300, 100)), image.getpixel((100, 2300))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 90
    assert white == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG")],
)
def test_any_kind_of_picture_becomes_a_plain_one(mode: str, kind: str) -> None:
    image = Image.new("RGB", (200, 160), "white").convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.new("I;16", (200, 160), 65535)
    if mode in {"RGBA", "LA"}:
        image.putalpha(0)
    found = opened(clean_scan(saved(image, kind)).data)
    assert found.mode in {"RGB", "L"}
    level = found.getpixel((100, 80))
    assert level in {255, (255, 255, 255)} or min(level) > 250  # type: ignore[arg-type]  # what is clear is white


def test_forty_million_points_are_taken_and_more_are_not() -> None:
    flat = Image.new("1", (8000, 5000))
    assert clean_scan(saved(flat, "PNG")).width == 2400
    assert why(saved(Image.new("1", (8001, 5000)), "PNG")) is Reason.TOO_MANY_PIXELS
    assert why(picture(8001, 5000)) is Reason.TOO_MANY_PIXELS


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    side = (60_000).to_bytes(4, "big")
    head = chunk(b"IHDR", side + side + bytes((8, 6, 0, 0, 0)))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 5_000_000)) + chunk(b"IEND", b"")
    started = time.monotonic()
    assert why(bomb) is Reason.TOO_MANY_PIXELS
    assert time.monotonic() - started < 10


def test_what_moves_what_is_cut_and_what_is_something_else() -> None:
    frames = [Image.new("RGB", (50, 50), shade) for shade in ("red", "blue")]
    assert why(saved(frames[0], "PNG", save_all=True, append_images=frames[1:])) is Reason.ANIMATED
    whole = picture(900, 700, noise=True)
    assert why(whole[: len(whole) // 2]) is Reason.DAMAGED
    png = saved(Image.effect_noise((300, 300), 90), "PNG")
    assert why(png[: len(png) // 2]) is Reason.DAMAGED
    assert why(heic()) is Reason.HEIC
    assert why(b"") is Reason.EMPTY
    assert why(b"GIF89a" + b"x" * 50) is Reason.WRONG_TYPE
    assert why(b"PK\x03\x04" + b"x" * 50) is Reason.WRONG_TYPE
    assert why(b"\xff\xd8\xff" + b"x" * LARGEST_FILE) is Reason.TOO_BIG
    assert why(b"\xff\xd8\xff" + b"x" * 5000) is Reason.DAMAGED
    assert why(b"\x89PNG\r\n\x1a\n" + b"\x00" * 5000) is Reason.DAMAGED


def test_a_picture_is_judged_by_its_bytes_and_never_passes_for_another() -> None:
    both = picture(60, 60) + b"%PDF-1.7 <script>"
    assert kind_of(both) is Kind.JPEG
    assert b"<script>" not in clean_scan(both).data


# Photographs -----------------------------------------------------------------------------------------------------


def striped() -> bytes:
    image = Image.new("RGB", (900, 1800))
    for place, shade in enumerate(("red", "lime", "blue")):
        image.paste(shade, (0, place * 600, 900, place * 600 + 600))
    return saved(image, "JPEG", quality=95)


@pytest.mark.parametrize(("down", "strongest"), [(0, 0), (50, 1), (100, 2)])
def test_a_portrait_is_cut_where_the_desk_said(down: int, strongest: int) -> None:
    found = clean_photo(striped(), Framing(50, down, 200))
    image, small = opened(found.data), opened(found.small)
    assert (image.size, small.size) == ((480, 640), (120, 160))
    for each in (image, small):
        point = each.getpixel((each.width // 2, each.height // 2))
        assert isinstance(point, tuple)
        assert point.index(max(point)) == strongest


def test_what_cannot_be_a_portrait() -> None:
    for data, reason in ((simple_pdf(), Reason.PHOTO_IS_PDF), (picture(100, 90), Reason.TOO_SMALL)):
        with pytest.raises(Refused) as no:
            clean_photo(data, Framing())
        assert no.value.reason is reason
    wide = clean_photo(picture(4000, 300), Framing())
    assert opened(wide.data).size == (480, 640)


# PDF -------------------------------------------------------------------------------------------------------------


def test_a_pdf_keeps_its_pages_and_nothing_that_hangs_on_them() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 400))
        page = pdf.pages[0]
        page.obj.Contents = pdf.make_stream(b"0 0 1 rg 10 10 50 50 re f /Im Do")
        place = pdf.make_stream(picture_with_place(40, 30), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        place.Width, place.Height, place.BitsPerComponent = 40, 30, 8
        place.ColorSpace, place.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=place))
        page.obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))
        page.obj.Annots = pdf.make_indirect(pikepdf.Array([_link()]))
        page.obj.PieceInfo = pikepdf.Dictionary(Secret="MARK")
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/MARK")
        pdf.attachments["MARK.txt"] = b"MARK inside"
        with pdf.open_metadata() as told:
            told["dc:title"] = "MARK"
        pdf.docinfo["/Author"] = "MARK"
        given_in = written(pdf)
    found = clean_scan(given_in)
    assert (found.media_type, found.pages) == ("application/pdf", 1)
    with pikepdf.open(io.BytesIO(found.data)) as clean:
        assert set(clean.Root.keys()) <= {"/Type", "/Pages"}
        assert not list(clean.docinfo)
        assert set(clean.pages[0].obj.keys()) <= {
            "/Type", "/Parent", "/MediaBox", "/Resources", "/Contents", "/CropBox", "/Rotate",
        }  # fmt: skip
        whole = b"".join(
            each.read_bytes() for each in clean.objects if isinstance(each, pikepdf.Stream) and "/Filter" not in each
        )
        image = clean.pages[0].obj.Resources.XObject.Im.read_raw_bytes()
    for mark in (b"MARK", b"calc.exe", b"example.org", b"Launch"):
        assert mark not in found.data + whole
        assert mark not in image
    assert opened(image).size == (40, 30)


def _link() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/MARK"),
    )


def test_a_pdf_that_runs_asks_or_is_broken_is_refused() -> None:
    assert why(script_pdf()) is Reason.HAS_SCRIPT
    with pikepdf.new() as pdf:  # hidden in an annotation of a page
        pdf.add_blank_page()
        run = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 1, 1], A=run)]
        )
        assert why(written(pdf)) is Reason.HAS_SCRIPT
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        lock = pikepdf.Encryption(owner="a", user="b")
        assert why(written(pdf, encryption=lock)) is Reason.LOCKED
    assert clean_scan(simple_pdf(20)).pages == 20
    assert why(simple_pdf(21)) is Reason.TOO_MANY_PAGES
    whole = simple_pdf(3)
    assert why(whole[: len(whole) // 2]) is Reason.DAMAGED
    assert why(b"%PDF-1.7\n" + b"x" * 500 + b"%%EOF") is Reason.DAMAGED


def test_what_was_typed_in_a_form_stays_on_the_page() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 400))
        look = pdf.make_stream(b"BT /F 12 Tf (Texto escrito) Tj ET")
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 20]
        box = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Stamp,
                F=4,
                Rect=[10, 10, 110, 30],
                AP=pikepdf.Dictionary(N=look),
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([box])
        given_in = written(pdf)
    with pikepdf.open(io.BytesIO(clean_scan(given_in).data)) as clean:
        streams = [each.read_bytes() for each in clean.objects if isinstance(each, pikepdf.Stream)]
    assert any(b"Texto escrito" in each for each in streams)


# The process -----------------------------------------------------------------------------------------------------


def test_the_child_cannot_take_more_than_it_is_given() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import cleaning; cleaning.limit(); bytearray(2 << 30)"
    done = subprocess.run(
        [sys.executable, "-c", program, str(cleaner._PROGRAM.parent)], capture_output=True, check=False
    )
    assert b"MemoryError" in done.stderr


def test_the_child_knows_nothing_of_the_desk() -> None:
    source = cleaner._PROGRAM.read_text(encoding="utf-8")
    assert "import referral" not in source
    assert "from referral" not in source
    head = json.dumps({"kind": "image/jpeg", "photo": False}).encode() + b"\n"
    answer = cleaner._run(head + picture(50, 40))
    assert json.loads(answer.partition(b"\n")[0])["width"] == 50


def test_a_child_that_ends_badly_is_a_refusal_and_no_crash() -> None:
    with pytest.raises(Refused) as no:
        cleaner._run(b"not json\n")
    assert no.value.reason is Reason.DAMAGED


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n"]))
def test_any_bytes_are_cleaned_or_refused(tail: bytes, head: bytes) -> None:
    try:
        found = clean_scan(head + tail + (b"%%EOF" if head.startswith(b"%") else b""))
    except Refused:
        return
    assert found.data


def test_room_is_counted_in_megabytes() -> None:
    check_room(0, MEGABYTE, most_megabytes=1)
    with pytest.raises(Refused):
        check_room(1, MEGABYTE, most_megabytes=1)


def test_every_reason_is_worded() -> None:
    assert set(labels.FILES) == set(Reason)
