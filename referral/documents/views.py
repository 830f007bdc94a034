"""Pages of a person's papers: the list, one paper with its files, a file itself, the reading zone; photo_page.py."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.documents import actions, labels, photo_page, queries
from referral.documents import reading as zones
from referral.documents.answers import file_answer
from referral.documents.cleaner import clean_scan
from referral.documents.facts import Cleaned, PaperOnFile, ScanLine
from referral.documents.forms import (
    PaperEditForm,
    PaperForm,
    RemoveForm,
    RemovePaperForm,
    RemovePaperWithFilesForm,
    zone_of,
)
from referral.documents.rules import files
from referral.documents.rules.mrz import MrzRead
from referral.documents.rules.origins import origin
from referral.infra.settings import Settings
from referral.infra.web.guard import permits, takes_files
from referral.infra.web.pages import page
from referral.infra.web.stale import stale_page
from referral.infra.work import Work, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people import labels as people_labels
from referral.people.actions import Stale
from referral.people.facts import NewDocument, PersonRecord
from referral.people.queries.cards import person_record
from referral.people.queries.reserved import require_reserved
from referral.people.rules.registration import document_doubts

blueprint = Blueprint("documents", __name__)

_NO_HINTS: Mapping[str, str] = MappingProxyType({})
MOST_SENT = (files.MOST_FILES + 1) * files.LARGEST_FILE  # bytes of a body: one file too large still gets its sentence
blueprint.add_url_rule("/personas/<uuid:ref>/foto", "photo", photo_page.photo, methods=["GET", "POST"])
blueprint.add_url_rule("/personas/<uuid:ref>/foto/retirar", "withdraw_photo", photo_page.withdraw, methods=["POST"])
blueprint.add_url_rule("/personas/<uuid:ref>/foto/<any(grande, chica):size>", "photo_image", photo_page.image)
blueprint.add_app_template_global(photo_page.photos_of_hits, "photos_of_hits")


@dataclass(frozen=True, slots=True)
class _Person:
    """Whose papers these are, and what is on file of them."""

    record: PersonRecord
    papers: Sequence[PaperOnFile]
    scans: Sequence[ScanLine]
    photo: uuid.UUID | None
    today: date

    @property
    def ref(self) -> uuid.UUID:
        return self.record.ref

    @property
    def waiting(self) -> list[ScanLine]:
        """Files that came before their paper was noted."""
        return [scan for scan in self.scans if scan.document is None]


@blueprint.route("/personas/<uuid:ref>/documentos", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
@takes_files(MOST_SENT)
def papers(ref: uuid.UUID) -> ResponseReturnValue:
    """The papers on a file: note one with its files, delete one that waits. A good file stays if the rest is wrong."""
    person = _person(ref)
    removal = RemoveForm()
    if removal.sent() and removal.remove_scan.data:
        return _remove_scan(removal, person, url_for("documents.papers", ref=ref))
    form = PaperForm()
    if not form.sent():
        return _papers_page(form, person, 200)
    form.validate()
    found = _cleaned(form)
    if form.has_errors:
        return _kept_for_later(form, person, found)
    new = form.to_fact()
    here = url_for("documents.papers", ref=ref)
    try:
        with unit_of_work("documents.note_paper", once=form.once_key()) as work:
            work.location = here
            document = actions.note_paper(work, person=ref, new=new)
            _file_scans(work, ref, document, form, found)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field or _box_of(no))
        return _kept_for_later(form, person, found)
    _tell(new, person)
    flash(_("El documento quedó anotado."), "done")
    return redirect(here, 303)


@blueprint.route("/personas/<uuid:ref>/documentos/<uuid:document>", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
@takes_files(MOST_SENT)
def paper(ref: uuid.UUID, document: uuid.UUID) -> ResponseReturnValue:
    """One paper: correct it, add files, delete one. A save that comes after somebody else's answers 409."""
    person = _person(ref)
    found = _paper_of(person, document)
    removal = RemoveForm()
    if removal.sent() and removal.remove_scan.data:
        return _remove_scan(removal, person, url_for("documents.paper", ref=ref, document=document))
    form = PaperEditForm.of(found.line)
    if not form.sent():
        return _paper_page(form, person, found, 200)
    form.validate()
    clean = _cleaned(form)
    if form.has_errors:
        return _paper_page(form, _with_waiting(form, person, clean), found, 422)
    new = form.to_fact()
    try:
        with unit_of_work("documents.change_paper") as work:
            actions.change_paper(work, person=ref, document=document, new=new, edition=form.version_read)
            _file_scans(work, ref, document, form, clean)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field or _box_of(no))
        return _paper_page(form, _with_waiting(form, person, clean), found, 422)
    except Stale:
        form.scans.data = ()
        now = _paper_of(_person(ref), document)
        here = url_for("documents.paper", ref=ref, document=document)
        return stale_page(form, PaperEditForm.of(now.line, formdata=None), back=here)
    _tell(new, person)
    flash(_("Los datos del documento quedaron guardados."), "done")
    return redirect(url_for("documents.papers", ref=ref), 303)


