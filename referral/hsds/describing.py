"""Our API in OpenAPI's terms, drawn from the standard's field lists in content/. Called by the views; no page of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral.hsds.rules import asking
from referral.hsds.rules.public import PATHS, WITHHELD, WITHHELD_TABLES
from referral.hsds.rules.standard import FIELDS, LISTS, SINGLES, TABLES, without_attributes

Schema = dict[str, Any]
_TYPES: Mapping[str, Schema] = {
    "id": {"type": "string", "format": "uuid"},
    "ref": {"type": "string", "format": "uuid"},
    "link": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
}
_COUNTED = ("total_items", "total_pages", "page_number", "size")
_SAID = ("first_page", "last_page", "empty")


def describe(base: str, words: Mapping[str, str]) -> Schema:
    """The whole description. `base` is the API's address; `words` has a sentence for each parameter and answer."""
    return {
        "openapi": "3.1.0",
        "info": {"title": words["title"], "version": "3.1", "description": words["about"]},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": base}],
        "paths": {"/": _about(words), **_paths(words)},
        "components": {
            "schemas": {
                **{table: _schema(table) for table in TABLES if table not in WITHHELD_TABLES},
                "minimal": {
                    "type": "object",
                    "properties": {"id": _TYPES["id"], "modified_date": _TYPES["datetime"]},
                    "required": ["id", "modified_date"],
                    "additionalProperties": False,
                },
                "problem": _problem(),
            }
        },
    }


def _about(words: Mapping[str, str]) -> Schema:
    said = {name: {"type": "string"} for name in ("version", "profile", "openapi_url")}
    told = {"type": "object", "properties": said, "required": list(said)}
    answers = {"200": _answer(words["about"], told), **_problems(words)}
    return {"get": {"operationId": "about", "summary": words["about"], "responses": answers}}


def _paths(words: Mapping[str, str]) -> Schema:
    paths: Schema = {}
    for table, path in PATHS.items():
        listed: Schema = {
            "summary": words[f"{table}_list"],
            "parameters": [_parameter(name, words) for name in asking.LISTED[table]],
            "responses": {"200": _page(table, words), **_problems(words)},
        }
        paths[f"/{path}"] = {
            "get": {"operationId": f"list_{path}", **listed},
            "post": {"operationId": f"ask_{path}", **listed},
        }
        ident = {"name": "id", "in": "path", "required": True, "schema": _TYPES["id"], "description": words["id"]}
        paths[f"/{path}/{{id}}"] = {
            "get": {
                "operationId": f"get_{table}",
                "summary": words[table],
                "parameters": [ident, *(_parameter(name, words) for name in asking.SINGLE.get(table, ()))],
                "responses": {
                    "200": _answer(words[table], _ref(table)),
                    "404": _answer(words["missing"], _ref("problem")),
                    **_problems(words),
                },
            }
        }
    return paths


def _parameter(name: str, words: Mapping[str, str]) -> Schema:
    if name in asking.FLAGS:
        schema: Schema = {"type": "boolean"}
    elif name in asking.NUMBERS:
        schema = {"type": "integer", "minimum": 1, "maximum": asking.NUMBERS[name]}
    elif name == "format":
        schema = {"type": "string", "enum": [*asking.FORMS, ""]}
    elif name == "modified_after":
        schema = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}, {"maxLength": 0}]}
    elif name == "search":
        schema = {"type": "string", "maxLength": asking.LONGEST_SEARCH}
    else:
        schema = {"type": "string"}
    return {"name": name, "in": "query", "required": False, "description": words[name], "schema": schema}


def _page(table: str, words: Mapping[str, str]) -> Schema:
    item = {"anyOf": [_ref(table), _ref("minimal")]} if "minimal" in asking.LISTED[table] else _ref(table)
    properties: Schema = {
        **{name: {"type": "integer", "minimum": 0} for name in _COUNTED},
        **{name: {"type": "boolean"} for name in _SAID},
        "contents": {"type": "array", "items": item},
    }
    envelope = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    answer = _answer(words[f"{table}_list"], envelope)
    answer["content"]["application/x-ndjson"] = {"schema": {"type": "string"}}
    return answer


def _schema(table: str) -> Schema:
    """One object: the standard's fields, what hangs from it, ours with x_. No list of it is ever empty."""
    own = {name: _field(table, name) for name in FIELDS[table] if (table, name) not in WITHHELD}
    inside: Schema = {name: _many(child) for (owner, name), (child, _column) in LISTS.items() if owner == table}
    inside |= {name: _ref(child) for (owner, name), (child, _column) in SINGLES.items() if owner == table}
    if not without_attributes(table):
        inside["attributes"] = _many("attribute")
    if table == "organization":
        inside["services"] = {"type": "array", "items": _ref("service")}
    pointing = {column for (owner, _name), (_child, column) in SINGLES.items() if owner == table}
    required = [name for name in own if FIELDS[table][name].required and name not in pointing]
    return {
        "type": "object",
        "properties": {**own, **inside},
        "patternProperties": {"^x_[a-z_]+$": {"type": ["string", "number"]}},
        "required": required,
        "additionalProperties": False,
    }


def _field(table: str, name: str) -> Schema:
    known = FIELDS[table][name]
    if known.codes:
        return {"type": "string", "enum": list(known.codes)}
    return dict(_TYPES.get(known.kind, {"type": "string"}))


def _many(table: str) -> Schema:
    return {"type": "array", "items": _ref(table), "minItems": 1}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(said: str, schema: Schema) -> Schema:
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def _problems(words: Mapping[str, str]) -> Schema:
    return {
        "400": _answer(words["wrong"], _ref("problem")),
        "429": _answer(words["too_often"], _ref("problem")),
        "503": _answer(words["away"], _ref("problem")),
    }


def _problem() -> Schema:
    properties = {"status": {"type": "integer"}, "message": {"type": "string"}, "parameter": {"type": "string"}}
    return {
        "type": "object",
        "properties": properties,
        "required": ["status", "message"],
        "additionalProperties": False,
    }
