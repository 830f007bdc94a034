"""Message catalogues: extract, update, compile, check. Called by `ventanilla i18n`, by the build and by the law tests.

The msgid is the Spanish sentence, so the Spanish catalogue is filled from it; English is written by people.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from referral.infra.settings import data

LOCALES = ("es", "en")
SOURCE_LOCALE = "es"  # the language of the msgids
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
_BRACES = re.compile(r"\{(\w*)\}")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_POSITIONAL = re.compile(r"(?<!%)(?:%%)*%(?![(%])[sdif]\b")
_BROKEN = re.compile(r"(?<!%)(?:%%)*%\((?!\w+\)[sd])")
_WIDTH = 110

Key = tuple[str | None, str]  # context and (singular) msgid: one entry of a catalogue


def extract(root: Path | None = None) -> Catalog:
    """The sentences of the source tree at `root` (this one when left out), without places, sorted when written."""
    root = root or data("translations").parent
    with (root / "translations" / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalog = Catalog(charset="utf-8")
    reading = _Reading()
    found = extract_from_dir(
        root,
        methods,
        options,
        KEYWORDS,
        COMMENT_TAGS,
        callback=reading.file,
        strip_comment_tags=True,
        directory_filter=_is_source_folder,
    )
    with reading:
        for _path, _line, message_id, comments, context in found:
            catalog.add(message_id, auto_comments=comments, context=context)
    return catalog


class _Reading:
    """Remembers the file being read, because a template's syntax error does not name it."""

    def __init__(self) -> None:
        self.path = ""

    def file(self, path: str, _method: str, _options: object) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            error.add_note(f"While reading {self.path}")


def update(root: Path | None = None) -> list[str]:
    """Write both .po anew from the sources; sentences on what still needs a person.

    Spanish is the msgid. English keeps what its catalogue holds; an entry of translations/parts/*.po goes before it, so
    delete a part once it is merged. Sentences that left the sources leave the catalogues.
    """
    root = root or data("translations").parent
    sources = extract(root)
    english, notes = _written_english(root / "translations")
    for locale in LOCALES:
        catalog = Catalog(locale=locale, charset="utf-8")
        for message in _messages(sources):
            text = message.id if locale == SOURCE_LOCALE else english.get(_key(message), _nothing(message))
            catalog.add(message.id, text, auto_comments=message.auto_comments, context=message.context)
        path = _po(root / "translations", locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_written(catalog, locale), encoding="utf-8")
    empty = [message for message in _messages(_read(_po(root / "translations", "en"), "en")) if _is_empty(message)]
    notes.extend(f"English is missing for: {_shown(message)}" for message in empty)
    return notes


def compile(folder: Path | None = None) -> list[Path]:
    """Write a .mo next to every .po that changed; the paths written."""
    folder = folder or data("translations")
    written = []
    for locale in LOCALES:
        source = _po(folder, locale)
        if not source.is_file():  # before the first update(); check() tells
            continue
        buffer = io.BytesIO()
        write_mo(buffer, _read(source, locale))
        target = source.with_suffix(".mo")
        if not target.is_file() or target.read_bytes() != buffer.getvalue():
            target.write_bytes(buffer.getvalue())
            written.append(target)
    return written


def check(root: Path | None = None) -> list[str]:
    """What is wrong with the catalogues, one sentence each; empty when all is well."""
    root = root or data("translations").parent
    expected = {_key(message): message for message in _messages(extract(root))}
    problems = [
        f"Use a named placeholder such as %(name)s in: {_shown(message)}"
        for message in expected.values()
        if any(_POSITIONAL.search(form) for form in _forms(message.id))
    ]
    for locale in LOCALES:
        problems.extend(f"{locale}: {problem}" for problem in _problems_in(root / "translations", locale, expected))
    return sorted(problems)


def _problems_in(folder: Path, locale: str, expected: dict[Key, Message]) -> Iterator[str]:
    path = _po(folder, locale)
    if not path.is_file():
        yield "there is no catalogue; run make i18n."
        return
    held = {_key(message): message for message in _messages(_read(path, locale))}
    for key in expected.keys() - held.keys():
        yield f"lacks a sentence, run make i18n: {_shown(expected[key])}"
    for key in held.keys() - expected.keys():
        yield f"holds a sentence that no source says, run make i18n: {_shown(held[key])}"
    for message in held.values():
        for problem in _problems_of(message):
            yield f"{problem}: {_shown(message)}"


