"""Words of a line of the trail: named actions, parts of a file that were read, verbs, tables. Used by trail.views."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.access.identity import Role
from referral.staff.labels import ROLES
from referral.trail.facts import Kind, TrailLine

KINDS: dict[Kind, LazyString] = {
    Kind.CHANGE: _l("Todos los cambios"),
    Kind.READING: _l("Todas las lecturas"),
}

# By the name of the unit of work. A test finds the ones that are missing here.
ACTIONS: dict[str, LazyString] = {
    "arrival.again": _l("Registró otra visita"),
    "arrival.answer_alert": _l("Contestó una alerta"),
    "arrival.first": _l("Anotó las primeras preguntas"),
    "certificates.issue": _l("Emitió una constancia"),
    "certificates.revoke": _l("Dejó sin efecto una constancia"),
    "consent.confirm_written": _l("Confirmó un consentimiento escrito"),
    "consent.other_basis": _l("Guardó datos delicados sin poder preguntar"),
    "consent.record": _l("Anotó el aviso o un consentimiento"),
    "consent.record_written": _l("Anotó un consentimiento escrito"),
    "consent.review_basis": _l("Revisó datos guardados sin poder preguntar"),
    "consent.withdraw": _l("Retiró permisos"),
    "directory.load": _l("Cargó el directorio"),
    "documents.change_paper": _l("Corrigió un documento"),
    "documents.keep_scans": _l("Guardó archivos de un documento"),
    "documents.note_paper": _l("Anotó un documento"),
    "documents.photo": _l("Guardó la fotografía o la respuesta sobre ella"),
    "documents.remove_paper": _l("Quitó un documento"),
    "documents.remove_scan": _l("Quitó un archivo"),
    "documents.withdraw_photo": _l("Borró la fotografía"),
    "duplicates.look": _l("Buscó expedientes duplicados"),
    "duplicates.merge": _l("Unió dos expedientes"),
    "duplicates.note": _l("Anotó un par de expedientes parecidos"),
    "duplicates.undo": _l("Separó dos expedientes"),
    "households.add_guardian": _l("Anotó quién responde por un menor"),
    "households.add_member": _l("Agregó a alguien a una familia"),
    "households.end_guardian": _l("Quitó a quien respondía por un menor"),
    "households.note_entry": _l("Anotó la entrada a México de una familia"),
    "households.register": _l("Registró a una familia"),
    "households.set_places": _l("Anotó los lugares de una familia"),
    "households.split": _l("Separó a alguien de una familia"),
    "hsds.import": _l("Importó un directorio"),
    "intake.compare": _l("Comparó una fila de una lista"),
    "intake.correct_row": _l("Corrigió una fila de una lista"),
    "intake.decide": _l("Decidió sobre una fila de una lista"),
    "intake.discard": _l("Descartó una lista"),
    "intake.note_refusal": _l("Anotó por qué no se registró una fila"),
    "intake.register": _l("Registró a personas de una lista"),
    "intake.upload": _l("Subió una lista de personas"),
    "needs.add": _l("Anotó necesidades"),
    "needs.settle": _l("Cerró una necesidad"),
    "padron.change_kind": _l("Cambió el tipo de registro"),
    "padron.correct": _l("Corrigió una inscripción"),
    "padron.end": _l("Terminó una inscripción"),
    "padron.inscribe": _l("Inscribió en el Padrón"),
    "padron.renew": _l("Renovó una inscripción"),
    "padron.reopen": _l("Reabrió una inscripción"),
    "people.forget_lists": _l("Olvidó las listas viejas"),
    "people.forget_merges": _l("Olvidó lo de antes de una unión"),
    "people.mark_not_same": _l("Dijo que dos expedientes son de dos personas"),
    "people.register": _l("Registró a una persona"),
    "people.reindex": _l("Rehízo el índice de búsqueda"),
    "people.save_section": _l("Guardó una parte de los datos"),
    "privacy.ask_guarded": _l("Pidió abrir lo protegido de un expediente"),
    "privacy.break_glass": _l("Abrió lo reservado de un expediente"),
    "privacy.decide_guarded": _l("Decidió si se abre lo protegido de un expediente"),
    "privacy.review_opening": _l("Revisó una apertura de lo reservado"),
    "referrals.move": _l("Anotó qué pasó con una canalización"),
    "referrals.prepare": _l("Preparó una canalización"),
    "referrals.send": _l("Envió un borrador de canalización"),
    "staff.add": _l("Creó una cuenta"),
    "staff.sign_in": _l("Entró"),
    "staff.sign_out": _l("Salió"),
    "trail.check": _l("Comprobó la auditoría"),
    "trail.seal": _l("Selló la auditoría"),
    "upkeep.add": _l("Agregó un servicio al directorio"),
    "upkeep.decide": _l("Decidió sobre una propuesta del directorio"),
    "upkeep.edit": _l("Corrigió un servicio del directorio"),
    "upkeep.propose": _l("Propuso un cambio al directorio"),
    "upkeep.tell": _l("Avisó de un error del directorio"),
    "upkeep.verify": _l("Verificó un servicio del directorio"),
    "visits.nameless": _l("Registró una visita sin nombre"),
    "visits.record": _l("Registró una visita"),
}

# What Reading.saw notes.
READINGS: dict[str, LazyString] = {
    "address": _l("Leyó el domicilio protegido"),
    "alerts": _l("Leyó las alertas"),
    "basis": _l("Leyó por qué se guardaron datos sin preguntar"),
    "card": _l("Leyó el nombre y el folio"),
    "certificate": _l("Leyó la constancia"),
    "consent": _l("Leyó los permisos"),
    "constancia": _l("Leyó lo que dirá la constancia"),
    "data": _l("Leyó los datos"),
    "documents": _l("Leyó los documentos"),
    "duplicates": _l("Leyó expedientes parecidos"),
    "entry": _l("Leyó la entrada a México"),
    "family": _l("Leyó la familia"),
    "file": _l("Abrió el expediente"),
    "guarded": _l("Leyó quién pide abrir lo protegido"),
    "guardians": _l("Leyó quién responde por un menor"),
    "itinerary": _l("Leyó la hoja de visitas"),
    "match": _l("Vio a alguien parecido"),
    "needs": _l("Leyó las necesidades"),
    "offers": _l("Leyó los servicios que le corresponden"),
    "openings": _l("Leyó aperturas de lo reservado"),
    "packet": _l("Leyó los datos de una canalización por enviar"),
    "padron": _l("Leyó la inscripción"),
    "photo": _l("Vio la fotografía"),
    "plan": _l("Leyó el plan"),
    "print": _l("Imprimió la constancia"),
    "referral": _l("Leyó una canalización"),
    "scan": _l("Abrió un archivo"),
    "slip": _l("Imprimió la hoja para la persona"),
    "visit": _l("Abrió el registro de una visita"),
}

VERBS: dict[str, LazyString] = {
    "insert": _l("nuevo"),
    "update": _l("cambio"),
    "delete": _l("borrado"),
}

# What a row is, where the name of its table does not say it to who reads Spanish.
TABLES: dict[str, LazyString] = {
    "address": _l("dirección"),
    "alert_answer": _l("alerta"),
    "basis_use": _l("datos guardados sin preguntar"),
    "break_glass": _l("apertura de lo reservado"),
    "certificate": _l("constancia"),
    "consent": _l("permiso"),
    "contact": _l("contacto de un servicio"),
    "desk": _l("mesa"),
    "duplicate_pair": _l("par de expedientes"),
    "guarded_opening": _l("petición de lo protegido"),
    "guardianship": _l("quien responde por un menor"),
    "household": _l("familia"),
    "household_member": _l("integrante de una familia"),
    "import_source": _l("directorio importado"),
    "inscription": _l("inscripción"),
    "inscription_step": _l("paso de una inscripción"),
    "intake_batch": _l("lista de personas"),
    "intake_row": _l("fila de una lista"),
    "location": _l("lugar"),
    "need": _l("necesidad"),
    "notice_given": _l("aviso de privacidad"),
    "organization": _l("institución"),
    "person": _l("expediente"),
    "person_document": _l("documento"),
    "person_merge": _l("unión de expedientes"),
    "person_not_same": _l("dos expedientes de dos personas"),
    "person_scan": _l("archivo"),
    "phone": _l("teléfono de un servicio"),
    "program": _l("programa"),
    "referral": _l("canalización"),
    "referral_event": _l("paso de una canalización"),
    "schedule": _l("horario"),
    "service": _l("servicio"),
    "service_at_location": _l("servicio en un lugar"),
    "staff": _l("cuenta"),
    "suggestion": _l("propuesta para el directorio"),
    "visit": _l("visita"),
    "written_consent": _l("consentimiento escrito"),
}


def action_words(kind: Kind, action: str) -> str:
    """What was done. A part of a file without words of its own is named as its page is."""
    if kind is Kind.CHANGE:
        return str(ACTIONS.get(action, action))
    return str(READINGS[action]) if action in READINGS else _("Leyó para corregir: %(part)s", part=action)


def row_words(line: TrailLine) -> str:
    """What was changed and how: "expediente: cambio"."""
    return f"{TABLES.get(line.table, line.table)}: {VERBS[line.verb]}"


def role_words(role: str) -> str:
    """The role of an account; commands have none."""
    return str(ROLES[Role(role)]) if role in set(Role) else _("el sistema")


def action_choices() -> list[tuple[str, str]]:
    """For the filter: everything of a kind, then each action and each reading, by its words."""
    kinds = [(f"{kind.value}:", str(words)) for kind, words in KINDS.items()]
    each = [(f"{Kind.CHANGE.value}:{code}", str(words)) for code, words in ACTIONS.items()]
    each += [(f"{Kind.READING.value}:{code}", str(words)) for code, words in READINGS.items()]
    return kinds + sorted(each, key=lambda pair: pair[1].casefold())
