from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from postcheck.errors import DataError
from postcheck.organisation import Organisation
from postcheck.organisation_check import STANDARD_ROLES, check_organisation

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def haringey() -> Organisation:
    return Organisation.load("haringey")


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "organisation.toml"
    file.write_text(text, encoding="utf-8")
    return file


# ---- the shipped file


def test_the_shipped_file_has_no_errors(haringey: Organisation) -> None:
    assert [problem for problem in check_organisation("haringey", TODAY) if problem.level == "error"] == []
    assert len(haringey.wards) == 21
    assert {role.id for role in haringey.roles} >= set(STANDARD_ROLES)


def test_every_dated_row_has_a_source(haringey: Organisation) -> None:
    rows = [*haringey.contacts, *haringey.politicians, *haringey.parties, *haringey.facts]
    assert rows
    assert [row for row in rows if not row.source] == []


def test_example_mailboxes_say_so(haringey: Organisation) -> None:
    examples = [role for role in haringey.roles if role.example]
    assert examples
    assert all(role.source == "worked example" for role in examples)
    real = haringey.role("digital-communications")
    assert real is not None
    assert not real.example


# ---- phones and addresses


@pytest.mark.parametrize(
    ("number", "published"),
    [
        ("020 8489 1000", True),
        ("02084891000", True),
        ("+44 20 8489 1000", True),
        ("+44 (0)20 8489 1000", True),
        ("(+44) 20 8489 1000", True),
        ("0044 20 8489 1000", True),
        ("442084891000", True),
        ("020.8489.1000", True),
        ("(020) 8489-1000", True),
        ("020 8489 1234", True),  # in the council's block
        ("020 8489 1000 ext 6951", True),
        ("020 7946 0100", False),
        ("07700 900123", False),
        ("020 8489", False),  # half a number
        ("020 8489 1000 1234", False),  # too long for a number
        ("", False),
        ("ring us", False),
    ],
)
def test_published_phone(haringey: Organisation, number: str, published: bool) -> None:
    assert haringey.is_published_phone(number, TODAY) is published


@pytest.mark.parametrize(
    ("address", "published"),
    [
        ("webcommunications@haringey.gov.uk", True),
        ("WebCommunications@Haringey.gov.uk", True),
        ("mailto:webcommunications@haringey.gov.uk", True),
        ("parking@haringey.gov.uk", True),
        ("council.tax@haringey.gov.uk", True),  # every part is an office word
        ("no-reply@mail.haringey.gov.uk", True),
        ("mash@example.gov.uk", True),
        ("enquiries@trust.nhs.uk", True),
        ("jo.bloggs@haringey.gov.uk", False),
        ("j.smith@haringey.gov.uk", False),
        ("jo_bloggs2@haringey.gov.uk", False),
        ("anne-marie.o'neill@haringey.gov.uk", False),
        ("lee.parks@haringey.gov.uk", False),  # a Mr Parks, although there is a Parks team
        ("jo.bloggs@trust.nhs.uk", False),
        ("parking@haringey-gov.uk", False),
        ("parking@haringey.gov.uk.example.net", False),
        ("parking@example.org", False),
        ("haringey.gov.uk", False),
        ("@haringey.gov.uk", False),
    ],
)
def test_published_email(haringey: Organisation, address: str, published: bool) -> None:
    assert haringey.is_published_email(address, TODAY) is published


def test_a_listed_person_is_published_while_listed(tmp_path: Path) -> None:
    organisation = Organisation.load(
        write(
            tmp_path,
            """
id = "x"
name = "X"
domains = ["x.gov.uk"]
[[contacts]]
kind = "email"
value = "Jo.Bloggs@x.gov.uk"
what = "spokesperson"
valid_from = 2026-01-01
valid_to = 2026-06-30
[[contacts]]
kind = "phone"
value = "+44 20 7946 0100"
what = "helpline"
valid_to = 2026-06-30
""",
        )
    )
    for day, published in [(date(2025, 12, 31), False), (date(2026, 6, 30), True), (date(2026, 7, 1), False)]:
        assert organisation.is_published_email("jo.bloggs@x.gov.uk", day) is published
    assert organisation.is_published_phone("020 7946 0100", date(2026, 6, 30))
    assert not organisation.is_published_phone("020 7946 0100", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("domain", "own"),
    [
        ("haringey.gov.uk", True),
        ("www.Haringey.gov.uk.", True),
        ("notharingey.gov.uk", False),
        ("haringey.gov.uk.evil.net", False),
        ("gov.uk", False),
    ],
)
def test_own_domain(haringey: Organisation, domain: str, own: bool) -> None:
    assert haringey.is_own_domain(domain) is own


