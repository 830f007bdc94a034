"""What each kind of code carries beyond its two labels: its list's other columns, typed. Used through codes.py."""

from datetime import timedelta

from referral.kernel.code_lists import Code


class Country(Code):
    """ISO 3166-1; `code` is the two-letter code. XA and XX stand for a nationality that is none or not determined."""

    __slots__ = ()

    @property
    def alpha2(self) -> str:
        return self.code

    @property
    def alpha3(self) -> str:
        return self.extra["alpha3"]

    @property
    def priority(self) -> int | None:
        """Place among the nationalities the desk serves most; None for the rest."""
        return int(self.extra["priority"]) if self.extra["priority"] else None

    @property
    def usual_id(self) -> str:
        """What its people call their national identity document, in its own language; empty when not known."""
        return self.extra["usual_id"]

    @property
    def is_country(self) -> bool:
        return self.code not in {"XA", "XX"}


class State(Code):
    """A Mexican federal entity; `code` is the two-digit census code."""

    __slots__ = ()

    @property
    def curp_code(self) -> str:
        return self.extra["curp_code"]


class Alcaldia(Code):
    """One of the sixteen boroughs; `code` is the five-digit census code."""

    __slots__ = ()

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude of about its middle, from general knowledge: fit for "which is nearer" alone."""
        return float(self.extra["lat_approximate"]), float(self.extra["lon_approximate"])


class Language(Code):
    """`code` is the shortest ISO 639 code there is; x- codes are ours."""

    __slots__ = ()

    @property
    def own_name(self) -> str:
        return self.extra["own_name"]

    @property
    def prints(self) -> bool:
        """Papers for the person may be printed in it."""
        return self.extra["prints"] == "yes"


class Profile(Code):
    """A way of being in mobility; self-declared, several at once."""

    __slots__ = ()

    @property
    def registrable(self) -> str:
        """yes, no (served, not inscribed) or confirm (the desk's authority must say)."""
        return self.extra["registrable"]

    def definition(self, locale: str) -> str:
        return self.extra["definition_en" if locale.startswith("en") else "definition_es"]


class PriorityGroup(Code):
    """A group with a right to priority attention."""

    __slots__ = ()

    @property
    def derived_from(self) -> str:
        """sex, age, profile or housing when the desk can know without asking; empty when only the person can say."""
        return self.extra["derived_from"]

    @property
    def is_sensitive(self) -> bool:
        return self.extra["sensitive"] == "yes"


class IdentityDocument(Code):
    """A kind of paper a person may show. None is ever demanded to be in force."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """identity, asylum, migration, birth, return, residence or none."""
        return self.extra["kind"]

    @property
    def proves_identity(self) -> bool:
        """The register takes it as proof of who the person is; a birth certificate only for minors (minors_only)."""
        return self.extra["register"] in {"identity", "minors"}

    @property
    def minors_only(self) -> bool:
        return self.extra["register"] == "minors"

    @property
    def proves_residence(self) -> bool:
        return self.extra["register"] == "residence"

    @property
    def expires(self) -> str:
        """yes, no or varies."""
        return self.extra["expires"]

    @property
    def reveals_protection(self) -> bool:
        """Holding it shows an asylum claim or its result: never named to a consulate nor on a paper others see."""
        return self.extra["reveals_protection"] == "yes"


class ResidenceProof(Code):
    """A way to show that one lives in the city. The official list is not known: every row is an example to confirm."""

    __slots__ = ()

    @property
    def is_example(self) -> bool:
        return self.extra["example"] == "yes"


class Need(Code):
    """One of the needs the desk can note; its category is a code of NEED_CATEGORIES."""

    __slots__ = ()

    @property
    def category(self) -> str:
        return self.extra["category"]

    @property
    def default_urgency(self) -> str:
        return self.extra["default_urgency"]


class SpecificNeed(Code):
    """A need of attention of its own access level; its group is a code of SPECIFIC_NEED_GROUPS."""

    __slots__ = ()

    @property
    def group(self) -> str:
        return self.extra["group"]

    @property
    def confidentiality(self) -> str:
        """normal, restricted or highly_restricted."""
        return self.extra["confidentiality"]

    @property
    def use(self) -> str:
        """desk; specialist (only who is trained for it); retired (kept to read old rows, never offered)."""
        return self.extra["use"]


class Urgency(Code):
    """How soon the first step is due. The targets are proposals."""

    __slots__ = ()

    @property
    def target_days(self) -> int:
        """Working days to the first step; 0 is today."""
        return int(self.extra["target_days"])

    @property
    def target(self) -> timedelta:
        """The same in calendar time, counted generously as five working days to a week."""
        return timedelta(days=self.target_days * 7 // 5)

    @property
    def rank(self) -> int:
        """1 is the most urgent."""
        return int(self.extra["rank"])

    def meaning(self, locale: str) -> str:
        return self.extra["meaning_en" if locale.startswith("en") else "meaning_es"]


class Outcome(Code):
    """How a referral ended for the person."""

    __slots__ = ()

    @property
    def counts_as(self) -> str:
        """success, partial, neutral or failure."""
        return self.extra["counts_as"]

    @property
    def reason_required(self) -> bool:
        return self.extra["reason_required"] == "yes"

    @property
    def raises_alert(self) -> bool:
        """A supervisor must see it at once."""
        return self.extra["alert"] == "yes"


class RegistrationField(Code):
    """One question of the registration, as data: forms, the privacy notice and the docs are drawn from it."""

    __slots__ = ()

    @property
    def section(self) -> str:
        """A code of REGISTRATION_SECTIONS."""
        return self.extra["section"]

    @property
    def type(self) -> str:
        return self.extra["type"]

    @property
    def required(self) -> str:
        """yes, no, auto (the desk fills it), conditional, minors, padron (to inscribe) or certificate (to print it)."""
        return self.extra["required"]

    @property
    def list_name(self) -> str:
        """The name that code_list() takes; empty when the answer is not a code."""
        return self.extra["list"]

    @property
    def sensitivity(self) -> str:
        """Field class: c0 desk data, c1 identity, c2 contact and place, c3 status and route, c4 health, c5 violence and
        belonging, c6 minors, c7 needs and referrals, c8 notes, c9 images, c10 consent, c11 certificates."""
        return self.extra["sensitivity"]

    @property
    def purpose(self) -> str:
        """A code of FIELD_PURPOSES: why it is asked, in words for the privacy notice."""
        return self.extra["purpose"]

    def why(self, locale: str) -> str:
        """Why this very question is asked, in one line to be read to the person."""
        return self.extra["why_en" if locale.startswith("en") else "why_es"]
