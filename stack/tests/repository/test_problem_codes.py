"""What the services can refuse is in their OpenAPI documents, from which clients and the console know the texts."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.paths import ROOT
from stack.services.service import Service, known_services

KIT = ROOT / "libs" / "service-kit" / "service_kit"
FOR_PROGRAMS = {"Forbidden", "InvalidSettingValue", "InvalidTokenRequest"}
"""What no page of the console can be refused with."""
VALIDATORS = {"AfterValidator", "BeforeValidator", "field_validator", "model_validator"}


def problems_in(folder: Path) -> Iterator[str]:
    """Yield the names of the problem classes of a folder."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef) and any(each.arg == "code" for each in node.keywords):
                yield node.name


PROBLEMS = {name for folder in (KIT, *(one.folder / "app" for one in known_services())) for name in problems_in(folder)}


def codes_in(folder: Path) -> Iterator[str]:
    """Yield the codes of the problem classes of a folder."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                yield from (ast.literal_eval(each.value) for each in node.keywords if each.arg == "code")


def documented(part: object) -> Iterator[str]:
    """Yield the codes of the examples of problem documents."""
    if isinstance(part, dict):
        if "code" in part and "detail" in part:
            yield str(part["code"])
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from documented(inner)


def documented_by(service: Service) -> set[str]:
    """Return the codes that the document of a service names."""
    return set(documented(json.loads((ROOT / "docs" / "openapi" / f"{service.name}.json").read_text())))


@pytest.mark.parametrize("service", known_services(), ids=lambda service: service.name)
def test_every_problem_of_a_service_is_in_its_document(service: Service) -> None:
    own = set(codes_in(service.folder / "app"))
    assert own
    assert own - documented_by(service) == set()


def test_every_problem_of_all_services_is_in_a_document() -> None:
    assert set(codes_in(KIT)) - set[str]().union(*(documented_by(service) for service in known_services())) == set()


def test_what_a_problem_says_besides_its_default_is_listed_with_it() -> None:
    unlisted: list[str] = []
    for service in known_services():
        for file in (service.folder / "app").rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Raise) and _says_something(node) and _name_of(node) not in FOR_PROGRAMS:
                    unlisted += [f"{file}:{node.lineno}"]
    assert unlisted == [], "raise Problem.saying(one of its texts)"


def _name_of(node: ast.Raise) -> str:
    is_call = isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    return node.exc.func.id if is_call else ""  # type: ignore[union-attr]


def _says_something(node: ast.Raise) -> bool:
    """Return True for a problem whose detail stands where it is raised: those of other kinds are no answers."""
    if _name_of(node) not in PROBLEMS or not isinstance(node.exc, ast.Call):
        return False
    return any(isinstance(one, ast.JoinedStr | ast.Constant | ast.IfExp) for one in node.exc.args[:1])


def test_a_validator_of_a_request_gives_its_fault_a_code() -> None:
    without: list[str] = []
    for folder in (KIT, *(service.folder / "app" for service in known_services())):
        for file in folder.rglob("*.py"):
            tree = ast.parse(file.read_text())
            names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
            if VALIDATORS & names and "settings" not in str(file.relative_to(folder)):
                raised = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
                without += [f"{file}:{node.lineno}" for node in raised if _is_value_error(node)]
    assert without == [], "raise the error of a FieldFault"


def _is_value_error(node: ast.Raise) -> bool:
    return isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name) and node.exc.func.id == "ValueError"