# ---- register, roles, dated rows


@pytest.mark.parametrize(
    ("handle", "platform", "tier"),
    [
        ("@haringeycouncil", "x", "key"),
        ("HaringeyCouncil", "Twitter", "key"),
        (" @HARINGEYLIBRARY ", None, "service"),
        ("haringeyyouth", "instagram", "service"),
        ("haringeyyouth", "x", None),
        ("haringeycouncil_help", None, None),
        ("", None, None),
    ],
)
def test_channel(haringey: Organisation, handle: str, platform: str | None, tier: str | None) -> None:
    channel = haringey.channel(handle, platform)
    assert (channel.tier if channel else None) == tier


def test_people_and_roles(haringey: Organisation) -> None:
    person = haringey.person("comms-01")
    assert person is not None
    assert person.is_communications
    assert haringey.person("nobody") is None
    assert haringey.role("nobody") is None
    assert haringey.describe_role("nobody") is None
    expected = "the Communications team (communications@haringey.gov.uk)"
    assert haringey.describe_role("communications") == expected
    assert haringey.describe_role("line-manager") == "your line manager"


@pytest.mark.parametrize(
    ("day", "leader"),
    [(date(2026, 6, 22), "Keir Starmer"), (date(2026, 6, 23), None), (date(2026, 9, 15), None)],
)
def test_parties_on(haringey: Organisation, day: date, leader: str | None) -> None:
    labour = [party for party in haringey.parties_on(day) if party.name == "Labour Party"]
    assert [party.leader for party in labour] == [leader]
    assert "@UKLabour" in labour[0].handles


def test_politicians_on(haringey: Organisation) -> None:
    before = {politician.name for politician in haringey.politicians_on(date(2026, 4, 15))}
    after = {politician.name for politician in haringey.politicians_on(date(2026, 9, 15))}
    assert "Peray Ahmet" in before
    assert "Peray Ahmet" not in after
    assert "David Lammy" in before & after


@pytest.mark.parametrize(
    ("field", "text", "name"),
    [
        ("case_reference_patterns", "your council tax account number is 12345678", "council tax account"),
        ("case_reference_patterns", "PCN: ZN12345678", "penalty charge notice"),
        ("case_reference_patterns", "tenancy ref 1234567", "housing or tenancy"),
        ("case_reference_patterns", "housing benefit claim no. 7654321", "benefit claim"),
        ("case_reference_patterns", "planning application HGY/2025/1234", None),
        ("case_reference_patterns", "council tax is due on 1 April 2026", None),
        ("case_reference_patterns", "pay your PCN online", None),
        ("public_reference_patterns", "planning application HGY/2025/1234", "planning application"),
        (
            "public_reference_patterns",
            "https://planning.example.gov.uk/HGY-2025-9999",
            "planning application",
        ),
        ("public_reference_patterns", "FOI/2025/01234", "freedom of information request"),
        ("public_reference_patterns", "council tax account 12345678", None),
    ],
)
def test_reference_patterns(haringey: Organisation, field: str, text: str, name: str | None) -> None:
    import re2

    hits = [label for label, pattern in getattr(haringey, field) if re2.search(pattern, text)]
    assert hits == ([name] if name else [])


def test_contested_topics_unpack(haringey: Organisation) -> None:
    topics = dict(haringey.contested_topics)
    assert "LTN" in topics["low traffic neighbourhoods"]
    assert len(topics) == 8


