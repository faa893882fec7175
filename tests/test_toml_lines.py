from __future__ import annotations

import pytest

from postcheck.toml_lines import Location, TomlLines, key_of

TEXT = """# a comment
title = "x"
"quoted" = 1
long = '''
[[rows]]
title = "not a key"
'''
list = [
  "one",
]
a.b = 2

[table]
key = 1

[[rows]]
id = "first"
[rows.inner]
deep = 1

[[rows]]
id = "second"
[[rows.more]]
x = 1
[[rows.more]]
x = 2
"""


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("title",), 2),
        (("quoted",), 3),
        (("long",), 4),
        (("list", 0), 8),
        (("a", "b"), 11),
        (("table",), 13),
        (("table", "key"), 14),
        (("table", "absent"), 13),
        (("rows", 0, "id"), 17),
        (("rows", 0, "inner", "deep"), 19),
        (("rows", 1), 21),
        (("rows", 1, "id"), 22),
        (("rows", 1, "more", 0, "x"), 24),
        (("rows", 1, "more", 1, "x"), 26),
        (("rows", 1, "absent"), 21),
        (("rows", 2, "id"), None),
        (("absent",), None),
        ((), None),
    ],
)
def test_line_of(location: Location, line: int | None) -> None:
    assert TomlLines(TEXT).line_of(location) == line


def test_key_of() -> None:
    assert key_of(("channels", 2, "tier")) == "channels[2].tier"
    assert key_of(("id",)) == "id"
    assert key_of(()) == ""
