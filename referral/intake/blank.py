"""The empty list to fill in, in either language: CSV, or XLSX with drop-down boxes and a sheet of codes. For the pages
and the command.
"""

from __future__ import annotations

import csv
import io

from referral.intake.facts import MOST_ROWS
from referral.intake.rules.columns import SEVERAL, columns

_WORDS = {
    "es": ("Personas", "Códigos", "Explicación"),
    "en": ("People", "Codes", "About"),
}
_WIDTH = 22
_SUPPORTED = 255  # characters: a shorter list is written into the cell's own rule


def blank_csv(language: str) -> bytes:
    """The headings, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([column.label(language) for column in columns().values()])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def blank_xlsx(language: str) -> bytes:
    """Headings with their explanations, a drop-down wherever a cell takes one word of a list, and all the words."""
    import xlsxwriter  # noqa: PLC0415 - no server should hold it that nobody asks for a spreadsheet

    people, code_sheet, _about = _WORDS[language]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(people)
        words = book.add_worksheet(code_sheet)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#f3f2f1"})
        text = book.add_format({"num_format": "@"})  # or a date and a telephone would be changed while they are typed
        sheet.freeze_panes(1, 1)
        words.freeze_panes(1, 0)
        listed = 0
        for place, column in enumerate(columns().values()):
            sheet.write_string(0, place, column.label(language), bold)
            sheet.set_column(place, place, _WIDTH, text)
            if column.about(language):
                sheet.write_comment(0, place, column.about(language), {"author": "Ventanilla"})
            choices = column.choices(language)
            if not choices:
                continue
            words.set_column(listed, listed, _WIDTH + 12)
            words.write_string(0, listed, column.label(language), bold)
            for row, (_code, label) in enumerate(choices, start=1):
                words.write_string(row, listed, label)
            if column.code not in SEVERAL:
                letter = xlsxwriter.utility.xl_col_to_name(listed)
                source = f"='{code_sheet}'!${letter}$2:${letter}${len(choices) + 1}"
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, place, MOST_ROWS, place, rule)
            listed += 1
    return out.getvalue()
