"""What a user installs works: from a wheel, from an sdist and editable, each in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from test_architecture import imports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
KINDS = ["wheel", "sdist", "editable"]

# Run inside the new environment, from a folder that holds nothing of ours.
LOOK = """
import json, importlib.metadata, pathlib
import postcheck, postcheck.resources as resources
data = resources.data_dir()
package = pathlib.Path(postcheck.__file__).parent
print(json.dumps({
    "package": str(package),
    "version": importlib.metadata.version("postcheck"),
    "typed": (package / "py.typed").is_file(),
    "policies": len(list((data / "policies").glob("*.toml"))),
    "lexicons": len(list((data / "lexicons").glob("*/*.toml"))),
    "data": sorted(str(p.relative_to(data)) for p in data.rglob("*")
                   if p.is_file() and p.suffix != ".pyc"),
    "decision": postcheck.check("The library opens at ten on Monday.").decision.value,
}))
"""


def run(*command: object, cwd: Path) -> str:
    # No index and no user configuration: nothing is downloaded, whatever the machine has set up.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))}
    quiet = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**inherited, **quiet},
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def dists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--sdist",
        "--outdir",
        folder,
        ROOT,
        cwd=folder,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist, "editable": ROOT}


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything installed beside us but for postcheck itself, which must come from the new environment."""
    folder = tmp_path_factory.mktemp("dependencies")
    for name in ("purelib", "platlib"):
        for entry in Path(sysconfig.get_path(name)).iterdir():
            ours = entry.name.lower().lstrip("_").startswith(("postcheck", "editable"))
            link = folder / entry.name
            if not ours and entry.suffix != ".pth" and not link.exists():
                link.symlink_to(entry)
    return folder


def install(source: Path, editable: bool, dependencies: Path, folder: Path) -> Path:
    """Install into a new environment in ``folder`` and return its ``bin``."""
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    site = run(
        binaries / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    )
    (Path(site.strip()) / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    target = ["--editable", source] if editable else [source]
    run(binaries / "python", "-m", "pip", "install", *options, *target, cwd=folder)
    return binaries


@pytest.mark.parametrize("kind", KINDS)
def test_an_installation_works(kind: str, dists: dict[str, Path], dependencies: Path, tmp_path: Path) -> None:
    binaries = install(dists[kind], kind == "editable", dependencies, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    seen = json.loads(run(binaries / "python", "-W", "error", "-c", LOOK, cwd=tmp_path / "elsewhere"))

    home = ROOT / "src" if kind == "editable" else tmp_path / "venv"
    assert Path(seen["package"]).is_relative_to(home)
    assert seen["typed"]
    assert seen["policies"] >= 1
    assert seen["lexicons"] >= 1
    assert seen["data"] == data_files()
    assert seen["decision"] == "allow"
    assert seen["version"] in run(binaries / "postcheck", "version", cwd=tmp_path / "elsewhere")


def data_files() -> list[str]:
    data = ROOT / "data"
    files = [path for path in data.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return sorted(str(path.relative_to(data)) for path in files)


def test_the_wheel_holds_the_package_and_nothing_else(dists: dict[str, Path]) -> None:
    with zipfile.ZipFile(dists["wheel"]) as wheel:
        names = wheel.namelist()
    assert "postcheck/py.typed" in names
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"postcheck"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_sdist_can_be_tested(dists: dict[str, Path]) -> None:
    with tarfile.open(dists["sdist"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "pyproject.toml", "requirements-dev.lock"}
    assert wanted <= names
    assert {"tests/conftest.py", "docs/reference/verdict.schema.json"} <= names
    assert {f"data/{name}" for name in data_files()} <= names


def declared() -> tuple[set[str], set[str]]:
    """The names of the dependencies at run time, extras included, and of those for development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = [line for name, lines in extras.items() if name not in ("all", "dev") for line in lines]
    groups = ([*project["dependencies"], *optional], extras["dev"])
    at_run_time, development = ({canonicalize_name(Requirement(line).name) for line in one} for one in groups)
    return at_run_time, development


def test_what_the_source_imports_is_declared_and_the_reverse() -> None:
    homes = packages_distributions()
    top = {found.target.partition(".")[0] for found in imports()} - sys.stdlib_module_names - {"postcheck"}
    used = {canonicalize_name(homes[name][0]) for name in top}
    assert used == declared()[0]


def test_each_dependency_is_pinned_and_justified() -> None:
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lock if "==" in line}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    kept = text.partition("## Left out")[0].splitlines()
    justified = {line.split("|")[1].strip() for line in kept if line.startswith("| ")} - {"package"}
    names = set.union(*declared())
    assert names - pinned == set()
    assert justified == names
