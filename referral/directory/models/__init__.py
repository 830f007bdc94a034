"""Tables of the directory, named as in HSDS 3.1; both languages and the referral profile are ours.

Eligibility lives in attributes over our own taxonomies, for export; `Service.card` repeats in one JSON what routing
reads, so that the candidates for a need load in one query. Actions rewrite both together; the audit follows the
service's own row and leaves out the tables drawn from it (`__audited__ = False`).
"""

from referral.directory.models.columns import DEMO
from referral.directory.models.listings import (
    CostOption,
    Funding,
    Language,
    RequiredDocument,
    Service,
    ServiceArea,
    ServiceCapacity,
    Unit,
)
from referral.directory.models.organizations import Organization, OrganizationIdentifier, Program, Url
from referral.directory.models.places import (
    Accessibility,
    Address,
    Contact,
    Location,
    Phone,
    Schedule,
    ServiceAtLocation,
)
from referral.directory.models.terms import Attribute, Metadata, Taxonomy, TaxonomyTerm

__all__ = [
    "DEMO",
    "Accessibility",
    "Address",
    "Attribute",
    "Contact",
    "CostOption",
    "Funding",
    "Language",
    "Location",
    "Metadata",
    "Organization",
    "OrganizationIdentifier",
    "Phone",
    "Program",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "Taxonomy",
    "TaxonomyTerm",
    "Unit",
    "Url",
]
