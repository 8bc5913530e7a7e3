"""Small changes of a module, each of which should make it wrong: operators, constants, axes, terms, guards.

Changes are made in the text of single expressions, so that the rest of a module keeps its lines. What
changes no number is left alone: docstrings, annotations, words of errors, and constants of modules,
most of which say how work is cut.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass

#: What takes the place of an operator.
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.Pow: "*", ast.FloorDiv: "/", ast.Mod: "*",
    ast.BitAnd: "|", ast.BitOr: "&", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=",
    ast.NotEq: "==", ast.In: "not in", ast.NotIn: "in", ast.And: "or", ast.Or: "and",
}  # fmt: skip
#: How an operator is written.
WRITTEN: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
    ast.BitAnd: "&", ast.BitOr: "|", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
    ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or",
}  # fmt: skip
#: Functions that are each other's opposite.
OPPOSITES = {
    "minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min", "floor": "ceil", "ceil": "floor",
    "nanmax": "nanmin", "cumsum": "cumprod", "ones": "zeros", "zeros": "ones", "ones_like": "zeros_like",
}  # fmt: skip
#: Functions whose first argument may stand alone: what guards a value, or bends it.
GUARDS = frozenset({
    "abs", "sqrt", "maximum", "minimum", "nan_to_num", "where_defined", "max", "min", "clip", "rint", "floor", "shares",
    "here", "round", "sort", "interaction", "entropy",
})  # fmt: skip
#: Functions that say how many threads work.
THREADS = frozenset({"_shared", "each"})
#: Options of which nothing depends but speed or memory, or a check of what cannot be otherwise.
IDLE = frozenset({"dtype", "minlength", "kind", "stacklevel", "initial", "out", "strict"})


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes
    ----------
    module
        Name of the module in `indices/`.
    function
        Function that holds the expression.
    line
        Its line.
    kind
        What was done: ``operator``, ``constant``, ``comparison``, ``axis``, ``term``, ``guard``, ``option``.
    before, after
        The expression and what took its place.
    start, end
        Where the expression stands in the text.
    """

    module: str
    function: str
    line: int
    kind: str
    before: str
    after: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """What tells this change from the others, wherever its line moves."""
        return f"{self.module}.{self.function}: {self.before} → {self.after}"

    def of(self, text: str) -> str:
        """The module with the change."""
        assert text[self.start : self.end] == self.before
        return text[: self.start] + self.after + text[self.end :]


def mutants(module: str, text: str) -> list[Mutant]:
    """Every change of a module."""
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    rows = text.splitlines()

    def offset(line: int, column: int) -> int:
        return lines[line - 1] + len(rows[line - 1].encode()[:column].decode())

    found = {}
    for function, node, kind, after in _changes(ast.parse(text)):
        start, end = offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)
        before = text[start:end]
        written = ast.unparse(ast.parse(after, mode="eval")) if kind != "statement" else after
        if kind != "statement" and isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp):
            written = f"({written})"
        found[start, end, written] = Mutant(module, function, node.lineno, kind, before, written, start, end)
    return list(found.values())


def sample(every: list[Mutant], many: int, seed: int) -> list[Mutant]:
    """A seeded choice: from each function in turn, and of an expression once while there are others."""
    rng = random.Random(f"{seed} {every[0].module}")  # noqa: S311 - nothing is kept secret
    shuffled = rng.sample(every, len(every))
    lanes: dict[str, list[Mutant]] = {}
    for mutant in sorted(shuffled, key=lambda one: sum(other.start == one.start for other in every)):
        lanes.setdefault(mutant.function, []).append(mutant)
    names = rng.sample(sorted(lanes), len(lanes))
    out: list[Mutant] = []
    while len(out) < many and any(lanes.values()):
        for name in names:
            fresh = [one for one in lanes[name] if one.start not in {other.start for other in out}] or lanes[name]
            if fresh and len(out) < many:
                chosen = rng.choice(fresh)
                lanes[name].remove(chosen)
                out.append(chosen)
    return out


def _changes(tree: ast.Module) -> Iterator[tuple[str, ast.expr | ast.stmt, str, str]]:
    for statement in tree.body:
        yield from _within(statement, "")


