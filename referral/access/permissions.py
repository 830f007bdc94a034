"""Names of what can be permitted. Views declare one each; access/table.py says which role holds it and how far."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that can be done."""

    HOME_VIEW = "home.view"
    PERSON_SEARCH = "person.search"
    PERSON_LIST = "person.list"
    PERSON_VIEW = "person.view"
    PERSON_REGISTER = "person.register"
    PERSON_EDIT = "person.edit"
    VISIT_RECORD = "visit.record"
    CONSENT_RECORD = "consent.record"
    NEED_RECORD = "need.record"
    OFFERS_VIEW = "offers.view"
    REFERRAL_LIST = "referral.list"
    REFERRAL_VIEW = "referral.view"
    REFERRAL_SEND = "referral.send"
    REFERRAL_MOVE = "referral.move"
    REFERRAL_ANSWER = "referral.answer"
    PADRON_INSCRIBE = "padron.inscribe"
    CERTIFICATE_ISSUE = "certificate.issue"
    CERTIFICATE_PRINT = "certificate.print"
    CERTIFICATE_REVOKE = "certificate.revoke"
    DIRECTORY_VIEW = "directory.view"
    REPORT_VIEW = "report.view"
    REPORT_EXPORT = "report.export"
    STAFF_LIST = "staff.list"
    AUDIT_VIEW = "audit.view"
    ACCOUNT_OWN = "account.own"