def test_digest_follows_the_file(tmp_path: Path) -> None:
    first = Organisation.load(write(tmp_path, 'id = "x"\nname = "X"\n')).digest
    again = Organisation.load(write(tmp_path, 'id = "x"\nname = "X"\n')).digest
    other = Organisation.load(write(tmp_path, 'id = "x"\nname = "Y"\n')).digest
    built = Organisation(id="x", name="X")
    assert first == again
    assert len({first, other, built.digest}) == 3
    assert built.path is None


# ---- malformed files: load names file, key and line; the check reports instead of raising

HEAD = 'id = "x"\nname = "X"\n'
CHANNEL = '[[channels]]\nhandle = "@x"\nplatform = "x"\ntier = "key"\n'
MALFORMED = [
    ("id = [\n", None, 1, "TOML"),
    ('name = "X"\n', "id", None, "missing"),
    (HEAD + 'short_name = ["X"]\n', "short_name", 3, "did you mean 'short_names'"),
    (HEAD + CHANNEL + 'adminstrators = ["a"]\n', "channels[0].adminstrators", 7, "'administrators'"),
    (HEAD + CHANNEL + CHANNEL.replace("key", "main"), "channels[1].tier", 10, "'key'"),
    (HEAD + CHANNEL.replace("@x", "@x y"), "channels[0].handle", 4, "holds a space"),
    (
        HEAD + '[[contacts]]\nkind = "phone"\nvalue = "020 ABC"\nwhat = "x"\n',
        "contacts[0]",
        3,
        "phone number",
    ),
    (HEAD + '[[contacts]]\nkind = "email"\nvalue = "a b@c"\nwhat = "x"\n', "contacts[0]", 3, "e-mail"),
    (HEAD + '[[contacts]]\nkind = "url"\nvalue = "x.org"\nwhat = "x"\n', "contacts[0]", 3, "web address"),
    (HEAD + '[[roles]]\nid = "hr"\ntitle = "HR"\nemail = "hr"\n', "roles[0].email", 6, "e-mail"),
    (HEAD + 'phone_blocks = ["020 8489"]\n', "phone_blocks[0]", 3, "leading digits"),
    (HEAD + 'domains = ["https://x.org"]\n', "domains[0]", 3, "not a domain"),
    (
        HEAD + '[[parties]]\nname = "P"\nvalid_from = 2026-02-01\nvalid_to = 2026-01-01\n',
        "parties[0]",
        3,
        "before valid_from",
    ),
    (
        HEAD + '[[people]]\nid = "a"\ntrained_on = 2026-02-01\ntraining_expires = 2026-01-01\n',
        "people[0]",
        3,
        "before trained_on",
    ),
    (
        HEAD + "[[case_reference_patterns]]\nname = \"n\"\npattern = '(?=a)b'\n",
        "case_reference_patterns[0].pattern",
        5,
        "RE2",
    ),
    (HEAD + '[[contested_topics]]\ntopic = "t"\nterm = ["x"]\n', "contested_topics[0].terms", 3, "missing"),
]


@pytest.mark.parametrize(("text", "key", "line", "message"), MALFORMED)
def test_malformed_files(tmp_path: Path, text: str, key: str | None, line: int | None, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(DataError) as caught:
        Organisation.load(file)
    assert message in caught.value.message
    assert (caught.value.file, caught.value.key, caught.value.line) == (str(file), key, line)
    problems = check_organisation(file, TODAY)
    assert problems
    assert {problem.level for problem in problems} == {"error"}
    assert (key or "", line) in {(problem.key, problem.line) for problem in problems}


def test_every_malformed_row_is_reported_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + 'domain = ["x"]\n' + CHANNEL.replace("key", "main"))
    assert [problem.line for problem in check_organisation(file, TODAY)] == [3, 7]


def test_values_never_appear_in_messages(tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + '[[contacts]]\nkind = "phone"\nvalue = "zanzibar"\nwhat = "x"\n')
    with pytest.raises(DataError) as caught:
        Organisation.load(file)
    assert "zanzibar" not in str(caught.value)
    with pytest.raises(ValidationError) as raw:
        Organisation.model_validate({"id": "x", "name": "X", "domains": ["zanzibar!"]})
    assert "zanzibar" not in str(raw.value)
