"""The whole policy on one screen: which role holds which permission, over whose rows. The guard runs it as it is."""

from __future__ import annotations

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach, Scope

ALL, DESK, OWN, ORGANIZATION = Scope.ALL, Scope.DESK, Scope.OWN, Scope.ORGANIZATION

# A person is searched for at every desk (anyone may serve whoever stands at the window); her file opens at the desk
# that last served her, and recording a visit moves it there. Partner users see only what was sent to them. Who does
# not hold person.protected reads no reserved part of a file (people.queries.reserved), save a supervisor who has
# broken the glass: said why, for one file and a limited time. What is protected of it needs a second person besides.
#
#   permission                     caseworker supervisor partner        auditor administrator dpo
_TABLE: dict[Permission, tuple[Scope | None, ...]] = {
    Permission.HOME_VIEW:             (ALL,      ALL,       ALL,           ALL,    ALL,          ALL),
    Permission.PERSON_SEARCH:         (ALL,      ALL,       None,          None,   None,         None),
    Permission.PERSON_LIST:           (DESK,     DESK,      None,          None,   None,         None),
    Permission.PERSON_VIEW:           (DESK,     DESK,      None,          None,   None,         None),
    Permission.PERSON_REGISTER:       (DESK,     None,      None,          None,   None,         None),
    Permission.PERSON_EDIT:           (DESK,     None,      None,          None,   None,         None),
    Permission.INTAKE_PREPARE:        (DESK,     DESK,      None,          None,   None,         None),
    Permission.PERSON_PROTECTED:      (DESK,     None,      None,          None,   None,         None),
    Permission.PERSON_MERGE:          (DESK,     ALL,       None,          None,   None,         None),
    Permission.SCAN_VIEW:             (DESK,     DESK,      None,          None,   None,         None),
    Permission.BREAK_GLASS:           (None,     DESK,      None,          None,   None,         None),
    Permission.GUARDED_DECIDE:        (None,     DESK,      None,          None,   None,         ALL),
    Permission.VISIT_RECORD:          (ALL,      None,      None,          None,   None,         None),
    Permission.CONSENT_RECORD:        (DESK,     None,      None,          None,   None,         None),
    Permission.CONSENT_WITHDRAW:      (ALL,      ALL,       None,          None,   None,         None),
    Permission.CONSENT_CONFIRM:       (None,     DESK,      None,          None,   None,         None),
    Permission.PRIVACY_REVIEW:        (None,     None,      None,          None,   None,         ALL),
    Permission.NEED_RECORD:           (DESK,     DESK,      None,          None,   None,         None),
    Permission.OFFERS_VIEW:           (DESK,     DESK,      None,          None,   None,         None),
    Permission.REFERRAL_LIST:         (DESK,     DESK,      ORGANIZATION,  None,   None,         ALL),
    Permission.REFERRAL_VIEW:         (DESK,     DESK,      ORGANIZATION,  None,   None,         ALL),
    Permission.REFERRAL_SEND:         (DESK,     DESK,      None,          None,   None,         None),
    Permission.REFERRAL_MOVE:         (DESK,     DESK,      None,          None,   None,         None),
    Permission.REFERRAL_ANSWER:       (DESK,     DESK,      ORGANIZATION,  None,   None,         None),
    Permission.PADRON_INSCRIBE:       (DESK,     None,      None,          None,   None,         None),
    Permission.PADRON_LIST:           (DESK,     DESK,      None,          None,   None,         None),
    Permission.PADRON_EXPORT:         (None,     DESK,      None,          None,   None,         None),
    Permission.PADRON_END:            (DESK,     DESK,      None,          None,   None,         None),
    Permission.PADRON_REOPEN:         (None,     DESK,      None,          None,   None,         None),
    Permission.CERTIFICATE_ISSUE:     (DESK,     None,      None,          None,   None,         None),
    Permission.CERTIFICATE_PRINT:     (DESK,     None,      None,          None,   None,         None),
    Permission.CERTIFICATE_REVOKE:    (None,     DESK,      None,          None,   None,         ALL),
    Permission.DIRECTORY_VIEW:        (ALL,      ALL,       ALL,           ALL,    ALL,          ALL),
    Permission.DIRECTORY_TELL:        (ALL,      ALL,       ALL,           None,   ALL,          None),
    Permission.DIRECTORY_PROPOSE:     (None,     None,      ORGANIZATION,  None,   None,         None),
    Permission.DIRECTORY_OWN:         (OWN,      OWN,       OWN,           None,   OWN,          None),
    Permission.DIRECTORY_ADD:         (ALL,      ALL,       None,          None,   ALL,          None),
    Permission.DIRECTORY_VERIFY:      (ALL,      ALL,       None,          None,   ALL,          None),
    Permission.DIRECTORY_EDIT:        (None,     ALL,       None,          None,   ALL,          None),
    Permission.REPORT_VIEW:           (ALL,      ALL,       ORGANIZATION,  ALL,    None,         ALL),
    Permission.REPORT_EXPORT:         (None,     ALL,       None,          ALL,    None,         ALL),
    Permission.REPORT_GAPS:           (ALL,      ALL,       None,          ALL,    None,         ALL),
    Permission.STAFF_LIST:            (None,     DESK,      None,          ALL,    ALL,          ALL),
    Permission.AUDIT_VIEW:            (OWN,      DESK,      None,          ALL,    None,         ALL),
    Permission.ACCOUNT_OWN:           (OWN,      OWN,       OWN,           OWN,    OWN,          OWN),
}  # fmt: skip

_COLUMNS = (Role.CASEWORKER, Role.SUPERVISOR, Role.PARTNER, Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO)


def scope_of(role: Role, permission: Permission) -> Scope | None:
    """Over whose rows `role` holds `permission`; None when it does not hold it."""
    return _TABLE[permission][_COLUMNS.index(role)]


def holds(identity: Identity | None, permission: Permission) -> bool:
    """Whether the account may do this at all, to some row."""
    return identity is not None and scope_of(identity.role, permission) is not None


def reach_of(identity: Identity, permission: Permission) -> Reach:
    """The rows this account may touch with this permission."""
    return Reach(scope_of(identity.role, permission), identity)
