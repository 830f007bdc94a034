"""What makes a PDF archivable (PDF/A-2b): its metadata packet and its colour profile. Called by tagged.py."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

from PIL import ImageCms

PRODUCER = "Ventanilla"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{created}</xmp:ModifyDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def metadata_packet(*, title: str, author: str, lang: str, created: datetime) -> bytes:
    """The XMP packet. Title and author must hold nothing about a person: anyone with the file can read them."""
    return _PACKET.format(
        title=escape(title),
        author=escape(author),
        lang=escape(lang),
        created=created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        producer=PRODUCER,
    ).encode()


@cache
def srgb_profile() -> bytes:
    """The sRGB colour profile with its own date fixed, so that equal papers are equal bytes."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(
        [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]
    )  # 2000-01-01; the library writes the current time
    return bytes(profile)
