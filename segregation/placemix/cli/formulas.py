"""Formulas of the catalogue as plain text: a terminal has no LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYMBOLS = {
    "sum": "Σ", "int": "∫", "prod": "∏", "ln": "ln ", "log": "log", "max": "max", "min": "min", "cdot": "·",
    "times": "×", "geq": "≥", "leq": "≤", "neq": "≠", "in": "∈", "infty": "∞", "ldots": "…", "dots": "…", "mid": "|",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ", "Delta": "Δ", "Lambda": "Λ",
    "Pi": "Π", "Phi": "Φ", "left": "", "right": "", "Big": "", "big": "", "quad": "\t", "qquad": "\t", ",": " ",
    ";": " ", "!": "", " ": " ", "{": "{", "}": "}", "%": "%", "lfloor": "⌊", "rfloor": "⌋", "approx": "≈",
    "equiv": "≡", "to": "→", "prime": "′", "le": "≤", "ge": "≥", "exp": "exp", "cup": "∪", "cap": "∩",
}  # fmt: skip
_MARKS = {"tilde": "\u0303", "bar": "\u0304", "hat": "\u0302"}
_PLAIN = {"mathrm", "text", "operatorname", "mathit", "mathbf"}
_BELOW = str.maketrans("0123456789+-=()aehijklmnoprstuvxβρφ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵨᵩ")
_ABOVE = str.maketrans("0123456789+-=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_SMALL = {*map(chr, _BELOW.values()), *map(chr, _ABOVE.values()), *_MARKS.values(), "·", "′"}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^]|\s+|.", re.DOTALL)


def plain(latex: str) -> str:
    r"""Write a formula in one line of letters that a terminal has.

    Examples
    --------
    >>> plain(r"GS = \tfrac12 \sum_i \left| \frac{x_i}{X} - \frac{t_i}{T} \right| = D (1 - P)")
    'GS = 1/2 Σᵢ |xᵢ/X - tᵢ/T| = D (1 - P)'
    """
    text = _sequence(iter(_TOKEN.findall(latex)), closing=False)
    text = re.sub(" {2,}", " ", text)
    text = re.sub(r"(?<=\() +| +(?=[),])", "", text)
    # Of two bars the first opens and the second closes.
    text = re.sub(r" *\| *([^|]*?) *\|", r" |\1|", text)
    return re.sub(r" *\t *", "  ", text).strip()


def _sequence(signs: Iterator[str], *, closing: bool) -> str:
    out = ""
    for sign in signs:
        if sign == "}" and closing:
            break
        out += _one(sign, signs)
    return out


def _one(sign: str, signs: Iterator[str]) -> str:
    if sign == "{":
        return _sequence(signs, closing=True)
    if sign in "_^":
        return _script(_argument(signs), below=sign == "_")
    if sign.startswith("\\"):
        return _command(sign[1:], signs)
    return " " if sign.isspace() else sign


def _command(name: str, signs: Iterator[str]) -> str:
    if name in {"frac", "tfrac", "dfrac"}:
        return f"{_grouped(_argument(signs))}/{_grouped(_argument(signs))}"
    if name == "sqrt":
        return f"√{_grouped(_argument(signs), always=True)}"
    if name in _MARKS:
        under = _argument(signs)
        return under[:1] + _MARKS[name] + under[1:]
    return _argument(signs) if name in _PLAIN else _SYMBOLS.get(name, name)


def _argument(signs: Iterator[str]) -> str:
    """Read what a command or a script applies to: a group, or one sign."""
    for sign in signs:
        if not sign.isspace():
            return _one(sign, signs).strip()
    return ""


def _grouped(text: str, *, always: bool = False) -> str:
    letters = "".join(sign for sign in text if sign not in _SMALL)
    return f"({text})" if always or not (len(letters) == 1 or letters.isdigit()) else text


def _script(text: str, *, below: bool) -> str:
    bare = text.replace(" ", "")
    small = bare.translate(_BELOW if below else _ABOVE)
    if set(small) <= _SMALL:
        return small
    return f"{'_' if below else '^'}{bare if bare.isalnum() or len(bare) == 1 else f'({text})'}"
