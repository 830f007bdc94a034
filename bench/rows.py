"""Rows of invented people as the rooms' actions would have written them. Runs in the processes of load.py.

Per person: a file with its drawers and search keys, a notice, three consents, her journey; half have a paper, two in
three an inscription, one in three a constancia; one or two needs, seven in ten one referral, in a state of its age; a
visit; and the audit entry of each row. People come at a steady rate, so ten times the people are ten times the years.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.synthetic_names import Population
from referral.certificates.facts import ConstanciaFacts
from referral.certificates.models import Certificate
from referral.certificates.public_code import new_code as new_certificate_code
from referral.certificates.snapshot import snapshot_document
from referral.consent.models import Consent, NoticeGiven
from referral.infra.audit import AuditEntry
from referral.infra.crypto import Vault
from referral.kernel.clock import local_day
from referral.kernel.codes import ALCALDIAS, NEEDS
from referral.kernel.folio import make_folio
from referral.kernel.refs import new_ref
from referral.needs.models import Need
from referral.padron.models import Inscription
from referral.padron.rules import last_day
from referral.people import drawers
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, NewDocument
from referral.people.models import Person, PersonDocument
from referral.people.queries.search import exact_ids
from referral.people.rules.keys import ExactId, ExactKind, search_keys
from referral.referrals.facts import Status
from referral.referrals.models import OutboxMessage, Referral, ReferralEvent
from referral.referrals.rules.codes import ALPHABET, LENGTH
from referral.referrals.rules.moves import Stamps, days_taken
from referral.visits.models import Visit

PEOPLE_A_MONTH = 1_000
MASK = "PHM-{year}-{number:06d}-{check}"
_COUNTRIES = ("HT", "VE", "HN", "CU", "GT", "SV", "CO", "MX")
_PROFILES = ("ASYLUM_SEEKER", "INT_MIGRANT", "TRANSIT", "REFUGEE", "RETURN_DEP")
_ENDS = ("completed", "completed", "completed", "rejected", "failed")
_OUTCOME = {
    "completed": ("provided", ""),
    "rejected": ("unavailable", "no_capacity"),
    "failed": ("no_reply", "no_reply"),
}

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every block needs. `services`: (service, organisation, need code) that may be sent to."""

    desks: tuple[uuid.UUID, ...]
    staff: uuid.UUID
    services: tuple[tuple[uuid.UUID, uuid.UUID, str], ...]
    until: datetime
    people: int


def block(setting: Setting, vault: Vault, first: int, count: int) -> Rows:
    """The rows of people number `first` to `first + count`, by table name, in the order in which they must go in."""
    writer = _Writer(setting, vault, Random(first), Population(1_000 + first))
    for number in range(first, first + count):
        writer.person(number)
    return writer.rows


