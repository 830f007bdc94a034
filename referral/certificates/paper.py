"""The constancia as a one-page PDF, Spanish and English side by side. Called by this room's actions and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from referral.certificates.constancia_words import LANGUAGES, WORDS, Row, day_words, detail_rows
from referral.certificates.facts import ConstanciaFacts
from referral.infra.pdf.fonts import Fonts, load_fonts, missing_letters
from referral.infra.pdf.frame import BRAND, HEIGHT, INNER, MARGIN, SOFT, PaperOverflow, Sheet
from referral.infra.pdf.text import Block, even, filled, fit, lay
from referral.infra.settings import EXAMPLE
from referral.kernel.clock import local_day

DEMONSTRATION = "DEMOSTRACIÓN: SIN VALIDEZ / DEMONSTRATION: NOT VALID"
GUTTER, QR = 28.0, 112.0
PHOTO = (72.0, 96.0)  # width and height at full size: three by four
COLUMN = (INNER - GUTTER) / 2
NAME_SIZES = (23.0, 21.0, 19.0, 17.0, 15.0, 13.5, 12.0, 11.0)
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)


class Section(NamedTuple):
    """A part of the page: how tall it is and how it is drawn from a given top."""

    height: float
    draw: Callable[[Sheet, float], None]


def constancia_pdf(facts: ConstanciaFacts, *, fonts: Fonts | None = None, photo: bytes | None = None) -> bytes:
    """One Letter page, tagged, PDF/A-2b. Equal facts give equal bytes. `photo`: a JPEG of three by four.

    Letters the faces lack are drawn as a visible mark; check `unprintable` before issuing.
    PaperOverflow if the settings' texts are too long for a page.
    """
    fonts = fonts or load_fonts()
    sheet = Sheet(
        fonts,
        title=f"{WORDS['title']['es']} / {WORDS['title']['en']} {facts.folio}",
        author=_plain(facts.issuing_unit),
        lang="es-MX",
        created=facts.issued_at,
    )
    top, bottom = HEIGHT - (62 if facts.sample else 50), 46.0 if facts.sample else 40.0
    for scale in SCALES:
        body = _body(fonts, facts, scale, photo)
        foot = _foot(fonts, facts, scale)
        free = top - bottom - foot.height - sum(section.height for section in body)
        if free >= 10 * scale * len(body):
            break
    else:
        raise PaperOverflow
    if facts.sample:
        sheet.band(DEMONSTRATION, behind=("DEMOSTRACIÓN", "DEMONSTRATION"))
    gap = min(free / len(body), 24.0)
    for section in body:
        section.draw(sheet, top)
        top -= section.height + gap
    foot.draw(sheet, bottom + foot.height)
    return sheet.finish()


def unprintable(facts: ConstanciaFacts, *, fonts: Fonts | None = None) -> tuple[str, ...]:
    """Letters of the people's names that the faces cannot draw, for rules.check_issue."""
    names = (facts.document_name, facts.chosen_name or "", facts.accompanying_adult or "")
    return missing_letters(" ".join(names), fonts or load_fonts())


def _body(fonts: Fonts, facts: ConstanciaFacts, scale: float, photo: bytes | None) -> list[Section]:
    return [
        _head(fonts, facts, scale),
        _titles(fonts, scale),
        _name(fonts, facts, scale, photo),
        _statement(fonts, facts, scale),
        _details(fonts, detail_rows(facts), scale),
    ]


def _head(fonts: Fonts, facts: ConstanciaFacts, scale: float) -> Section:
    unit = lay(fonts, _plain(facts.issuing_unit), width=INNER / 2 - 34, size=9.5 * scale, bold=True)
    label = lay(fonts, "Folio", width=INNER / 2, size=8.5)
    folio = fit(fonts, facts.folio, width=INNER / 2, sizes=(20, 18, 16, 13), lines=1, bold=True)
    example = 12.0 if _is_example(facts.issuing_unit) else 0.0
    height = max(unit.height + example, label.height + folio.height, 32) + 10

    def draw(sheet: Sheet, top: float) -> None:
        sheet.mark(MARGIN - 2, top - 30, 30)
        below = sheet.write(unit, MARGIN + 36, top, colour=SOFT)
        if example:
            sheet.chip(MARGIN + 36, below - 7)
        below = sheet.write(label, MARGIN + INNER, top, colour=SOFT, right=True)
        sheet.write(folio, MARGIN + INNER, below, colour=BRAND, right=True)
        sheet.rule(MARGIN, top - height, INNER, colour=BRAND, weight=2)

    return Section(height, draw)


