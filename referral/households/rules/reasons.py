"""Why something of a family is not saved, and what is saved but deserves a second look. Worded in labels.py."""

from enum import StrEnum


class Reason(StrEnum):
    """Nothing was saved. Values named beside it."""

    GUARDIAN_YOUNGER = "guardian_younger"  # name
    GUARDIAN_MINOR = "guardian_minor"  # name
    GUARDIAN_SELF = "guardian_self"
    GUARDIAN_NAMELESS = "guardian_nameless"
    GUARDIAN_TWICE = "guardian_twice"  # name
    NOT_A_CHILD = "not_a_child"
    UNKNOWN_RELATION = "unknown_relation"  # value
    NO_MEMBERS = "no_members"
    TOO_MANY_MEMBERS = "too_many_members"  # most
    TWICE_IN_FAMILY = "twice_in_family"  # name
    HEAD_NOT_ONE = "head_not_one"
    ELSEWHERE = "elsewhere"  # name: she belongs to another household
    ALREADY_MEMBER = "already_member"  # name
    NOT_A_MEMBER = "not_a_member"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOBODY_CHOSEN = "nobody_chosen"
    EVERYBODY_CHOSEN = "everybody_chosen"
    PARENT_YOUNGER = "parent_younger"  # name


class Doubt(StrEnum):
    """Saved as told, shown as a note."""

    CHILD_PARENT = "child_parent"
    GUARDIAN_AGE_UNKNOWN = "guardian_age_unknown"
    PARENT_TOO_CLOSE = "parent_too_close"
    CHILDREN_ALONE = "children_alone"
    WITH_UNRELATED = "with_unrelated"
    COMPANY_UNKNOWN = "company_unknown"