class _Writer:
    """Fills one block."""

    def __init__(self, setting: Setting, vault: Vault, chance: Random, population: Population) -> None:
        self.setting, self.vault, self.chance, self.population = setting, vault, chance, population
        self.rows: Rows = defaultdict(list)
        months = setting.people / PEOPLE_A_MONTH
        self.span = timedelta(days=30 * months)

    def person(self, number: int) -> None:
        """One person with everything that hangs on her."""
        chance, setting = self.chance, self.setting
        arrived = setting.until - self.span * (1 - number / setting.people) - timedelta(minutes=chance.random() * 50)
        served = min(arrived + timedelta(days=chance.choice((0, 0, 2, 9, 30))), setting.until - timedelta(minutes=1))
        ref, desk = new_ref(arrived), chance.choice(setting.desks)
        holder = f"person|{ref}"
        key = self.vault.new_data_key(holder)

        def sealed(table: str, column: str, row: uuid.UUID, document: Mapping[str, Any]) -> bytes:
            kept = {name: value for name, value in document.items() if value not in (None, "", [], {})}
            plain = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
            return self.vault.seal(key, holder, f"{table}|{column}|{row}", plain)

        invented = self.population.draw()
        country = chance.choice(_COUNTRIES)
        identity = IdentityFacts(invented.names, invented.birth, (country,), sex_document=chance.choice("HM"))
        contact = ContactFacts(
            language="ht" if country == "HT" else "es",
            phone=f"+52550{chance.randrange(10**7):07d}" if chance.random() < 0.8 else "",
            alcaldia=chance.choice(ALCALDIAS.codes()),
            will_return=True,
        )
        profile = chance.choice(_PROFILES)
        folio = self._inscribe(ref, desk, number, arrived) if number % 3 else None
        self._add(
            Person,
            id=ref,
            desk_id=desk,
            record_kind="padron",
            folio=folio,
            created_at=arrived,
            last_served_at=served,
            sensitive_basis="consent",
            data_key=key,
            mobility_version=2,
            identity_sealed=sealed("person", "identity_sealed", ref, drawers.identity_document(identity)),
            contact_sealed=sealed("person", "contact_sealed", ref, drawers.contact_document(contact)),
            status_sealed=sealed("person", "status_sealed", ref, drawers.mobility_document(MobilityFacts((profile,)))),
            health_sealed=sealed("person", "health_sealed", ref, drawers.plain_document(HealthFacts())),
        )
        others = [] if folio is None else [ExactId(ExactKind.FOLIO, folio)]
        if number % 2:
            paper = NewDocument(
                "PASSPORT", f"BENCH{number:07d}", country, None, invented.names.document_name, "original"
            )
            others.append(ExactId(ExactKind.DOCUMENT, paper.number))
            document = new_ref(arrived)
            self._add(
                PersonDocument,
                id=document,
                person_id=ref,
                added_at=arrived,
                document_sealed=sealed("person_document", "document_sealed", document, drawers.paper_document(paper)),
            )
        exact = exact_ids(identity, (contact.phone, ""), others)
        keys = search_keys(identity.names, identity.birth, exact=exact)
        self.rows["person_token"] += [
            {"token": token, "person_id": ref} for token in {self.vault.token(word) for word in keys}
        ]
        self._consents(ref, arrived)
        self._add(
            Visit, person_id=ref, desk_id=desk, staff_id=setting.staff, at=arrived, reason="need", channel="in_person"
        )
        if folio is not None and number % 3 == 1:
            self._certify(ref, desk, folio, identity, arrived, sealed)
        self._needs(ref, desk, number, arrived, sealed)

    def _consents(self, ref: uuid.UUID, at: datetime) -> None:
        common = {"person_id": ref, "at": at, "staff_id": self.setting.staff, "language": "es", "interpreter": False}
        self._add(NoticeGiven, **common, version="2026-11", channel="read_aloud")
        for purpose in ("care", "sensitive", "certificate"):
            self._add(Consent, **common, purpose=purpose, decision="yes", how="signed", notice_version="2026-11")

    def _inscribe(self, ref: uuid.UUID, desk: uuid.UUID, number: int, at: datetime) -> str:
        day = local_day(at)
        folio = make_folio(MASK, day.year, number)
        self.inscription = self._add(
            Inscription,
            person_id=ref,
            folio=folio,
            year=day.year,
            number=number,
            inscribed_on=day,
            valid_from=day,
            valid_to=last_day(day, 12),
            desk_id=desk,
            staff_id=self.setting.staff,
        )
        return folio

    def _certify(
        self,
        ref: uuid.UUID,
        desk: uuid.UUID,
        folio: str,
        identity: IdentityFacts,
        at: datetime,
        sealed: Callable[[str, str, uuid.UUID, Mapping[str, Any]], bytes],
    ) -> None:
        code, row, day = new_certificate_code(), new_ref(at), local_day(at)
        facts = ConstanciaFacts(
            folio=folio,
            document_name=identity.names.document_name,
            chosen_name=None,
            birth=identity.birth,
            nationality=identity.nationalities[0],
            alcaldia="09015",
            registered_on=day,
            registered_at="Mesa 1",
            valid_from=day,
            valid_to=last_day(day, 12),
            validity_is_example=True,
            issuing_unit="EJEMPLO: unidad",
            signer_name="EJEMPLO: nombre",
            signer_post="EJEMPLO: cargo",
            legal_basis=("EJEMPLO: fundamento",),
            verify_url=f"http://127.0.0.1/v/{code}",
            verify_code=code,
            accompanying_adult=None,
            sample=True,
            issued_at=at,
        )
        self._add(
            Certificate,
            id=row,
            person_id=ref,
            inscription_id=self.inscription,
            code=code,
            folio=folio,
            issued_at=at,
            valid_to=facts.valid_to,
            desk_id=desk,
            staff_id=self.setting.staff,
            snapshot_sealed=sealed("certificate", "snapshot_sealed", row, snapshot_document(facts)),
        )

    def _needs(
        self,
        ref: uuid.UUID,
        desk: uuid.UUID,
        number: int,
        at: datetime,
        sealed: Callable[[str, str, uuid.UUID, Mapping[str, Any]], bytes],
    ) -> None:
        chance, setting = self.chance, self.setting
        codes = chance.sample([need.code for need in NEEDS], 1 + number % 2)
        refers = number % 10 < 7
        service, organization, wanted = chance.choice(setting.services)
        if refers:
            codes = [wanted, *(code for code in codes[1:] if code != wanted)]
        needs = []
        age = setting.until - at
        for place, code in enumerate(codes):
            # What a person asked long ago is settled; only the last weeks' needs are still work.
            settled = age > (timedelta(days=30) if refers and place == 0 else timedelta(days=60))
            values = {"code": code, "category": NEEDS[code].category, "urgency": NEEDS[code].default_urgency}
            values["status"] = "met" if settled else "referred" if refers and place == 0 else "open"
            closed = {"closed_at": at + timedelta(days=30), "outcome": "provided"} if settled else {}
            needs.append(self._add(Need, person_id=ref, raised_at=at, staff_id=setting.staff, **values, **closed))
        if refers:
            self._refer(ref, desk, number, needs[0], (service, organization, wanted), at, sealed)

    def _refer(
        self,
        ref: uuid.UUID,
        desk: uuid.UUID,
        number: int,
        need: uuid.UUID,
        door: tuple[uuid.UUID, uuid.UUID, str],
        at: datetime,
        sealed: Callable[[str, str, uuid.UUID, Mapping[str, Any]], bytes],
    ) -> None:
        chance, setting = self.chance, self.setting
        service, organization, wanted = door
        age = setting.until - at
        path = ["draft", "requested"]
        if age > timedelta(days=20):
            end = chance.choice(_ENDS)
            path += {"completed": ["accepted", "completed"], "rejected": ["rejected"], "failed": ["failed"]}[end]
        elif age > timedelta(days=4):
            path += chance.choice(([], ["received"], ["accepted"], ["accepted", "in-progress"]))
        times = [at] + [
            at + (age * 0.6 if age < timedelta(days=30) else timedelta(days=15)) * (step / len(path))
            for step in range(1, len(path))
        ]
        status = path[-1]
        outcome, reason = _OUTCOME.get(status, ("", ""))
        row, code = new_ref(at), _code(number)
        answered = next(
            (when for step, when in zip(path, times, strict=True) if step in {"accepted", "rejected", "failed"}), None
        )
        stamps = Stamps(
            sent_at=times[1],
            received_at=answered,
            answered_at=answered,
            accepted_at=next((when for step, when in zip(path, times, strict=True) if step == "accepted"), None),
            closed_at=times[-1] if outcome else None,
        )
        taken = days_taken(stamps, Status(status))
        packet = {"fields": {"name": "Persona inventada", "language": "es"}, "note": ""}
        self._add(
            Referral,
            id=row,
            code=code,
            person_id=ref,
            need_id=need,
            service_id=service,
            organization_id=organization,
            desk_id=desk,
            staff_id=setting.staff,
            need_category=NEEDS[wanted].category,
            status=status,
            reason=reason,
            reason_party="service" if reason else "",
            outcome=outcome,
            urgency=NEEDS[wanted].default_urgency,
            created_at=at,
            sent_at=stamps.sent_at,
            received_at=stamps.received_at,
            answered_at=stamps.answered_at,
            accepted_at=stamps.accepted_at,
            closed_at=stamps.closed_at,
            answer_days=taken.answer,
            close_days=taken.close,
            due_on=local_day(at + timedelta(days=12)),
            packet_sealed=sealed("referral", "packet_sealed", row, packet),
        )
        for step, (to, when) in enumerate(zip(path, times, strict=True)):
            self._add(
                ReferralEvent,
                referral_id=row,
                person_id=ref,
                at=when,
                step=step + 1,
                from_status=path[step - 1] if step else None,
                to_status=to,
                staff_id=setting.staff,
                party="desk" if step < 2 else "receiver",
                reason=reason if to == status else "",
                outcome=outcome if to == status else "",
            )
        self._add(OutboxMessage, kind="referral_sent", organization_id=organization, referral_code=code, created_at=at)
        common = {"person_id": ref, "at": at, "staff_id": setting.staff, "language": "es", "interpreter": False}
        self._add(
            Consent,
            **common,
            purpose="referral",
            organization_id=organization,
            decision="yes",
            how="signed",
            notice_version="2026-11",
            expires_on=local_day(at + timedelta(days=90)),
        )

    def _add(self, model: Any, **values: Any) -> uuid.UUID:
        at = (
            next(value for value in values.values() if isinstance(value, datetime))
            if model is not Inscription
            else None
        )
        at = at or self.setting.until
        row = values.setdefault("id", new_ref(at))
        table = model.__table__
        for column in table.columns:
            if column.key in values:
                continue
            if column.default is not None and column.default.is_scalar:
                values[column.key] = column.default.arg
            elif column.nullable:
                values[column.key] = None
            elif column.key == "version":
                values[column.key] = 1
            else:
                raise LookupError(
                    f"{table.name}.{column.key} is new to the bench: say in rows.py what an action writes"
                )
        self.rows[table.name].append(values)
        if model.__audited__:
            self._audit(table.name, row, values, at)
        return row  # type: ignore[no-any-return]  # an id the caller gave or new_ref made

    def _audit(self, table: str, row: uuid.UUID, values: Mapping[str, Any], at: datetime) -> None:
        self.rows[AuditEntry.__tablename__].append(
            {
                "id": new_ref(at),
                "at": at,
                "staff_id": self.setting.staff,
                "desk_id": self.setting.desks[0],
                "role": "caseworker",
                "action": f"{table}.add",
                "verb": "insert",
                "table_name": table,
                "row_id": str(row),
                "person_id": row if table == "person" else values.get("person_id"),
                "fields": sorted(name for name, value in values.items() if value is not None),
            }
        )


def _code(number: int) -> str:
    """A code of its own for each person's referral, without asking the database whether it is free."""
    left, letters = (number * 104_729 + 12_345) % len(ALPHABET) ** LENGTH, ""
    for _letter in range(LENGTH):
        left, place = divmod(left, len(ALPHABET))
        letters += ALPHABET[place]
    return f"C-{letters}"