@blueprint.post("/personas/<uuid:ref>/documentos/<uuid:document>/quitar")
@permits(Permission.PERSON_EDIT)
def remove_paper(ref: uuid.UUID, document: uuid.UUID) -> ResponseReturnValue:
    """Take a paper off, with its files if it has any, once the caseworker said so."""
    person = _person(ref)
    found = _paper_of(person, document)
    removal = _removal(found)
    if not (removal.sent() and removal.validate()):
        status = 422 if removal.has_errors else 200
        return _paper_page(PaperEditForm.of(found.line, formdata=None), person, found, status, removal=removal)
    with unit_of_work("documents.remove_paper") as work:
        actions.remove_paper(work, person=ref, document=document)
    flash(
        _("El documento y sus archivos se quitaron del expediente.")
        if found.scans
        else _("El documento se quitó del expediente."),
        "done",
    )
    return redirect(url_for("documents.papers", ref=ref), 303)


@blueprint.get("/personas/<uuid:ref>/archivos/<uuid:scan>")
@permits(Permission.SCAN_VIEW)
def scan(ref: uuid.UUID, scan: uuid.UUID) -> ResponseReturnValue:
    """One file, for the desk that keeps her file. Each opening is noted."""
    with reading() as desk:
        found = queries.scan_file(desk.session, desk.reach(Permission.SCAN_VIEW), person=ref, scan=scan)
        require_reserved(desk.session, desk.reach(Permission.SCAN_VIEW), ref)
        desk.saw(ref, "scan")
    return file_answer(found, "documento")


@blueprint.post("/personas/<uuid:ref>/documentos/lectura")
@permits(Permission.PERSON_EDIT)
@takes_files(MOST_SENT)
def read_mrz(ref: uuid.UUID) -> ResponseReturnValue:
    """The form of a paper with what a reading zone says in its empty boxes. Nothing typed is lost, no line is kept.

    Files chosen before are kept waiting for their paper, as no page can give them back.
    """
    person = _person(ref)
    form = PaperForm()
    if not form.sent():
        return _papers_page(form, person, 200)
    zone = zone_of(form, person.today)
    clean = _cleaned(form)
    if zone is None:
        return _papers_page(form, _with_waiting(form, person, clean), 422)
    person = _with_waiting(form, person, clean)
    typed = {**dict(request.form.lists()), "waiting": list(form.waiting.data)}
    filled = zones.fill(typed, zones.paper_suggestions(zone), over=form.mrz_over.value)
    again = PaperForm(formdata=MultiDict(filled.boxes))
    again.scans.errors = form.scans.errors
    return _papers_page(again, person, 200, zone=zone, hints=labels.hints(filled.read, filled.kept))


# Parts of the above ----------------------------------------------------------------------------------------------


def _person(ref: uuid.UUID) -> _Person:
    with reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        scans = queries.scans_of(desk.session, ref)
        papers_on_file = queries.papers_of(desk.session, record.documents, scans)
        photo = queries.photo_of(desk.session, ref, today=desk.today)
        if request.method == "GET":
            desk.saw(ref, "documents")
        return _Person(record, papers_on_file, scans, photo, desk.today)