def _problems_of(message: Message) -> Iterator[str]:
    if _is_empty(message):
        yield "an empty translation"
        return
    originals, texts = _forms(message.id), _forms(_text(message))
    if any(_BROKEN.search(text) for text in texts):
        yield "a placeholder without its closing s"
        return
    # The singular may leave a number out ("una persona"), so it is held to a subset; all others to equality.
    allowed = set().union(*(_placeholders(form) for form in originals))
    required = _placeholders(originals[-1])
    for index, text in enumerate(texts):
        names = _placeholders(text)
        is_singular = len(originals) > 1 and index == 0
        if not names <= allowed or (not is_singular and names != required):
            yield "its placeholders differ from the source"
            break
    tags = {tuple(sorted(Counter(_TAG.findall(form)).items())) for form in (*originals, *texts)}
    if len(tags) > 1:
        yield "its tags differ from the source"
    if any(text != text.strip() for text in texts) and originals[0] == originals[0].strip():
        yield "spaces at its edges that the source has not"


def _placeholders(text: str) -> set[str]:
    return {f"%({name})" for name in _PLACEHOLDER.findall(text)} | {f"{{{name}}}" for name in _BRACES.findall(text)}


def _written_english(folder: Path) -> tuple[dict[Key, str | tuple[str, ...]], list[str]]:
    texts: dict[Key, str | tuple[str, ...]] = {}
    notes: list[str] = []
    catalogue = _po(folder, "en")
    if catalogue.is_file():
        texts.update({_key(m): _text(m) for m in _messages(_read(catalogue, "en")) if not _is_empty(m)})
    said_in: dict[Key, str] = {}
    for part in sorted((folder / "parts").glob("*.po")):
        for message in _messages(_read(part, "en")):
            key = _key(message)
            if _is_empty(message):
                continue
            if key in said_in and texts[key] != message.string:
                notes.append(f"{part.name} is kept, {said_in[key]} words it differently: {_shown(message)}")
            texts[key] = _text(message)
            said_in[key] = part.name
    return texts, notes


def _read(path: Path, locale: str) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=locale, charset="utf-8", abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error


def _written(catalog: Catalog, locale: str) -> str:
    # A header of our own: Babel's carries dates that would change the file at every run.
    header = {
        "Project-Id-Version": "Ventanilla",
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in header.items())
    body = io.BytesIO()
    write_po(body, catalog, width=_WIDTH, no_location=True, omit_header=True, sort_output=True)
    title = f"# {Locale(locale).english_name} sentences of Ventanilla. The msgid is the Spanish sentence."
    return "\n".join([title, 'msgid ""', 'msgstr ""', lines, body.getvalue().decode("utf-8").lstrip()])


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> Key:
    return (message.context, _forms(message.id)[0])


def _forms(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _text(message: Message) -> str | tuple[str, ...]:
    text = message.string or ""
    return text if isinstance(text, str) else tuple(form or "" for form in text)


def _is_empty(message: Message) -> bool:
    return not all(form.strip() for form in _forms(_text(message)))


def _nothing(message: Message) -> str | tuple[str, ...]:
    return "" if isinstance(message.id, str) else ("", "")


def _shown(message: Message) -> str:
    return f'"{_forms(message.id)[0]}"'


def _po(folder: Path, locale: str) -> Path:
    return folder / locale / "LC_MESSAGES" / "messages.po"


def _is_source_folder(path: str) -> bool:
    return Path(path).name not in {"node_modules", "static", "__pycache__", ".venv", ".git", "tests", "build", "dist"}


def _main(verb: str) -> int:
    if verb == "update":
        lines = update()
    elif verb == "compile":
        lines = [f"{path.parent.parent.name} compiled" for path in compile()]
    elif verb == "check":
        lines = check()
    else:
        lines = [_shown(message) for message in _messages(extract())]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if verb == "check" and lines else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1] if len(sys.argv) > 1 else "check"))
