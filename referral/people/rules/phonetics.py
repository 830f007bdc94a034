"""One code for how a name sounds in Mexico, whoever spelled it: Spanish, Creole, French, Portuguese or English.

Used by keys and matching. A code is for comparing, never for showing. It merges more than it should on purpose: the
score afterwards tells names apart.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from referral.kernel.names import normalise

LONGEST_TOKEN = 40
SHORTEST_CODE = 3
OPENING_LETTERS = 3  # the least of a word that is looked up by its beginning

# Words that come and go between two papers of the same person.
PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "el", "y", "da", "das", "do", "dos", "di", "du", "des", "le", "les"}
    | {"van", "von", "der", "den", "al", "bin", "ibn"}
)

# Abbreviations written on Mexican papers, and letters whose sound no rule gives.
_WHOLE_WORDS = {
    "ma": "maria",
    "fco": "francisco",
    "fca": "francisca",
    "gpe": "guadalupe",
    "jn": "juan",
    "st": "saint",
    "ste": "saint",
    "hdez": "hernandez",
    "hdz": "hernandez",
    "fdez": "fernandez",
    "fdz": "fernandez",
    "glez": "gonzalez",
    "glz": "gonzalez",
    "gzz": "gonzalez",
    "mtz": "martinez",
    "mtnez": "martinez",
    "rdz": "rodriguez",
    "rdguez": "rodriguez",
    "rguez": "rodriguez",
    "gtz": "gutierrez",
    "gtrrz": "gutierrez",
    "jmnz": "jimenez",
    "mexia": "mejia",
    "mexias": "mejia",
    "texeda": "tejeda",
    "roxas": "rojas",
    # The cedilla is lost with the accents.
    "francois": "fransois",
    "francoise": "fransoise",
    "goncalves": "gonzalves",
    "goncalo": "gonzalo",
    "lourenco": "lourenso",
    "conceicao": "conseicao",
}

# In order: a rule sees what the ones above it left. X is the sound of "ch" and "sh"; G is the g of "gato". A rule is
# tried on words that have its first column in them, and without a pattern replaces just that: most words need few.
_SOUNDS = tuple(
    (there, re.compile(pattern) if pattern else None, sound)
    for there, pattern, sound in (
        ("tz", "", "s"),  # Itzel, Isel
        ("tl", "tl$", "l"),  # Xochitl, Xochil
        ("will", "^will", "wil"),  # William, Wilian
        ("ell", "elle$|ell$", "el"),  # Michelle, Michel
        ("oit", "oits?$", "oi"),  # Benoit
        ("x", "^x(?=[iae])(?!io)", "j"),  # Ximena, Xavier; not Xiomara
        ("x", "", "s"),
        ("ch", "ch(?=[rl])", "k"),  # Christian, Chloe
        ("h", "[st]ch|[cs]h", "X"),  # Tchaly, Schneider, Charles, Sharon
        ("ck", "", "k"),
        ("s", "^s(?=[bcdfgklmnpqtvz])", "es"),  # Stephanie, Estefani
        ("ph", "", "f"),
        ("th", "", "t"),
        ("rh", "", "r"),
        ("lh", "", "ll"),  # Carvalho, Carvallo
        ("n", "nh|gn", "n"),  # Munhoz and Mignot beside ñ, which arrives here as n
        ("g", "gh|gu(?=[eiy])", "G"),
        ("gu", "gu(?=[ao])", "u"),  # Guadalupe, Wadalupe
        ("dj", "", "j"),
        ("g", "d?g(?=[eiy])", "j"),
        ("c", "(?:sc|cc|c)(?=[eiy])", "s"),
        ("qu", "qu(?=[eiy])", "k"),
        ("c", "", "k"),
        ("q", "", "k"),
        ("z", "", "s"),
        ("ks", "", "s"),  # Aleksandra, Alecsandra
        ("h", "", ""),
        ("w", "", "u"),
        ("v", "", "b"),
        ("eau", "eau[xs]?", "o"),  # Beauvoir
        ("au", "", "o"),  # Paul, Pol
        ("eu", "^eu", "u"),  # Eugenio, Ugenio
        ("eu", "", "e"),  # Fleurimond, Flerimon
        ("ou", "", "u"),  # Louis, Luis
        ("o", "o[iy](?![aeiouy])", "ua"),  # Benoit, Benua; Franswa
        ("", "[ae][iy](?![aeiouy])", "e"),  # Jaime, Jeime; Blaise, Blez
        ("ll", "", "y"),
        ("", "^y(?=[aeiou])|^i(?=[aeou])", "j"),  # Yesica, Jessica; Ian, Yan, Jan
        ("y", "", "i"),
        ("j", "^j[ei](?=[aou])", "j"),  # Jean, Jan; Geovani, Giovani, Jovani
        ("m", "m(?=[bpf]|$)", "n"),  # Campos, Canpos; William, Wilian
        ("", r"(.)\1+", r"\1"),
    )
)
_EDGES = '.,;:()[]"«»'
_LATIN = re.compile("[a-z]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MUTE_AFTER = frozenset("oinru")


class Token(NamedTuple):
    """One word of a name: as compared letter by letter, and as it sounds."""

    text: str
    code: str
    shown: str = ""  # as it was written


# Names stay in memory only, within the process that has just decrypted them; the limits bound how many.
@lru_cache(maxsize=2_048)  # for forms; a search keeps the words of a name itself
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a name in their order, particles such as "de la" left out (kept when there is nothing else)."""
    words = [(word, written) for written in text.replace("-", " ").split() for word in normalise(written).split()]
    kept = [(word, written) for word, written in words if word not in PARTICLES] or words
    return tuple(
        Token(word[:LONGEST_TOKEN], sound_code(word), written.strip(_EDGES)[:LONGEST_TOKEN]) for word, written in kept
    )


@lru_cache(maxsize=4_096)
def sound_code(word: str) -> str:
    """How one normalised word sounds; an initial, a number or a word of another script comes back as it is."""
    word = word[:LONGEST_TOKEN]
    if len(word) < 2 or not _LATIN.fullmatch(word):
        return word
    return _without_mute_ending(_sounds(_WHOLE_WORDS.get(word, word)))


@lru_cache(maxsize=4_096)
def opening_codes(beginning: str, length: int) -> frozenset[str]:
    """First `length` letters that the code of a word can have, of which only the beginning has been typed.

    "mic" may become Micaela, Michel or Micenas: the letter that follows decides. Empty when too little has been typed.
    """
    if not _LATIN.fullmatch(beginning):
        return frozenset({beginning[:length]} if len(beginning) >= length else ())
    beginning = beginning[:LONGEST_TOKEN]
    if len(_sounds(beginning)) < OPENING_LETTERS:
        return frozenset()
    codes = (_sounds(beginning + following)[:length] for following in ("", *_LETTERS))
    return frozenset(code for code in codes if len(code) == length)


def _sounds(word: str) -> str:
    for there, pattern, sound in _SOUNDS:
        if there in word:
            word = pattern.sub(sound, word) if pattern else word.replace(there, sound)
    return word.lower()


def _without_mute_ending(code: str) -> str:
    """Louis, Lui; Pierre, Pier; Brunot, Bruno; Gonzales, Gonzalez; David, Davi."""
    if len(code) > SHORTEST_CODE and code[-1] == "s":
        code = code[:-1]
    if len(code) <= SHORTEST_CODE:
        return code
    if code[-1] in "ed" or (code[-1] == "t" and code[-2] in _MUTE_AFTER):
        code = code[:-1]
    return code
