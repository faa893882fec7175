"""The house rules that imports can break, and size and names: read from the source by ``ast``."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from postcheck.detectors import BUILTIN

SOURCE = Path(__file__).parents[1] / "src"
DETECTOR_MODULES = frozenset(target.partition(":")[0] for target in BUILTIN.values())
MAX_LINES = 400

# Loaded on first use, inside the function that needs them.
HEAVY = frozenset(
    {
        "PIL",
        "cv2",
        "emoji",
        "holidays",
        "imagehash",
        "numpy",
        "onnxruntime",
        "presidio_analyzer",
        "rapidocr",
        "spacy",
        "tokenizers",
    }
)
# Subclasses of another package's classes need that package as they are defined. Such modules may import
# it at the top; then they count as heavy themselves.
ADAPTERS = frozenset(
    {
        "postcheck.detectors.presidio_adapter",
        "postcheck.detectors.uk_contacts",
        "postcheck.detectors.uk_recognisers",
    }
)
# About a person at a terminal, or a server.
INTERFACE = frozenset({"typer", "click", "fastapi", "starlette", "uvicorn"})

# Which room of the house a module is in. A package stands for all of its modules.
ROOMS = {
    "model": "model errors masking",
    "files": "resources toml_lines",
    "normalise": "normalise",
    "facts": "calendar organisation organisation_rows organisation_check situation",
    "images": "images logo_index",
    "language": "language",
    "reading": "lexicons document",
    "detectors": "detectors",
    "policy": "policy",
    "suppress": "suppress",
    "guidance": "guidance",
    "channels": "channels",
    "config": "config",
    "pipeline": "pipeline registry running many drafts",
    "render": "render",
    "integrations": "integrations",
}
# What each room may import, besides itself. The package's own front door ("root") only names things.
MAY_IMPORT = {
    "root": "model pipeline policy detectors",
    "model": "",
    "files": "model",
    "normalise": "model files",
    "facts": "model files",
    "images": "model files",
    "language": "model files normalise",
    "reading": "model files normalise facts images language",
    "detectors": "model files normalise facts images language reading",
    "policy": "model files",
    "suppress": "model files",
    "guidance": "model files facts",
    "channels": "model files facts",
    "config": "model files suppress",
    "pipeline": "root model files normalise facts images reading detectors policy suppress guidance config",
    "render": "model images",
    "integrations": "root model files normalise facts images reading detectors policy suppress guidance "
    "channels config pipeline render",
}
# Notebooks look for a method on the object, the drawing lives in render.
ALLOWED = {("postcheck.model", "Verdict._repr_html_", "postcheck.render.html")}

ROOM_OF = {name: room for room, names in ROOMS.items() for name in names.split()}


@dataclass(frozen=True)
class Import:
    importer: str
    target: str
    line: int
    scope: str  # "" at module level, else the dotted function or class names
    in_function: bool
    typing_only: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


def module_name(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(source: Path = SOURCE) -> dict[str, Path]:
    return {module_name(path, source): path for path in sorted(source.rglob("*.py"))}


def imports(source: Path = SOURCE) -> list[Import]:
    known = modules(source)
    return [found for name, path in known.items() for found in _of_module(name, path, known)]


def _of_module(name: str, path: Path, known: dict[str, Path]) -> Iterator[Import]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))

    def walk(node: ast.AST, scope: str, in_function: bool, typing_only: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for target in _targets(node, package, known):
                yield Import(name, target, node.lineno, scope, in_function, typing_only)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}".lstrip(".")
            in_function = in_function or not isinstance(node, ast.ClassDef)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for child in node.body:
                yield from walk(child, scope, in_function, True)
            for child in node.orelse:
                yield from walk(child, scope, in_function, typing_only)
            return
        for child in ast.iter_child_nodes(node):
            yield from walk(child, scope, in_function, typing_only)

    return walk(tree, "", False, False)


def _targets(node: ast.Import | ast.ImportFrom, package: str, known: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    # "from package import module" imports the module; "from module import name" only that module.
    for alias in node.names:
        deeper = f"{base}.{alias.name}"
        yield deeper if deeper in known else base


def room(module: str) -> str | None:
    _, _, inner = module.partition(".")
    return ROOM_OF.get(inner.partition(".")[0]) if inner else "root"


def is_ours(module: str) -> bool:
    return module.partition(".")[0] == "postcheck"


def wrong_direction(found: Import) -> bool:
    here, there = room(found.importer), room(found.target)
    if not is_ours(found.target) or here == there:
        return False
    if there == "integrations":
        return True
    if found.typing_only or (found.importer, found.scope, found.target) in ALLOWED:
        return False
    return here is None or there not in MAY_IMPORT[here].split()


def crosses_detectors(found: Import) -> bool:
    inside = found.importer.startswith("postcheck.detectors")
    return inside and found.target in DETECTOR_MODULES and not found.typing_only


def heavy_at_load(found: Import) -> bool:
    if found.in_function or found.typing_only or found.importer in ADAPTERS:
        return False
    return found.target.partition(".")[0] in HEAVY or found.target in ADAPTERS


def unwanted_in_model(found: Import) -> bool:
    top = found.target.partition(".")[0]
    stray = top not in sys.stdlib_module_names and top not in ("pydantic", "postcheck")
    return found.importer in ("postcheck.model", "postcheck.errors") and stray


def interface_inside(found: Import) -> bool:
    return found.target.partition(".")[0] in INTERFACE and room(found.importer) != "integrations"


RULES = [wrong_direction, crosses_detectors, heavy_at_load, unwanted_in_model, interface_inside]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_import_breaks_the_rule(rule) -> None:
    assert [str(found) for found in imports() if rule(found)] == []


def test_every_module_has_a_room() -> None:
    assert [name for name in modules() if room(name) is None] == []


def test_the_rooms_have_no_circle() -> None:
    reachable: dict[str, set[str]] = {}

    def visit(name: str, path: tuple[str, ...]) -> set[str]:
        assert name not in path, f"{' -> '.join([*path, name])}"
        if name not in reachable:
            below = MAY_IMPORT[name].split()
            reachable[name] = {*below}.union(
                *(visit(next_, (*path, name)) for next_ in below if next_ != "root")
            )
        return reachable[name]

    for name in MAY_IMPORT:
        visit(name, ())


def test_the_one_exception_is_still_needed() -> None:
    real = {(found.importer, found.scope, found.target) for found in imports()}
    assert real >= ALLOWED


def test_every_adapter_exists_and_is_one() -> None:
    at_top = {
        found.importer
        for found in imports()
        if found.target.partition(".")[0] in HEAVY and not (found.in_function or found.typing_only)
    }
    assert at_top == ADAPTERS


def test_every_detector_of_the_table_exists() -> None:
    assert sorted(DETECTOR_MODULES - modules().keys()) == []


def test_no_module_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_module_is_called_utils() -> None:
    vague = {"utils", "util", "helpers", "misc", "common"}
    assert [name for name in modules() if vague & set(name.split("."))] == []


# The rules above find nothing in a tidy tree; these prove that they would.
WRONG = [
    pytest.param(
        wrong_direction, "render/html.py", "from postcheck.pipeline import Pipeline", id="render-pipeline"
    ),
    pytest.param(wrong_direction, "errors.py", "import postcheck.render.html", id="plain-import"),
    pytest.param(wrong_direction, "policy/decide.py", "from postcheck import document", id="from-package"),
    pytest.param(wrong_direction, "policy/decide.py", "from ..document import Document", id="relative"),
    pytest.param(wrong_direction, "suppress/__init__.py", "from .. import document", id="relative-package"),
    pytest.param(
        wrong_direction,
        "detectors/tone.py",
        "def f():\n    from postcheck.config import Settings",
        id="in-function",
    ),
    pytest.param(
        wrong_direction,
        "pipeline.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import postcheck.integrations.cli",
        id="integrations-even-for-types",
    ),
    pytest.param(
        wrong_direction,
        "model.py",
        "class Verdict:\n    def text(self):\n        from postcheck.render.html import to_html",
        id="exception-is-one-method",
    ),
    pytest.param(wrong_direction, "stray.py", "import postcheck.model", id="module-without-a-room"),
    pytest.param(
        crosses_detectors,
        "detectors/tone.py",
        "from postcheck.detectors import lexicon",
        id="detector-to-detector",
    ),
    pytest.param(
        crosses_detectors,
        "detectors/quoting.py",
        "def f():\n    from postcheck.detectors.lexicon import LexiconDetector",
        id="shared-piece-to-detector",
    ),
    pytest.param(heavy_at_load, "images.py", "import numpy as np", id="heavy-module-level"),
    pytest.param(
        heavy_at_load, "images.py", "try:\n    from PIL import Image\nfinally:\n    pass", id="heavy-in-try"
    ),
    pytest.param(heavy_at_load, "images.py", "class A:\n    import spacy.tokens", id="heavy-in-class"),
    pytest.param(
        heavy_at_load,
        "detectors/tone.py",
        "from postcheck.detectors.uk_recognisers import X",
        id="adapter-module-level",
    ),
    pytest.param(unwanted_in_model, "model.py", "import rich", id="model-third-party"),
    pytest.param(
        interface_inside, "render/text.py", "def f():\n    import typer", id="terminal-outside-integrations"
    ),
]
RIGHT = [
    pytest.param("images.py", "def f():\n    import numpy", id="heavy-in-function"),
    pytest.param(
        "detectors/tone.py",
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from postcheck.config import Settings\n    import spacy",
        id="for-types",
    ),
    pytest.param("detectors/tone.py", "from postcheck.detectors.base import Context", id="shared-piece"),
    pytest.param("integrations/cli.py", "import typer\nfrom postcheck import Pipeline", id="integrations"),
]


def _house(folder: Path, path: str, text: str) -> Path:
    for name in (
        "pipeline",
        "document",
        "config",
        "model",
        "detectors/lexicon",
        "detectors/base",
        "detectors/uk_recognisers",
    ):
        module = folder / "postcheck" / f"{name}.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.touch()
    for package in ("", "render", "policy", "suppress", "detectors", "integrations"):
        (folder / "postcheck" / package).mkdir(exist_ok=True)
        (folder / "postcheck" / package / "__init__.py").touch()
    (folder / "postcheck" / path).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("rule", "path", "text"), WRONG)
def test_a_wrong_import_is_caught(rule, path: str, text: str, tmp_path: Path) -> None:
    assert any(rule(found) for found in imports(_house(tmp_path, path, text)))


@pytest.mark.parametrize(("path", "text"), RIGHT)
def test_a_right_import_passes(path: str, text: str, tmp_path: Path) -> None:
    found = imports(_house(tmp_path, path, text))
    assert found
    assert not [str(one) for one in found for rule in RULES if rule(one)]
