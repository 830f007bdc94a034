"""Every code list of the desk, by name. `from referral.kernel.codes import NEEDS`; NEEDS["HEALTH_PREG"].label("es").

Lists read their file in content/ on first use; the answers to registration questions share one file, answers.csv.
"""

from collections.abc import Mapping
from types import MappingProxyType

from referral.kernel.code_kinds import (
    Alcaldia,
    Country,
    IdentityDocument,
    Language,
    Need,
    Outcome,
    PriorityGroup,
    Profile,
    RegistrationField,
    ResidenceProof,
    SpecificNeed,
    State,
    Urgency,
)
from referral.kernel.code_lists import C, Code, CodeList, answer_rows, content_rows


def _list(name: str, kind: type[C], *, by_label: bool = False) -> CodeList[C]:
    return CodeList(name, kind, lambda: content_rows(f"{name}.csv"), by_label=by_label)


def _answers(name: str) -> CodeList[Code]:
    return CodeList(name, Code, lambda: answer_rows(name))


# A nationality may be none or not determined; a place where one was born, left or returned from may not.
COUNTRIES = _list("countries", Country, by_label=True)
PLACES = CodeList(
    "places", Country, lambda: (row for row in content_rows("countries.csv") if row["numeric"]), by_label=True
)
STATES = _list("states", State)
ALCALDIAS = _list("alcaldias", Alcaldia)
LANGUAGES = _list("languages", Language)
PROFILES = _list("profiles", Profile)
PRIORITY_GROUPS = _list("priority_groups", PriorityGroup)
IDENTITY_DOCUMENTS = _list("identity_documents", IdentityDocument)
RESIDENCE_PROOFS = _list("residence_proofs", ResidenceProof)
DISPLACEMENT_CAUSES = _list("displacement_causes", Code)
NEED_CATEGORIES = _list("need_categories", Code)
NEEDS = _list("needs", Need)
SPECIFIC_NEED_GROUPS = _list("specific_need_groups", Code)
SPECIFIC_NEEDS = _list("specific_needs", SpecificNeed)
FUNCTIONAL_DIFFICULTIES = CodeList(
    "functional_difficulties",
    SpecificNeed,
    lambda: (row for row in content_rows("specific_needs.csv") if row["code"].startswith("LOC-DIS-")),
)
HEALTH_NEEDS = CodeList(
    "health_needs", Need, lambda: (row for row in content_rows("needs.csv") if row["category"] == "HEALTH")
)
URGENCY_LEVELS = _list("urgency_levels", Urgency)
OUTCOMES = _list("outcomes", Outcome)
REGISTRATION_SECTIONS = _list("registration_sections", Code)
REGISTRATION_FIELDS = _list("registration_fields", RegistrationField)

# Answers to questions of the registration.
RECORD_KINDS = _answers("record_kind")
CHANNELS = _answers("channel")
CONSENT_METHODS = _answers("consent_method")
CONTACT_WAYS = _answers("contact_way")
PRONOUNS = _answers("pronouns")
BIRTH_PRECISIONS = _answers("birth_precision")
SEXES_ON_DOCUMENT = _answers("sex_document")
GENDER_IDENTITIES = _answers("gender_identity")
CURP_KINDS = _answers("curp_kind")
MARITAL = _answers("marital")
NO_DOCUMENT_REASONS = _answers("no_document_reason")
DOCUMENT_SEEN = _answers("document_seen")
STATUS_SELF = _answers("status_self")
HOUSING = _answers("housing")
SAFE_CONTACT = _answers("safe_contact")
READS = _answers("reads")
INTENTIONS = _answers("intention")
ASYLUM_STAGES = _answers("asylum_stage")
RETURN_TYPES = _answers("return_type")
RELATIONS = _answers("relation")
CHILD_ACCOMPANIMENT = _answers("child_accompaniment")
PREGNANT = _answers("pregnant")
SCHOOLING = _answers("schooling")
WORK_SITUATIONS = _answers("work_situation")
YES_NO_UNKNOWN = _answers("yes_no_unknown")
SOCIAL_SECURITY = _answers("social_security")
LANGUAGE_LEVELS = _answers("language_level")
FUNCTIONAL_QUESTIONS = _answers("functional_question")
FUNCTIONAL_LEVELS = _answers("functional_level")
NEED_RAISED_BY = _answers("need_raised_by")
CLOSURES = _answers("closure")
FIELD_PURPOSES = _answers("field_purpose")

_LISTS: Mapping[str, CodeList[Code]] = MappingProxyType(
    {found.name: found for found in tuple(globals().values()) if isinstance(found, CodeList)}
)


def code_list(name: str) -> CodeList[Code]:
    """A list by its name, as the registration fields quote it. KeyError for an unknown name."""
    return _LISTS[name]


def list_names() -> tuple[str, ...]:
    return tuple(_LISTS)