def _paper_of(person: _Person, document: uuid.UUID) -> PaperOnFile:
    found = next((each for each in person.papers if each.line.ref == document), None)
    if found is None:
        raise NotFound
    return found


def _cleaned(form: PaperForm | PaperEditForm) -> list[Cleaned]:
    """The files that came, clean; a refused one leaves its sentence on the box."""
    sent = form.scans.value
    if len(sent) > files.MOST_FILES:
        form.refuse(_("Elija hasta %(most)s archivos a la vez.", most=files.MOST_FILES), "scans")
        return []
    found = []
    for each in sent:
        try:
            found.append(clean_scan(each.stream.read(files.LARGEST_FILE + 1)))
        except Refused as no:
            words = labels.of_file(each.filename or "", no) if len(sent) > 1 else labels.refusal(no)
            form.refuse(words, "scans")
    return found


def _file_scans(
    work: Work, person: uuid.UUID, document: uuid.UUID, form: PaperForm | PaperEditForm, found: Sequence[Cleaned]
) -> None:
    actions.attach_scans(work, person=person, document=document, scans=form.waiting.refs)
    actions.keep_scans(work, person=person, document=document, found=found, most_megabytes=_quota())


def _kept_for_later(form: PaperForm, person: _Person, found: Sequence[Cleaned]) -> Response:
    return _papers_page(form, _with_waiting(form, person, found), 422)


def _with_waiting(form: PaperForm | PaperEditForm, person: _Person, found: Sequence[Cleaned]) -> _Person:
    """Keep what came well until its paper can be noted, so that no file must be chosen twice."""
    if not found:
        return person
    try:
        with unit_of_work("documents.keep_scans") as work:
            kept = actions.keep_scans(work, person=person.ref, document=None, found=found, most_megabytes=_quota())
    except Refused as no:
        form.refuse(labels.refusal(no), "scans")
        return person
    form.waiting.data = (*form.waiting.data, *(str(ref) for ref in kept))
    return _person(person.ref)


def _remove_scan(removal: RemoveForm, person: _Person, back: str) -> ResponseReturnValue:
    if removal.remove_scan.ref is None:
        raise NotFound
    with unit_of_work("documents.remove_scan") as work:
        actions.remove_scan(work, person=person.ref, scan=removal.remove_scan.ref)
    flash(_("El archivo se borró."), "done")
    return redirect(back, 303)


def _removal(found: PaperOnFile, *, sent: bool = True) -> RemovePaperForm:
    kind = RemovePaperWithFilesForm if found.scans else RemovePaperForm
    return kind() if sent else kind(formdata=None)


def _box_of(no: Refused) -> str | None:
    return "scans" if isinstance(no.reason, files.Reason) else None


def _tell(new: NewDocument, person: _Person) -> None:
    # The sentences name no value: what is flashed travels in a cookie.
    for doubt in document_doubts(new, person.record.identity, today=person.today):
        flash(str(people_labels.DOUBTS[doubt]), "warning")


def _quota() -> int:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings.scan_megabytes


def _papers_page(
    form: PaperForm,
    person: _Person,
    status: int,
    *,
    zone: MrzRead | None = None,
    hints: Mapping[str, str] = _NO_HINTS,
) -> Response:
    identity = person.record.identity
    return page(
        "documents/papers.html",
        status=status,
        form=form,
        person=person,
        record=person.record,
        zone=zone,
        hints=hints,
        told=zones.person_suggestions(zone) if zone else (),
        from_curp=zones.curp_suggestions(identity),
        labels=labels,
        boxes=zones.boxes,
        origin=origin,
        file_count=lambda count: ngettext("%(num)s archivo", "%(num)s archivos", count),
    )


def _paper_page(
    form: PaperEditForm,
    person: _Person,
    found: PaperOnFile,
    status: int,
    *,
    removal: RemovePaperForm | None = None,
) -> Response:
    return page(
        "documents/paper.html",
        status=status,
        form=form,
        person=person,
        record=person.record,
        paper=found,
        removal=removal or _removal(found, sent=False),
        labels=labels,
    )