def _titles(fonts: Fonts, scale: float) -> Section:
    titles = [even(fonts, WORDS["title"][lang], width=COLUMN, size=16.5 * scale, bold=True) for lang in LANGUAGES]
    names = [even(fonts, WORDS["register"][lang], width=COLUMN, size=9.5 * scale) for lang in LANGUAGES]
    first = max(title.height for title in titles)

    def draw(sheet: Sheet, top: float) -> None:
        for lang, x, title, name in zip(LANGUAGES, _columns(), titles, names, strict=True):
            sheet.write(title, x, top, tag="H1", lang=lang, colour=BRAND)
            sheet.write(name, x, top - first - 3, lang=lang, colour=SOFT)

    return Section(first + 3 + max(name.height for name in names), draw)


def _name(fonts: Fonts, facts: ConstanciaFacts, scale: float, photo: bytes | None) -> Section:
    leads = [lay(fonts, WORDS["lead"][lang], width=COLUMN, size=11 * scale) for lang in LANGUAGES]
    sizes = [size * scale for size in NAME_SIZES]
    picture = (PHOTO[0] * scale, PHOTO[1] * scale) if photo else (0.0, 0.0)
    width = INNER - 32 - (picture[0] + 16 if photo else 0)
    name = fit(fonts, facts.document_name, width=width, sizes=sizes, lines=2, bold=True)
    label = f"{WORDS['chosen']['es']} / {WORDS['chosen']['en']}: {{name}}"
    used = filled(label, name=facts.chosen_name) if facts.chosen_name else ()
    chosen = lay(fonts, used, width=width, size=10.5 * scale)
    panel = max(name.height + chosen.height + (4 if facts.chosen_name else 0) + 20, picture[1] + 16 if photo else 0)

    def draw(sheet: Sheet, top: float) -> None:
        for lang, x, lead in zip(LANGUAGES, _columns(), leads, strict=True):
            sheet.write(lead, x, top, lang=lang)
        below = top - leads[0].height - 8
        sheet.panel(MARGIN, below - panel, INNER, panel)
        if photo:
            alt = f"{WORDS['photo']['es']} / {WORDS['photo']['en']}"
            left, under = MARGIN + INNER - picture[0] - 8, below - 8 - picture[1]
            sheet.photo(photo, x=left, y=under, width=picture[0], height=picture[1], alt=alt)
        below = sheet.write(name, MARGIN + 18, below - 10)
        if facts.chosen_name:
            sheet.write(chosen, MARGIN + 18, below - 4)

    return Section(leads[0].height + 8 + panel, draw)


def _statement(fonts: Fonts, facts: ConstanciaFacts, scale: float) -> Section:
    columns: list[list[Block]] = []
    for lang in LANGUAGES:
        first = filled(WORDS["inscribed"][lang], folio=facts.folio, date=day_words(facts.registered_on, lang))
        texts = (first, WORDS["meaning"][lang], WORDS["limits"][lang])
        columns.append([lay(fonts, text, width=COLUMN, size=10 * scale) for text in texts])
    heights = [max(pair[0].height, pair[1].height) for pair in zip(*columns, strict=True)]
    gap = 6 * scale

    def draw(sheet: Sheet, top: float) -> None:
        for lang, x, blocks in zip(LANGUAGES, _columns(), columns, strict=True):
            place = top
            with sheet.group("Sect", lang=lang):
                for block, height in zip(blocks, heights, strict=True):
                    sheet.write(block, x, place)
                    place -= height + gap

    return Section(sum(heights) + gap * (len(heights) - 1), draw)


