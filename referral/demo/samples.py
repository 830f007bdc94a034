"""Every paper in every language, from invented facts, to be looked at. Called by `ventanilla papers sample`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from referral.certificates.facts import ConstanciaFacts
from referral.certificates.paper import constancia_pdf
from referral.infra.settings import EXAMPLE
from referral.itinerary.facts import Bring, ItineraryFacts, Stop
from referral.itinerary.paper import itinerary_pdf
from referral.kernel.folio import make_folio
from referral.kernel.partial_dates import PartialDate
from referral.referrals.facts import Phrase, SlipFacts
from referral.referrals.paper import referral_slip_pdf
from referral.referrals.slip_words import WORDS

_ISSUED = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)

_CONSTANCIA = ConstanciaFacts(
    folio=make_folio("PHM-{year}-{number:06d}-{check}", 2026, 1234),
    document_name="Marie-Ange Estimable Dorvilus",
    chosen_name=None,
    birth=PartialDate.of_day(date(1994, 3, 27)),
    nationality="HT",
    alcaldia="09015",
    registered_on=date(2026, 11, 20),
    registered_at="Mesa Centro",
    valid_from=date(2026, 11, 20),
    valid_to=date(2027, 11, 20),
    validity_is_example=True,
    issuing_unit=f"{EXAMPLE}: Mesa de atención a personas en movilidad",
    signer_name=f"{EXAMPLE}: Nombre de quien firma",
    signer_post=f"{EXAMPLE}: Cargo de quien firma",
    legal_basis=(f"{EXAMPLE}: primer fundamento", f"{EXAMPLE}: segundo fundamento"),
    verify_url="http://127.0.0.1:8000/v/7KQ2M9XWTA4R8ZPD3HNB5TQ2MM",
    verify_code="7KQ2M 9XWTA 4R8ZP D3HNB 5TQ2MM",
    accompanying_adult=None,
    sample=True,
    issued_at=_ISSUED,
)

_SLIP = SlipFacts(
    code="C-7K3M9Q",
    door_name="Hospitales y centros de salud de la ciudad",
    discreet=False,
    address="Calle de Ejemplo 123",
    directions=Phrase("A dos calles de la plaza de ejemplo", "Two streets from the example square"),
    hours=Phrase("Lunes a viernes, de 9:00 a 15:00", "Monday to Friday, 9:00 to 15:00"),
    phone="55 5555 0100",
    appointment=datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
    bring=(Phrase("Una identificación, aunque haya vencido", "An identity paper, even if it has expired"),),
    after=("way_sent", "promised", "tells"),
    answer_by=date(2026, 12, 4),
    next_step=Phrase("Le dan una ficha en la entrada.", "You get a number at the entrance."),
    desk_name="Mesa Centro",
    desk_phone="55 5555 0101",
    language="es",
    sample=True,
    issued_at=_ISSUED,
)

_STOP = Stop(
    code=_SLIP.code,
    name=_SLIP.door_name,
    address=f"{_SLIP.address}, Cuauhtémoc",
    directions=_SLIP.directions,
    hours=_SLIP.hours,
    phone="55 5555 0100",
    bring=(Bring(Phrase("Una identificación, aunque haya vencido", "An identity paper, even if expired"), has=True),),
)
_ITINERARY = ItineraryFacts(
    stops=(
        _STOP,
        replace(_STOP, code="C-2M4P8T", name="", address="", directions=None, hours=None, phone="", bring=()),
    ),
    desk_name="Mesa Centro",
    language="es",
    checked=True,
    sample=True,
    issued_at=_ISSUED,
)


def write_samples(folder: Path) -> list[Path]:
    """Write every sample into `folder`, made if missing; its files. FontsMissing before the assets are built."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, paper in _papers():
        (folder / name).write_bytes(paper)
        written.append(folder / name)
    return written


def _papers() -> Iterator[tuple[str, bytes]]:
    """Each paper with its file name. A constancia bears both its languages; a slip speaks the person's and Spanish."""
    minor = {"birth": PartialDate.of_day(date(2019, 6, 2)), "accompanying_adult": "Marie-Ange Estimable"}
    least = {"nationality": None, "alcaldia": None, "birth": PartialDate.unknown(), "document_name": "Najibullah"}
    longest = " ".join(["María de los Ángeles Guadalupe"] * 4)
    yield "constancia.pdf", constancia_pdf(_CONSTANCIA)
    yield "constancia-menor.pdf", constancia_pdf(replace(_CONSTANCIA, **minor))  # type: ignore[arg-type]
    yield "constancia-minima.pdf", constancia_pdf(replace(_CONSTANCIA, **least))  # type: ignore[arg-type]
    yield "constancia-nombre-elegido.pdf", constancia_pdf(replace(_CONSTANCIA, chosen_name="Ange"))
    yield "constancia-nombre-largo.pdf", constancia_pdf(replace(_CONSTANCIA, document_name=longest))
    for language in WORDS:
        yield f"hoja-{language}.pdf", referral_slip_pdf(replace(_SLIP, language=language))
    yield "hoja-discreta.pdf", referral_slip_pdf(replace(_SLIP, discreet=True, address=None, directions=None))
    for language in WORDS:
        unread = language not in {"es", "en"}
        yield f"visitas-{language}.pdf", itinerary_pdf(replace(_ITINERARY, language=language, checked=not unread))
