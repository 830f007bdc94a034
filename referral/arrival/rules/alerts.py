"""Which alerts stand on a file, and which answers settle one: the rules of the book decide. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from referral.arrival.facts import AnswerCode, NewAnswer, Raised
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedLine
from referral.routing.facts import FactName, Known, NeedFacts, PersonFacts
from referral.routing.rules.book import Effect, Rule, rule_book, rules_about
from referral.routing.rules.told import told_by_needs
from referral.routing.rules.truth import Truth

HARD = "hard_alert"
ALSO = frozenset({"R09"})  # a relative missing or dead: the book tells it softly, the file keeps it until answered
ASYLUM_TERM = frozenset({"R10"})  # alerts that speak of the term for asking for refuge
LONGEST_NOTE = 2000
# What is known of her without any need raises its alert too: as if she had asked for one of these.
_AS_IF = ("PROTECT_THREAT", "LEGAL_ADVICE", "MIGR_REGUL", "INFO_GENERAL")
_NOBODY = PersonFacts()


class Reason(StrEnum):
    """Why an answer to an alert is not taken."""

    NOT_STANDING = "not_standing"
    ANSWER_UNKNOWN = "answer_unknown"
    CHILD_CANNOT_REFUSE = "child_cannot_refuse"
    REASON_MISSING = "reason_missing"
    NOTE_TOO_LONG = "note_too_long"  # limit


def staying_rules() -> Mapping[str, Rule]:
    """The rules that stay on a file until answered, in the order of the book."""
    return {code: rule for code, rule in rule_book().items() if rule.kind == HARD or code in ALSO}


def raised(person: PersonFacts, needs: Sequence[NeedLine]) -> tuple[Raised, ...]:
    """The alerts that stand for these facts and open needs, in the order of the book."""
    live = {need.code: need for need in needs if need.live}
    told = told_by_needs(person, live)
    # What no rule about a need says of nobody, it says of no one: only these can apply.
    about = {code: {rule.code for rule in rules_about(code)} for code in (*live, *_AS_IF)}
    return tuple(found for rule in staying_rules().values() if (found := _raise(rule, told, live, about)) is not None)


def need_matters(code: str) -> bool:
    """Whether an alert of somebody can come or go with this need: most needs raise none, nor tell anything of her."""
    if code in _AS_IF or told_by_needs(_NOBODY, [code]) != _NOBODY:
        return True
    staying = staying_rules()
    return any(rule.code in staying and rule.effect is not Effect.ONLY for rule in rules_about(code))


def for_children(rule: str) -> bool:
    """Whether the rule guards a child: nobody can refuse it in her name."""
    known = rule_book().get(rule)
    return known is not None and known.effect is Effect.ONLY


def answers_for(rule: str) -> tuple[AnswerCode, ...]:
    """The answers that an alert may be given."""
    return tuple(code for code in AnswerCode if code is not AnswerCode.PERSON_REFUSED or not for_children(rule))


def check_answer(new: NewAnswer, standing: Sequence[Raised]) -> Raised:
    """The alert that this answers. Refused when it does not stand, the answer is not its own, or lacks its reason."""
    found = next((one for one in standing if one.rule == new.rule), None)
    if found is None:
        raise Refused(Reason.NOT_STANDING)
    if new.answer is AnswerCode.PERSON_REFUSED and for_children(new.rule):
        raise Refused(Reason.CHILD_CANNOT_REFUSE, field="answer")
    if new.answer is AnswerCode.NOT_APPLICABLE and not new.note:
        raise Refused(Reason.REASON_MISSING, field="note")
    if len(new.note) > LONGEST_NOTE:
        raise Refused(Reason.NOTE_TOO_LONG, field="note", limit=LONGEST_NOTE)
    return found


def _raise(
    rule: Rule, person: PersonFacts, live: Mapping[str, NeedLine], about: Mapping[str, Collection[str]]
) -> Raised | None:
    """`about`: by need, the codes of the rules that may apply to somebody with it."""
    if rule.effect is Effect.ONLY:
        return _of_child(rule, person)
    spoken = [code for code, rules in about.items() if rule.code in rules]
    by_need = [code for code in spoken if code in live and rule.answer(person, NeedFacts(code)).truth is Truth.YES]
    as_if = [code for code in spoken if code not in live and _only_for_her(rule, person, NeedFacts(code))]
    if not by_need and not as_if:
        return None
    parts = sorted(str(live[code].ref) for code in by_need) or sorted(as_if)
    return Raised(rule.code, doubt=False, needs=tuple(by_need), basis=f"{rule.code}:{','.join(parts)}")


def _of_child(rule: Rule, person: PersonFacts) -> Raised | None:
    answer = rule.answer(person, NeedFacts(_AS_IF[-1]))
    # Whom a child comes with is asked of minors only: once it is answered, an unknown age counts as a child's.
    doubt = answer.truth is Truth.UNKNOWN and answer.asks == (FactName.AGE,)
    if answer.truth is not Truth.YES and not doubt:
        return None
    company = person.accompaniment.value if isinstance(person.accompaniment, Known) else ""
    return Raised(rule.code, doubt, needs=(), basis=f"{rule.code}:{company}:{'doubt' if doubt else 'sure'}")


def _only_for_her(rule: Rule, person: PersonFacts, need: NeedFacts) -> bool:
    yes = rule.answer(person, need).truth is Truth.YES
    return yes and rule.answer(_NOBODY, need).truth is not Truth.YES


def named_doors(rule: str, person: PersonFacts, needs: Sequence[str]) -> Iterator[str]:
    """Keys of the services that the rule names for her, in order."""
    known = rule_book()[rule]
    codes = needs or ("PROTECT_THREAT",)
    yield from dict.fromkeys(key for code in codes for key in known.named(person, NeedFacts(code)))