def _within(node: ast.AST, function: str) -> Iterator[tuple[str, ast.expr | ast.stmt, str, str]]:  # noqa: C901, PLR0912
    """Changes of a node and of what it holds."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise | ast.ClassDef | ast.JoinedStr):
        return
    if isinstance(node, ast.FunctionDef):
        if node.name in THREADS:
            return
        if not function.count("."):
            function = f"{function}.{node.name}" if function else node.name
        for statement in node.body[ast.get_docstring(node) is not None :]:
            yield from _within(statement, function)
        return
    if not function and not isinstance(node, ast.Lambda):
        # Of what a module says outside functions, only what is itself a function can be wrong.
        for child in ast.iter_child_nodes(node):
            yield from _within(child, "")
        return
    function = function or "<lambda>"
    if isinstance(node, ast.Assign | ast.AnnAssign) and "message" in ast.unparse(node).split("=")[0]:
        return
    for kind, after in _of(node):
        yield function, node, kind, after
    children = [node.value] if isinstance(node, ast.AnnAssign) and node.value else ast.iter_child_nodes(node)
    for child in children:
        if isinstance(child, ast.keyword):
            if child.arg not in IDLE | {"axis", "where"}:
                yield from _within(child.value, function)
        elif not (isinstance(child, ast.arguments) or (isinstance(node, ast.Call) and child is node.func)):
            yield from _within(child, function)
        elif isinstance(child, ast.Attribute):  # what a method is called on
            yield from _within(child.value, function)


def _of(node: ast.AST) -> Iterator[tuple[str, str]]:  # noqa: C901, PLR0912
    """Changes of one node: what was done, and what takes its place."""
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in OPERATORS:
            one, other = f"({ast.unparse(left)})", f"({ast.unparse(right)})"
            yield "operator", f"{one} {OPERATORS[type(operator)]} {other}"
            yield "term", one
            if isinstance(operator, ast.Add | ast.Mult):
                yield "term", other
        case ast.AugAssign(target, operator, value) if type(operator) in OPERATORS:
            word = OPERATORS[type(operator)]
            yield "statement", f"{ast.unparse(target)} {word}= {ast.unparse(value)}"
        case ast.Compare(left, [operator], [right]) if type(operator) in OPERATORS:
            yield "comparison", f"{ast.unparse(left)} {OPERATORS[type(operator)]} {ast.unparse(right)}"
        case ast.BoolOp(operator, [*values]):
            yield "guard", f" {OPERATORS[type(operator)]} ".join(f"({ast.unparse(value)})" for value in values)
            yield "guard", ast.unparse(values[0])
        case ast.UnaryOp(ast.USub(), operand) if not isinstance(operand, ast.Constant):
            yield "term", ast.unparse(operand)
        case ast.UnaryOp(ast.Not() | ast.Invert(), operand):
            yield "guard", ast.unparse(operand)
        case ast.IfExp(body=body, orelse=orelse):
            yield "guard", ast.unparse(body)
            yield "guard", ast.unparse(orelse)
        case ast.If(body=[ast.Raise() | ast.Assign(), *_]) | ast.If(body=[*_, ast.Raise()]):
            rest = ast.unparse(node).split("\n", 1)[1]
            indent = " " * node.col_offset
            yield "statement", "if False:\n" + "\n".join(indent + line for line in rest.splitlines())
        case ast.Constant(bool(value)):
            yield "constant", str(not value)
        case ast.Constant(int(value)):
            yield "constant", str(value + 1)
        case ast.Constant(float(value)):
            yield "constant", repr(2 * value if value else 1.0)
        case ast.Call():
            yield from _of_call(node)
        case _:
            return


def _of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    method = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in {"np", "math"}
    if name in OPPOSITES:
        yield "operator", ast.unparse(node).replace(f"{name}(", f"{OPPOSITES[name]}(", 1)
    if name in GUARDS and not method and node.args:
        yield "guard", ast.unparse(node.args[0])
    if name == "where" and len(node.args) == 3:
        yield "guard", ast.unparse(node.args[1])
        yield "guard", ast.unparse(node.args[2])
    if name == "ratio":
        yield "term", ast.unparse(node.args[0])
    for number, argument in enumerate(node.args):
        if isinstance(argument, ast.Name) and argument.id == "starts" and name != "len":
            args = [ast.unparse(one) for one in node.args]
            args[number] = "None"
            args += [ast.unparse(one) for one in node.keywords]
            yield "option", f"{ast.unparse(node.func)}({', '.join(args)})"
    for number, option in enumerate(node.keywords):
        changed = {
            "axis": {"-1": "-2", "-2": "-1", "0": "1", "1": "0"}.get(ast.unparse(option.value)),
            "starts": "None" if ast.unparse(option.value) == "starts" else None,
            "side": {"'left'": "'right'", "'right'": "'left'"}.get(ast.unparse(option.value)),
        }.get(str(option.arg))
        texts = [ast.unparse(one) for one in node.args]
        others = [ast.unparse(one) for one in node.keywords]
        if changed is not None:
            others[number] = f"{option.arg}={changed}"
            yield "axis" if option.arg == "axis" else "option", f"{ast.unparse(node.func)}({', '.join(texts + others)})"
        elif option.arg == "where":
            del others[number]
            yield "guard", f"{ast.unparse(node.func)}({', '.join(texts + others)})"
