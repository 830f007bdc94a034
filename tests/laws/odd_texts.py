"""What might be typed into a form: odd texts, whole forms filled with them. For test_any_text.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.factories.world import PASSWORD
from tests.laws.walk import Box, Form

MARK = "x-roto"  # an element or attribute of this name on a page came out of a box
SUM = "54439"  # 7 * 7777: a template that was run
NASTY = (
    "\x00",
    "Ana\x00Luz",
    "\u202egnitirw\u202c \u2066x",
    "\ufeff\u200b\u200d",
    "\ufffe\uffff\U0010ffff",
    "👩🏽\u200d👧🏿 🇭🇹",
    "é" * 40 + "e\u0301" * 40,
    "مرحبا بالعالم",
    "ꗝ 𝔐𝔞𝔯𝔦𝔞 ｆｕｌｌ",
    "\r\n\r\nSet-Cookie: roto=1",
    "a\nb\r\nc\u2028d\x85e",
    "\t \u3000\u00a0",
    f'"><{MARK} {MARK}=1>',
    f"'><script {MARK}>alert(1)</script>",
    f"</textarea></title></option></select><{MARK}>",
    f"--><![CDATA[<{MARK}>]]>",
    f'" {MARK}="1',
    "<img src=x onerror=alert(1)>",
    "{{7*7777}}",
    "${7*7777} #{7*7777} {% raw %}",
    "%(x)s %(label)s %s %d %n %",
    "{0} {label} {0.__class__}",
    "'; DROP TABLE person; --",
    "' OR '1'='1",
    "\\",
    "%00%0d%0a..%2f..%2fetc/passwd",
    "//evil.example/%2f..",
    "javascript:alert(1)",
    "=1+1",
    "-1",
    "0",
    "00",
    "1e309",
    "NaN",
    "99999999999999999999",
    "9" * 400,
    "\u0663\u0664",  # digits, but not ASCII
    "²",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "31",
    "+52 55 5555 0123",
    "+" + "1" * 200,
    "a@b",
    "a@" + "b" * 300 + ".example",
    "00000000-0000-0000-0000-000000000000",
    "none",
    "\u0130\u0131ßﬃ",
    "x" * 10_000,
    "😀" * 10_000,
    "<" * 10_000,
)
# Met by every box of every form; the rest of NASTY comes by chance.
SURE = (
    f'"\'></textarea></title></option></select></script>--><{MARK} {MARK}="1">',
    "Ana\x00\u202e\ufeff",
    "%(x)s {{7*7777}} {0} %s",
    "😀é\ufffe" * 20,
    "9" * 400,
)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
texts = st.one_of(st.sampled_from(NASTY), anything, st.integers().map(str), st.dates().map(str), st.uuids().map(str))


def answers(box: Box) -> st.SearchStrategy[Any]:
    """What might be sent for one box: mostly of its kind, now and then anything at all."""
    if box.name == "csrf_token":
        return st.nothing()
    if box.kind == "hidden":
        return st.one_of(st.none(), st.none(), texts)  # None: as the page had it
    if box.options:
        known = st.sampled_from(box.options)
        return st.one_of(known, known, known, st.lists(known, max_size=8), st.none(), texts)
    return st.one_of(texts, texts, texts, st.none(), st.lists(texts, max_size=3))


# Enough for each form to be taken, so that what is typed in one odd box gets past the form and is saved.
SOUND: dict[str, Any] = {
    "given": "Ana",
    "place": "Albergue de prueba",
    "username": "caso",
    "password": PASSWORD,
    "needs": ["EDUC_ADULT"],
    "notice_channel": "printed",
    "care": "no",
    "consent": "later",
    "kind": "PASSPORT",
    "nationality": "HT",
    "replace_current": "1",
    "confirmed": "1",
    "how": "phone",
    "reason": "no_capacity",
    "outcome": "provided",
    "q": "Marie",
}


def sound(box: Box, form: Form) -> Any:
    """What to send so that this box is taken: as it was found, or the plain answer of SOUND where it was empty."""
    found = form.start.get(box.name)
    if found and any(found):
        return found
    known = SOUND.get(box.name, [])
    listed = [known] if isinstance(known, str) else known
    return known if listed and (not box.options or set(listed) <= set(box.options)) else found


@st.composite
def fillings(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """A whole form filled: all of it with anything, or all well but one or two boxes; perhaps boxes it never had."""
    boxes = [box for box in form.boxes if box.name != "csrf_token"]
    filled: dict[str, Any] = {}
    whole = draw(st.integers(0, 2)) == 0
    if form.typed_boxes and not whole:
        filled = {box.name: sound(box, form) for box in boxes if box.kind != "hidden"}
        odd: list[str] = draw(st.lists(st.sampled_from(form.typed_boxes), min_size=1, max_size=2))
        filled |= {name: draw(texts) for name in odd}
    else:
        filled = {box.name: draw(answers(box)) for box in boxes}
    if form.buttons:
        name, value = draw(st.sampled_from(form.buttons))
        filled[name] = draw(st.one_of(st.just(value), st.just(value), texts))
    if draw(st.integers(0, 4)) == 0:
        strange = ("desconocida", "version", "to", "desk_id", "role", "__class__", "q-day")
        filled[draw(st.sampled_from(strange))] = draw(texts)
    return filled


def surely(form: Form) -> Iterator[dict[str, Any]]:
    """The form with each text of SURE in all its boxes for text, then in all its lists."""
    well = {box.name: sound(box, form) for box in form.boxes if box.kind != "hidden"}
    for text in SURE:
        for odd in (form.typed_boxes, [box.name for box in form.boxes if box.options]):
            if odd:
                yield {**well, **dict(form.buttons[:1]), **dict.fromkeys(odd, text)}
