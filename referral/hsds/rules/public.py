"""What anybody may be told of the directory over the API, which is less than an export tells a known receiver."""

from __future__ import annotations

from collections.abc import Mapping

# Names of people who work there, whoever of the desk vouched for an entry, and the inner way in for referrals.
WITHHELD = frozenset(
    {
        ("contact", "name"),
        ("service", "assurer_email"),
        ("service", "x_referral_target"),
        ("service", "x_confidential"),  # those that are do not appear at all
    }
)
# Change histories repeat values that were taken out since, among them addresses that must not be found any more.
WITHHELD_TABLES = frozenset({"metadata"})

# The part of the address for each table that can be asked for.
PATHS: Mapping[str, str] = {
    "service": "services",
    "organization": "organizations",
    "service_at_location": "service_at_locations",
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
}
