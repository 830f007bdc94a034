"""A canvas that records what each mark means, and saves as tagged PDF/A-2b. Used by frame.py only."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from referral.infra.pdf.archive import PRODUCER, metadata_packet, srgb_profile

# Text encoding of streams: a quarter more bytes for no reader that is left. The library keeps this switch global.
rl_config.useA85 = 0
# The library cuts a face down to a paper's letters in buffers of the face itself, which every thread shares.
_writing = threading.Lock()


@dataclass(slots=True)
class _Element:
    tag: str
    parent: _Element | None
    attributes: dict[str, Any] = field(default_factory=dict)
    kids: list[_Element | int] = field(default_factory=list)


class TaggedCanvas(Canvas):
    """One page. Draw inside `leaf` (content), `group` (structure) or `artifact` (decoration); then `archived`."""

    def __init__(
        self, *, pagesize: tuple[float, float], face: str, title: str, author: str, lang: str, created: datetime
    ) -> None:
        super().__init__(
            io.BytesIO(),
            pagesize=pagesize,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            lang=lang,
            initialFontName=face,
        )
        self._root = _Element("Document", None)
        self._open = self._root
        self._owners: list[_Element] = []
        moment = created.astimezone(UTC)
        document = self._doc
        document._timeStamp = SimpleNamespace(YMDhms=tuple(moment.timetuple())[:6], dhh=0, dmm=0, t=moment.timestamp())
        document.signature = hashlib.md5(repr((title, author, lang, moment)).encode(), usedforsecurity=False)
        document.setTitle(title)
        document.setAuthor(author)
        document.setSubject(title)
        document.setCreator(PRODUCER)
        document.setProducer(PRODUCER)
        self._packet = metadata_packet(title=title, author=author, lang=lang, created=created)

    @contextmanager
    def group(self, tag: str, *, lang: str | None = None) -> Iterator[None]:
        """Structure without marks of its own: Sect, Table, TR, L, LI."""
        with self._element(tag, lang=lang, alt=None, scope=None):
            yield

    @contextmanager
    def leaf(
        self, tag: str, *, lang: str | None = None, alt: str | None = None, scope: str | None = None
    ) -> Iterator[None]:
        """Marked content: H1, P, TH, TD, Figure. `alt` says a figure in words; `scope` is Row or Column on a TH."""
        with self._element(tag, lang=lang, alt=alt, scope=scope) as element:
            number = len(self._owners)
            self._owners.append(element)
            element.kids.append(number)
            self._code.append(f"/{tag} <</MCID {number}>> BDC")
            yield
            self._code.append("EMC")

    @contextmanager
    def spoken(self, words: str) -> Iterator[None]:
        """What the marks inside say when they are copied or read aloud, where their own order would not tell."""
        self._code.append(f"/Span <</ActualText <FEFF{words.encode('utf-16-be').hex()}>>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Marks that say nothing: rules, tints, the repeated band. A screen reader passes over them."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def archived(self) -> bytes:
        """The finished file. The canvas must not be used afterwards."""
        self.showPage()
        document = self._doc
        page = document.idToObject["Page1"]
        # The library's page and catalogue write only the keys on their list; these are added to this one object.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Trans = 0, None  # an empty transition is not allowed in an archive
        page.Tabs = pdfdoc.PDFName("S")
        catalog = document.Catalog
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": pdfdoc.PDFtrue})
        catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": pdfdoc.PDFtrue})
        catalog.StructTreeRoot = self._structure()
        catalog.Metadata = self._stream(
            self._packet, {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}, packed=False
        )
        profile = self._stream(srgb_profile(), {"N": 3}, packed=True)
        catalog.OutputIntents = pdfdoc.PDFArray(
            [
                pdfdoc.PDFDictionary(
                    {
                        "Type": pdfdoc.PDFName("OutputIntent"),
                        "S": pdfdoc.PDFName("GTS_PDFA1"),
                        "OutputConditionIdentifier": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                        "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                        "DestOutputProfile": document.Reference(profile),
                    }
                )
            ]
        )
        document.updateSignature(page.stream)
        with _writing:
            data: bytes = self.getpdfdata()
        return data

    @contextmanager
    def _element(self, tag: str, *, lang: str | None, alt: str | None, scope: str | None) -> Iterator[_Element]:
        attributes: dict[str, Any] = {}
        if lang:
            attributes["Lang"] = pdfdoc.PDFString(lang)
        if alt:
            attributes["Alt"] = pdfdoc.PDFString(alt)
        if scope:
            attributes["A"] = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName(scope)})
        parent = self._open
        element = _Element(tag, parent, attributes)
        parent.kids.append(element)
        self._open = element
        yield element
        self._open = parent

    def _structure(self) -> Any:
        document = self._doc
        root = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("StructTreeRoot")})
        root_reference = document.Reference(root, "StructRoot")
        references: dict[int, Any] = {}

        def write(element: _Element, parent: Any) -> Any:
            name = f"Struct{len(references)}"
            reference = references[id(element)] = pdfdoc.PDFObjectReference(name)
            kids = [kid if isinstance(kid, int) else write(kid, reference) for kid in element.kids]
            entries = {
                "Type": pdfdoc.PDFName("StructElem"),
                "S": pdfdoc.PDFName(element.tag),
                "P": parent,
                "Pg": pdfdoc.PDFObjectReference("Page1"),
                "K": pdfdoc.PDFArray(kids),
                **element.attributes,
            }
            document.Reference(pdfdoc.PDFDictionary(entries), name)
            return reference

        top = write(self._root, root_reference)
        owners = pdfdoc.PDFArray([references[id(owner)] for owner in self._owners])
        tree = pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray([0, owners])})
        root.dict |= {"K": top, "ParentTree": document.Reference(tree), "ParentTreeNextKey": 1}
        return root

    def _stream(self, content: bytes, entries: dict[str, Any], *, packed: bool) -> Any:
        return pdfdoc.PDFStream(
            pdfdoc.PDFDictionary(entries), content, filters=[pdfdoc.PDFZCompress] if packed else None
        )
