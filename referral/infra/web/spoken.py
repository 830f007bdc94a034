"""Templates compiled once per language, its words already in them: a list would look up hundreds. For pages.py.

Only words known at compile time are put in; plurals are chosen while drawing, as before. Translations are read once in
the life of a process, so nothing can change under a compiled template. What is drawn is escaped as ever, but joined as
plain text: a list makes five hundred pieces, and each would become a Markup of its own first.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask_babel import gettext
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner  # type: ignore[attr-defined]  # the inside of its escape()

from referral.infra.web.formats import filters_in

_ASKING = frozenset({"_", "gettext"})  # {{ _('...') }}, and what {% trans %} is parsed into
_PLAIN = frozenset({FunctionType, MethodType, BuiltinFunctionType})
_KEPT = "ventanilla.spoken"
_inside: Callable[[str], str] = _escape_inner


def templates_in(app: Flask, language: str) -> Environment:
    """The application's templates in `language`, which must be the language of the request that asks."""
    kept: dict[str, Environment] = app.extensions.setdefault(_KEPT, {})
    if language not in kept:
        env = app.jinja_env.overlay()
        env.filters = {**env.filters, **filters_in(language)}
        env.globals = {**env.globals, "page_language": lambda: language}
        env.extend(escaped=_escaped)
        env.code_generator_class = _Speaker
        env.context_class = _QuickContext
        env.make_globals = partial(_globals_of, env)  # type: ignore[method-assign]
        kept[language] = env
    return kept[language]


def _globals_of(env: Environment, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
    """What a template finds besides its values: a plain dict, for Jinja's own chain of two is walked at each import."""
    return {**env.globals, **own} if own else env.globals


class _Speaker(CodeGenerator):
    """Writes the code of one template, words first."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  Jinja names it
        super().visit_Template(_PutWords(self.environment).visit(node), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


def _escaped(value: Any) -> str:
    """As markupsafe.escape, but for text that is about to be joined with others."""
    if type(value) is str:
        return _inside(value)
    if hasattr(value, "__html__"):
        html: str = value.__html__()
        return html
    return _inside(str(value))


class _PutWords(NodeTransformer):
    """Turns each question for a fixed sentence into the sentence, as Jinja's newstyle gettext would answer it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja names it
        self.generic_visit(node)
        asks = isinstance(node.node, nodes.Name) and node.node.name in _ASKING
        if not asks or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
            return node
        sentence = node.args[0]
        if not isinstance(sentence, nodes.Const) or not isinstance(sentence.value, str):
            return node
        text = Markup(gettext(sentence.value))  # noqa: S704  the translator's words are the template's own
        answer: nodes.Expr = nodes.Const(text % {} if not node.kwargs else text, lineno=node.lineno)
        if node.kwargs:
            pairs = [nodes.Pair(nodes.Const(word.key), word.value, lineno=node.lineno) for word in node.kwargs]
            answer = nodes.Mod(answer, nodes.Dict(pairs, lineno=node.lineno), lineno=node.lineno)
        return answer.set_environment(self._environment)


class _QuickContext(Context):
    """Calls macros and plain functions without asking first what else they could be."""

    def call(self, obj: Any, /, *args: Any, **named: Any) -> Any:
        kind = type(obj)
        if kind is Macro:
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
            return obj(self.eval_ctx, *args, **named)
        if kind in _PLAIN and not hasattr(obj, "jinja_pass_arg"):
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
            return obj(*args, **named)
        return super().call(obj, *args, **named)
