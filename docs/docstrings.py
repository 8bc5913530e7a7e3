"""Turn numpydoc docstrings into Markdown, for the reference pages."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator

_TITLES = ("Parameters", "Attributes", "Returns", "Raises", "Warns", "Notes", "References", "Examples")
_HEADING = re.compile(rf"^({'|'.join(_TITLES)})\n-+\n", re.MULTILINE)


def page_of(thing: object, name: str, *, level: int = 2) -> str:
    """Document a function, or a class with its public members."""
    if not inspect.isclass(thing):
        return _callable(thing, name, level)
    text = f"{'#' * level} `{name}`\n\n{markdown(inspect.getdoc(thing) or '')}"
    return text + "".join(
        _callable(member, f"{name}.{key}", level + 1)
        if callable(member)
        else _property(member, f"{name}.{key}", level + 1)
        for key, member in _members(thing)
    )


def _members(thing: type) -> Iterator[tuple[str, object]]:
    for key, value in vars(thing).items():
        member = getattr(value, "__func__", value)
        if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)) and member.__doc__:
            yield key, member


def _property(member: object, name: str, level: int) -> str:
    return f"{'#' * level} `{name}`\n\n{markdown(inspect.getdoc(member) or '')}"


def _callable(function: object, name: str, level: int) -> str:
    """Document one function with its signature."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    given = [item for item in signature.parameters.values() if item.name not in {"self", "cls"}]
    shown = [_parameter(item) for item in given]
    kinds = [item.kind for item in given]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        shown.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    back = signature.return_annotation
    arrow = "" if back is inspect.Signature.empty else f" -> {_annotation(back)}"
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) > 90:
        line = f"{name}(\n" + "".join(f"    {item},\n" for item in shown) + f"){arrow}"
    doc = inspect.getdoc(function) or ""
    return f"{'#' * level} `{name}`\n\n```python\n{line}\n```\n\n{markdown(doc)}"


def _annotation(given: object) -> str:
    return given if isinstance(given, str) else getattr(given, "__name__", str(given))


def _parameter(item: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(item.kind, "")
    text = stars + item.name
    if item.annotation is not inspect.Parameter.empty:
        text += f": {_annotation(item.annotation)}"
    return text if item.default is inspect.Parameter.empty else f"{text} = {item.default!r}"


def markdown(doc: str) -> str:
    """Turn one docstring into Markdown."""
    doc = doc.replace("``", "`")
    pieces = _HEADING.split(doc)
    text = pieces[0].strip() + "\n\n"
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        shown = _entries(body) if title in _TITLES[:5] else _examples(body) if title == "Examples" else body.strip()
        text += f"**{title}**\n\n{shown.strip()}\n\n"
    return text


def _entries(body: str) -> str:
    """Name and meaning, as a list."""
    out = ""
    for name, meaning in re.findall(r"^(\S[^\n]*)\n((?:[ ]+[^\n]*\n?|\n(?=[ ]))*)", body + "\n", re.MULTILINE):
        said = textwrap.dedent(meaning).strip()
        out += f"- {', '.join(f'`{part.strip()}`' for part in name.split(','))}\n\n{textwrap.indent(said, '    ')}\n\n"
    return out


def _examples(body: str) -> str:
    """Prompts and their output as one block, the prose between them as it stands."""
    out, block = "", []
    for line in [*body.strip().splitlines(), ""]:
        if line.startswith((">>>", "...")) or (block and line.strip()):
            block.append(line)
        else:
            out += "```pycon\n" + "\n".join(block) + "\n```\n\n" if block else ""
            block = []
            out += f"{line}\n"
    return out
