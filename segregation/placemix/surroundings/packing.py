"""Surroundings as plain values and one table, so that they can be saved, built again and told apart.

Surroundings are data all the way down: what is in them are numbers, texts, shapes and a few known
classes. Each is written down by what it is, and only those classes are built again, so that nothing
in a file is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import InvalidPack
from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance.edges import Edge, Outlines
from placemix.surroundings.distance.nearby import Nearby
from placemix.surroundings.grid.gridded import Coast, Gridded
from placemix.surroundings.grid.stencils import Stencil
from placemix.surroundings.matrices import Cut, Sparse
from placemix.surroundings.people.nearest import Beyond, Nearest

#: Format of what `pack` gives.
FORMAT = 1
#: Classes that surroundings are made of.
_KNOWN: Mapping[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (Beyond, Coast, Cut, Edge, Gridded, Nearby, Nearest, Outlines, Sparse, Stencil, Surroundings)
}
#: Whole numbers up to here are the same as floating-point numbers.
_EXACT = 2**53

#: Arrays in the order in which they stand in the table: name, and values as one dimension.
_Arrays = list[tuple[dict[str, Any], Any]]


def pack(surroundings: Surroundings) -> tuple[dict[str, Any], pd.DataFrame]:
    """Write surroundings down as plain values and one table.

    Parameters
    ----------
    surroundings
        Surroundings of any kind.

    Returns
    -------
    about
        What JSON can hold: how they were made and what the table holds.
    table
        Every array, one value a row: `array` (its name), and `number`, `text` or `shape` (well-known binary).

    Raises
    ------
    InvalidPack
        They are made of something that cannot be written down.

    Examples
    --------
    >>> import json, placemix as pm
    >>> town = pm.datasets.town().residents("before").take(range(400))
    >>> near = pm.surroundings.within(town, radius="1 km")
    >>> about, table = pack(near)
    >>> again = unpack(json.loads(json.dumps(about)), table)
    >>> again, bool((again.weight == near.weight).all())
    (<Surroundings of 400 units: within 1000 m>, True)
    """
    arrays: _Arrays = []
    tree = _written(surroundings, "surroundings", arrays, {})
    sizes = [len(values) for _, values in arrays]
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    columns: dict[str, Any] = {
        "number": np.full(bounds[-1], np.nan),
        "text": np.full(bounds[-1], None, dtype=object),
        "shape": np.full(bounds[-1], None, dtype=object),
    }
    for (about, values), low, high in zip(arrays, bounds[:-1], bounds[1:], strict=True):
        columns[about["column"]][low:high] = values
    names = pd.Categorical.from_codes(
        np.repeat(np.arange(len(arrays)), sizes), categories=pd.Index([about["name"] for about, _ in arrays], dtype=str)
    )
    about = {"format": FORMAT, "tree": tree, "arrays": [about for about, _ in arrays]}
    return about, pd.DataFrame({"array": names, **columns})


def unpack(about: Mapping[str, Any], table: pd.DataFrame) -> Surroundings:
    """Build surroundings again from what `pack` gave.

    Parameters
    ----------
    about, table
        As from `pack`, also after JSON and Parquet.

    Raises
    ------
    InvalidPack
        They are of another format, incomplete, or were changed.
    """
    if about.get("format") != FORMAT:
        message = f"These surroundings were saved in format {about.get('format')}, and {FORMAT} is known."
        raise InvalidPack(message, remedy="Read them with the version of placemix that wrote them.")
    try:
        values, low = [], 0
        for item in about["arrays"]:
            high = low + int(np.prod(item["size"], dtype=np.int64))
            column = table[item["column"]].to_numpy()[low:high]
            values.append(_restored(item, column))
            low = high
        found = _read(about["tree"], values, {})
        complete = low == len(table) and isinstance(found, Surroundings)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        message = "These surroundings cannot be built again: they are incomplete or were changed."
        raise InvalidPack(message, remedy="Ask for the original file.") from error
    if not complete:
        message = "These surroundings cannot be built again: the table holds other rows than they have."
        raise InvalidPack(message, remedy="Ask for the original file.")
    surroundings: Surroundings = found
    return surroundings


def fingerprint(surroundings: Surroundings) -> str:
    """SHA-256 of surroundings; the same for any order of the units.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before").take(range(400))
    >>> near = pm.surroundings.within(town, radius="1 km")
    >>> fingerprint(near) == fingerprint(near.take(range(399, -1, -1)))
    True
    """
    order = np.argsort(surroundings.units.to_numpy(dtype=object), kind="stable")
    arrays: _Arrays = []
    # Notes list units in the order of the table they came from, and say nothing that the rest does not.
    tree = _written(replace(surroundings.take(order), notes=()), "surroundings", arrays, {})
    digest = hashlib.sha256(json.dumps(tree, sort_keys=True).encode())
    for about, values in arrays:
        digest.update(json.dumps(about, sort_keys=True).encode())
        if about["column"] == "number":
            digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
        else:
            for value in values:
                item = b"" if value is None else value if isinstance(value, bytes) else str(value).encode()
                digest.update(len(item).to_bytes(8, "little") + item)
    return digest.hexdigest()


def _written(value: Any, name: str, arrays: _Arrays, seen: dict[int, int]) -> Any:  # noqa: ANN401
    """Write one value down; arrays are put aside and named after where they were found."""
    if isinstance(value, np.generic):
        return _written(value.item(), name, arrays, seen)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"number": repr(value)}
    if type(value) in _KNOWN.values():
        return _of_parts(value, name, arrays, seen)
    if isinstance(value, tuple | list):
        return {"list": [_written(item, f"{name}.{place}", arrays, seen) for place, item in enumerate(value)]}
    return _of_arrays(value, name, arrays)


def _of_parts(value: Any, name: str, arrays: _Arrays, seen: dict[int, int]) -> Any:  # noqa: ANN401
    # One object in two places, such as weights and what of them is cut off, is written once.
    if id(value) in seen:
        return {"again": seen[id(value)]}
    seen[id(value)] = len(seen)
    parts = [item.name for item in fields(value) if item.init] if is_dataclass(value) else list(value._fields)
    of = {part: _written(getattr(value, part), f"{name}.{part}", arrays, seen) for part in parts}
    return {"is": type(value).__name__, "of": of}


def _of_arrays(value: Any, name: str, arrays: _Arrays) -> Any:  # noqa: ANN401
    if isinstance(value, pd.Index):
        return {"index": _aside(np.asarray(value, dtype=object), name, arrays), "name": value.name}
    if isinstance(value, np.ndarray):
        return {"array": _aside(value, name, arrays)}
    if hasattr(value, "geom_type"):
        return {"shape": _aside(np.array([value], dtype=object), name, arrays)}
    if getattr(value, "format", None) == "csr":
        matrix = value.copy()
        matrix.sum_duplicates()  # sorted too: the same whatever the matrix went through
        places = [_aside(getattr(matrix, part), f"{name}.{part}", arrays) for part in ("data", "indices", "indptr")]
        return {"matrix": places, "size": list(matrix.shape)}
    message = f"{name} is a {type(value).__name__}, which cannot be written down."
    raise InvalidPack(message)


def _aside(value: Any, name: str, arrays: _Arrays) -> int:  # noqa: ANN401
    """Put an array into the table and return its number."""
    about: dict[str, Any] = {"name": name, "size": list(value.shape), "kind": value.dtype.str}
    flat = value.reshape(-1)
    if value.dtype != object:
        numbers = flat.astype(np.float64)
        if value.dtype.kind in "iu" and len(flat) and max(abs(int(flat.min())), abs(int(flat.max()))) > _EXACT:
            message = f"{name} holds whole numbers too large to be written down."
            raise InvalidPack(message)
        arrays.append(({**about, "column": "number"}, numbers))
    elif any(hasattr(item, "geom_type") for item in flat):
        import shapely

        arrays.append(({**about, "kind": "shape", "column": "shape"}, shapely.to_wkb(flat)))
    else:
        arrays.append(({**about, "kind": "text", "column": "text"}, flat))
    return len(arrays) - 1


def _restored(about: Mapping[str, Any], column: Any) -> Any:  # noqa: ANN401
    """Make an array again of its rows in the table."""
    if about["kind"] == "shape":
        import shapely

        flat = shapely.from_wkb(np.array([None if item is None else bytes(item) for item in column], dtype=object))
    elif about["kind"] == "text":
        flat = np.asarray(column, dtype=object)
    else:
        flat = np.asarray(column, dtype=np.float64).astype(np.dtype(about["kind"]))
    return flat.reshape(about["size"])


def _read(node: Any, values: list[Any], built: dict[int, Any]) -> Any:  # noqa: ANN401
    """Build one value again."""
    if not isinstance(node, Mapping):
        return node
    (kind,) = node.keys() - {"of", "name", "size"}
    readers: Mapping[str, Callable[[], Any]] = {
        "is": lambda: _rebuilt(node, values, built),
        "again": lambda: built[node["again"]],
        "list": lambda: tuple(_read(item, values, built) for item in node["list"]),
        "number": lambda: float(node["number"]),
        "array": lambda: values[node["array"]],
        "shape": lambda: values[node["shape"]][0],
        "index": lambda: pd.Index(values[node["index"]], dtype=str, name=node["name"]),
        "matrix": lambda: _matrix([values[place] for place in node["matrix"]], node["size"]),
    }
    return readers[kind]()


def _rebuilt(node: Mapping[str, Any], values: list[Any], built: dict[int, Any]) -> Any:  # noqa: ANN401
    place = len(built)
    built[place] = None  # numbers are given in the order in which objects were met
    parts = {name: _read(part, values, built) for name, part in node["of"].items()}
    built[place] = _KNOWN[node["is"]](**parts)
    return built[place]


def _matrix(parts: list[Any], size: list[int]) -> Any:  # noqa: ANN401
    from scipy.sparse import csr_array

    matrix = csr_array(tuple(parts), shape=tuple(size))
    matrix.check_format(full_check=True)
    return matrix