def _details(fonts: Fonts, rows: list[Row], scale: float) -> Section:
    """The same rows twice, level with each other: label above value, a hairline between."""
    pad = 5 * scale

    def cell(row: Row, side: int) -> tuple[Block, Block]:
        label = lay(fonts, row.labels[side], width=COLUMN, size=8 * scale)
        return label, lay(fonts, row.values[side], width=COLUMN, size=10.5 * scale, bold=True)

    cells = [[cell(row, side) for row in rows] for side in (0, 1)]
    heights = [max(label.height + value.height for label, value in level) + pad for level in zip(*cells, strict=True)]

    def draw(sheet: Sheet, top: float) -> None:
        for side, (lang, x) in enumerate(zip(LANGUAGES, _columns(), strict=True)):
            place = top
            with sheet.group("Table", lang=lang):
                for row, (label, value), height in zip(rows, cells[side], heights, strict=True):
                    with sheet.group("TR"):
                        below = sheet.write(label, x, place, tag="TH", scope="Row", colour=SOFT)
                        sheet.write(value, x, below, tag="TD")
                    place -= height
                    sheet.rule(x, place + pad / 3, COLUMN, weight=0.5)
                    if row.example:
                        sheet.chip(x + label.width + 6, below + label.height / 2)

    return Section(sum(heights), draw)


def _foot(fonts: Fonts, facts: ConstanciaFacts, scale: float) -> Section:
    """Signature and legal basis on the left; QR and the code to type on the right."""
    left = INNER - QR - GUTTER
    half = (left - 14) / 2
    name = lay(fonts, _plain(facts.signer_name), width=left, size=10 * scale, bold=True)
    post = lay(fonts, _plain(facts.signer_post), width=left, size=9 * scale)
    day = local_day(facts.issued_at)
    issued = [WORDS["issued"][lang].format(date=day_words(day, lang)) for lang in LANGUAGES]
    verify = [WORDS["verify"][lang] for lang in LANGUAGES]
    notes = [lay(fonts, " ".join(said), width=half, size=8 * scale) for said in zip(issued, verify, strict=True)]
    heading = lay(fonts, f"{WORDS['legal']['es']} / {WORDS['legal']['en']}", width=left, size=7.5 * scale, bold=True)
    laws = [
        (lay(fonts, _plain(line), width=left - 70, size=7.5 * scale), _is_example(line)) for line in facts.legal_basis
    ]
    code_label = lay(fonts, f"{WORDS['code']['es']} / {WORDS['code']['en']}", width=QR, size=8)
    code = fit(fonts, facts.verify_code, width=QR, sizes=(11, 10, 9, 8), lines=2, bold=True)
    room = 3 * scale  # keeps one line's mark clear of the next line's
    legal = heading.height + room + sum(block.height + room for block, _ in laws) + 8 if laws else 0.0
    noted = max(note.height for note in notes)
    signing = 40 * scale
    text_height = signing + name.height + post.height + 8 + noted + legal
    height = max(text_height, QR + code_label.height + code.height)

    def draw(sheet: Sheet, top: float) -> None:
        place = top - (height - text_height) - signing
        sheet.rule(MARGIN, place, min(left, 250), colour=SOFT)
        place -= 3
        below = sheet.write(name, MARGIN, place)
        if _is_example(facts.signer_name) or _is_example(facts.signer_post):
            sheet.chip(MARGIN + name.width + 6, place - name.height / 2)
        place = sheet.write(post, MARGIN, below, colour=SOFT) - 5
        for lang, x, note in zip(LANGUAGES, (MARGIN, MARGIN + half + 14), notes, strict=True):
            sheet.write(note, x, place, lang=lang, colour=SOFT)
        place -= noted + 8
        if laws:
            place = sheet.write(heading, MARGIN, place, colour=SOFT) - room
            for block, example in laws:
                if example:
                    sheet.chip(MARGIN + block.width + 6, place - block.height / 2)
                place = sheet.write(block, MARGIN, place, lang="es", colour=SOFT) - room
        right = MARGIN + INNER
        under = top - (height - QR - code_label.height - code.height) - QR
        alt = f"QR: {' / '.join(verify)}"
        # The quiet zone hangs over the margin, so that the dark part lines up with the text above it.
        sheet.qr(facts.verify_url, x=right - QR + 8, y=under, size=QR, alt=alt)
        under = sheet.write(code_label, right, under, colour=SOFT, right=True)
        sheet.write(code, right, under, right=True)

    return Section(height, draw)


def _columns() -> tuple[float, float]:
    return MARGIN, MARGIN + COLUMN + GUTTER


def _is_example(text: str) -> bool:
    return text.startswith(EXAMPLE)


def _plain(text: str) -> str:
    """A setting without the word that marks it as an example: the mark itself is drawn beside it."""
    return text.removeprefix(EXAMPLE).lstrip(": ") if _is_example(text) else text
