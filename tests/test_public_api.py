"""What other programs rely on: names, fields, values and the published schema.

A failure here means that the contract changes. If that is meant, ``make schema`` rewrites the schema; this
table and the changelog are changed by hand.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import jsonschema
import pytest

import postcheck
from postcheck.errors import ConfigError, DataError, DetectorUnavailable, DraftError, PostcheckError
from postcheck.model import Clause, PolicyRef, Region, Rule

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "reference" / "verdict.schema.json"

NAMES = [
    "Account",
    "Attachment",
    "Author",
    "Decision",
    "Detector",
    "Draft",
    "Finding",
    "Pipeline",
    "Policy",
    "PostcheckError",
    "Severity",
    "Span",
    "Verdict",
    "check",
]

FIELDS = {
    postcheck.Draft: "text attachments kind account author publish_at in_reply_to in_reply_to_handle "
    "in_reply_to_at recipient quoted_text emergency approvals consents delegated_for",
    postcheck.Attachment: "source alt_text role licence credit",
    postcheck.Account: "handle platform tier display_name bio",
    postcheck.Author: "id name job_title type directorate is_communications connected politically_restricted",
    postcheck.Span: "start end",
    Region: "attachment x y width height",
    Clause: "id title citation summary",
    Rule: "id severity message suggestion status",
    PolicyRef: "id version",
    postcheck.Finding: "rule severity confidence message part span region evidence clauses suggestion excuse "
    "decision detector",
    postcheck.Verdict: "decision findings next_steps failures unknown policy organisation digest elapsed_ms "
    "schema_version",
}


def current_schema() -> str:
    schema = postcheck.Verdict.model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def test_public_names_are_exactly_these() -> None:
    assert sorted(postcheck.__all__) == NAMES
    assert [name for name in NAMES if not hasattr(postcheck, name)] == []
    assert set(NAMES) <= set(dir(postcheck))


def test_star_import_brings_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from postcheck import *", namespace)
    assert sorted(namespace.keys() - {"__builtins__"}) == NAMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Draught'"):
        _ = postcheck.Draught


@pytest.mark.parametrize(
    ("model", "fields"), FIELDS.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_fields_are_exactly_these(model, fields: str) -> None:
    assert sorted(model.model_fields) == sorted(fields.split())
    assert model.model_config["frozen"] is True
    assert model.model_config["extra"] == "forbid"


def test_values_and_their_order() -> None:
    assert [value.value for value in postcheck.Severity] == ["info", "low", "medium", "high"]
    assert {value.value for value in postcheck.Decision} == {"allow", "review", "block", "not_screened"}
    assert (
        postcheck.Severity.INFO < postcheck.Severity.LOW < postcheck.Severity.MEDIUM < postcheck.Severity.HIGH
    )
    assert postcheck.Decision.ALLOW < postcheck.Decision.REVIEW < postcheck.Decision.BLOCK
    assert postcheck.Severity.HIGH == "high"


def test_arguments_of_the_pipeline() -> None:
    parameters = inspect.signature(postcheck.Pipeline).parameters
    by_keyword = [name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    by_position = [name for name in parameters if name not in by_keyword]
    assert by_position == ["organisation", "policy"]
    assert sorted(by_keyword) == ["crisis_hold", "detectors", "logos", "now", "settings", "suppressions"]
    assert "now" in inspect.signature(postcheck.Pipeline.default).parameters
    assert "workers" in inspect.signature(postcheck.Pipeline.check_many).parameters


@pytest.mark.parametrize("error", [ConfigError, DataError, DetectorUnavailable, DraftError])
def test_every_error_is_a_postcheck_error(error: type[Exception]) -> None:
    assert issubclass(error, PostcheckError)
    assert postcheck.PostcheckError is PostcheckError


def test_the_published_schema_is_current() -> None:
    assert SCHEMA_FILE.is_file(), "run `make schema`"
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert published == json.loads(current_schema()), (
        "the verdict has changed; if it is meant, run `make schema`"
    )


def test_a_verdict_fits_the_published_schema(pipeline) -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    verdict = pipeline.check(postcheck.Draft(text="Ring Sam at home on 07700 900123."))
    assert verdict.findings
    dumped = json.loads(verdict.model_dump_json())
    jsonschema.validate(dumped, schema)
    assert postcheck.Verdict.model_validate(dumped).model_dump(mode="json") == dumped
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**dumped, "decision": "perhaps"}, schema)


if __name__ == "__main__":  # make schema
    SCHEMA_FILE.parent.mkdir(parents=True, exist_ok=True)
    SCHEMA_FILE.write_text(current_schema(), encoding="utf-8")
    print(f"wrote {SCHEMA_FILE.name}")
