"""Words of the API: what was wrong with a question, what each parameter and answer of its description is about."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.hsds.rules.asking import Wrong
from referral.kernel.refusal import Refused

_WRONG: Mapping[Wrong, LazyString] = {
    Wrong.UNKNOWN: _l("«%(name)s» no es un parámetro de esta dirección. Los que se aceptan aquí: %(known)s."),
    Wrong.NOT_SERVED: _l("Esta API no busca por código postal ni por distancia. Quite «%(name)s» de la dirección."),
    Wrong.TWICE: _l("«%(name)s» aparece más de una vez. Escríbalo una sola vez."),
    Wrong.NUMBER: _l("«%(name)s» es un número entero de 1 a %(most)s."),
    Wrong.FLAG: _l("«%(name)s» es true o false."),
    Wrong.MOMENT: _l("«%(name)s» es una fecha de ISO 8601, por ejemplo 2026-01-31 o 2026-01-31T09:00:00Z."),
    Wrong.FORM: _l("«%(name)s» es json o ndjson."),
    Wrong.TOO_LONG: _l("«%(name)s» tiene a lo más %(longest)s caracteres. Use menos palabras."),
}

_DESCRIBED: Mapping[str, LazyString] = {
    "title": _l("Ventanilla: directorio de servicios en HSDS 3.1"),
    "about": _l(
        "Directorio público de servicios, sólo de lectura, en la forma de HSDS 3.1. Los lugares y servicios"
        " confidenciales no aparecen. Los campos que empiezan con x_ son propios; x_blank nombra los que no se"
        " conocen y llevan un valor de relleno."
    ),
    "service_list": _l("Servicios, por páginas."),
    "service": _l("Un servicio con todo lo que tiene dentro."),
    "organization_list": _l("Instituciones, por páginas."),
    "organization": _l("Una institución con todo lo que tiene dentro y sus servicios."),
    "service_at_location_list": _l("Servicios en cada lugar, por páginas."),
    "service_at_location": _l("Un servicio en un lugar, con todo lo que tiene dentro."),
    "taxonomy_list": _l("Clasificaciones, por páginas."),
    "taxonomy": _l("Una clasificación."),
    "taxonomy_term_list": _l("Términos de las clasificaciones, por páginas."),
    "taxonomy_term": _l("Un término de una clasificación."),
    "id": _l("Identificador de la entrada."),
    "search": _l("Palabras que deben estar todas, con o sin acentos."),
    "page": _l("Número de página, desde 1. Después de la última, la página llega vacía."),
    "per_page": _l("Entradas por página; si no se dice, 50."),
    "format": _l("json, por páginas, o ndjson: todas las entradas, una por línea, sin páginas."),
    "taxonomy_term_id": _l("Sólo lo clasificado con este término."),
    "taxonomy_id": _l("Sólo lo clasificado con algún término de esta clasificación, o sus términos."),
    "organization_id": _l("Sólo lo que da esta institución."),
    "parent_id": _l("Sólo los términos que están bajo este término."),
    "top_only": _l("true: sólo los términos que no están bajo otro."),
    "modified_after": _l("Sólo lo cambiado en este momento o después."),
    "minimal": _l("true: sólo id y modified_date, todo en una página."),
    "full": _l("true: cada entrada con todo lo que tiene dentro."),
    "full_service": _l("true: los servicios de cada institución, con todo lo que tienen dentro."),
    "missing": _l("No hay ninguna entrada con este identificador."),
    "wrong": _l("Un parámetro no se entiende."),
    "too_often": _l("Demasiadas preguntas en poco tiempo."),
    "away": _l("El directorio no está disponible por un momento."),
}


def described() -> dict[str, str]:
    """The sentences of the API's description in the language in force."""
    return {name: str(words) for name, words in _DESCRIBED.items()}


def wrong(refused: Refused) -> str:
    """What to put right in the address."""
    return str(_WRONG[Wrong(refused.reason)]) % {"name": refused.field, **refused.values}


def missing() -> str:
    return _("Aquí no hay nada. Revise la dirección; /api/hsds/openapi.json dice cuáles hay.")


def method() -> str:
    return _("Esta dirección sólo se lee: use GET.")


def unreadable() -> str:
    return _("La petición no se entiende. Revise la dirección y pregunte otra vez.")


def too_often(seconds: int) -> str:
    return _("Demasiadas preguntas en poco tiempo. Espere %(seconds)s segundos y siga.", seconds=seconds)


def away() -> str:
    return _("El directorio no está disponible por un momento. Pregunte otra vez en un minuto.")


def fault(incident: str) -> str:
    return _("Algo falló de nuestro lado. Si vuelve a pasar, avise con este número: %(incident)s.", incident=incident)
