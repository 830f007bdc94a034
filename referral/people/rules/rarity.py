"""How much it says that two people share a name, in bits. Filled from the counts of the index; used by matching."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2

from referral.people.rules.phonetics import sound_code

# A young padron has too few people to tell which names are common. Until it has, these stand for imagined ones.
PRIOR_PEOPLE = 2_000
# Rough shares of people who carry the name in Mexico, Central America, the Caribbean and Haiti: our own orders of
# magnitude, not a statistic.
_PRIOR_SHARES = {
    0.05: "Maria Jose Juan Hernandez Garcia Lopez Martinez",
    0.03: "Luis Carlos Rodriguez Gonzalez Perez Sanchez Ramirez Guadalupe Jean Jesus Antonio Ana",
    0.015: (
        "Francisco Miguel Jorge Pedro Rosa Juana Manuel Alejandro Daniel David Angel Fernando Eduardo Oscar Mario Marie"
        " Flores Gomez Torres Diaz Reyes Cruz Morales Gutierrez Ramos Castillo Mejia Rivera Vasquez"
        " Pierre Joseph Louis Charles"
    ),
    0.007: (
        "Ruiz Mendoza Aguilar Ortiz Moreno Castro Romero Alvarez Mendez Chavez Jimenez Orellana Zelaya Pineda Lara"
        " Rojas Medina Suarez Contreras Guerrero Santos Silva Sosa Rivas Munoz Herrera Vargas Guzman Salazar Paz Pena"
        " Fernandez Velasquez Roberto Ricardo Javier Rafael Sergio Andres Victor Alberto Elena Carmen Margarita"
        " Patricia Gabriela Sofia Karla Karen Kevin Brayan Wilmer Yesenia Gloria Martha Veronica Claudia Francisca"
        " Teresa Josefina Isabel Cristina Pablo Diego Elias Paul Jacques Michel Jacob Desir Saint Baptiste Francois"
        " Etienne Augustin Alexis Antoine Simon Philippe Fils Rose Wilner"
    ),
}
_OTHER_SHARE = 0.0005
_PRIOR = {sound_code(name.lower()): share for share, names in _PRIOR_SHARES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Rarity:
    """`people` in the padron, and how many of them carry each name code (count of the key "n:<code>"); absent is 0."""

    people: int = 0
    carriers: Mapping[str, int] = field(default_factory=dict)

    def bits(self, code: str) -> float:
        """log2 of one in how many people carry the name: "maria" about 4, a name nobody else has about 11 to 17."""
        imagined = PRIOR_PEOPLE * _PRIOR.get(code, _OTHER_SHARE)
        return log2((self.people + PRIOR_PEOPLE) / (self.carriers.get(code, 0) + imagined))

    @property
    def bits_to_stand_out(self) -> float:
        """What an agreement must say before chance would produce it less than once among everybody in the padron."""
        return log2(max(self.people, 1_000))
