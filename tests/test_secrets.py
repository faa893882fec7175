"""Secrets in prose: only the value is found, and advice about secrets passes. All values are made up."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors.base import Context
from postcheck.detectors.secrets import SecretsDetector
from postcheck.document import Reader
from postcheck.model import Draft, Finding, Severity
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"
# Put together here so that scanners of this repository find no key in it.
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp_" + "a1B2" * 9
STRIPE = "sk_" + "live_" + "4eC39HqLyjWDarjtT1"

Look = Callable[[str], list[Finding]]


@pytest.fixture(scope="module")
def look() -> Look:
    reader, detector = Reader(), SecretsDetector()
    organisation, calendar = Organisation.load("haringey"), load_calendar()

    def look(text: str) -> list[Finding]:
        draft = Draft(text=text)
        context = Context(organisation, read_situation(draft, organisation, calendar, NOW))
        with reader.open(draft) as document:
            return list(detector.detect(document, context))

    return look


LEAKS = [
    ("password", "Thistle!Lane88", "The staff network is LBH-Staff and the key is Thistle!Lane88, see you at story time"),
    ("password", "Marrow_Patch7", "Try j.bell27 / Marrow_Patch7 if your login bounced"),
    ("password", "Bramble-To-N8", "Log in as rota until yours comes, it is on the whiteboard (Bramble-To-N8)."),
    ("password", "C1947Y", "Door by the kitchen C1947Y, shut it behind you"),
    ("password", "5520", "Alarm 5520 then the tick"),
    ("password", "Summer2025!", "New login for the page: user youthspace, password Summer2025!"),
    ("password", "Kestrel-91", "The password is Kestrel-91."),
    ("password", "tr0ub4dor", "pw: tr0ub4dor"),
    ("password", "swordfish", "Ok the password for the shared drive is swordfish"),
    ("password", "Hornbeam77", "WiFi password at the civic centre is now Hornbeam77, enjoy"),
    ("password", "Blue$ky8", "Wi-Fi: CivicGuest, password: Blue$ky8"),
    ("password", "Gr33nbin", 'Guest wifi key is "Gr33nbin" until Friday.'),
    ("password", "Tottenham22", "wifi: HubGuest / Tottenham22"),
    ("password", "4471", "The alarm code for the depot is 4471 and the back gate sticks."),
    ("password", "2580", "Door code is 2580 at the side entrance."),
    ("password", "Pa55port", "username libdesk password Pa55port"),
    ("password", "B1rdsong", "Login: events / B1rdsong"),
    ("password", "4417", "Key safe code is 4417, let yourself in."),
    ("password", "C2958X", "The door code for the youth club is C2958X."),
    ("password", "77120", "Alarm code 77120, then shut the door."),
    ("password", "9082", "her PIN is 9082"),
    ("password", "3391", "The key safe by the back gate, code 3391."),
    ("password", "5561", "Punch in 5561 at the gate and wait."),
    ("password", "pass-Word7", "Password for the spreadsheet = pass-Word7"),
    ("password", "Wint3r-Gritting", "We changed it, the new password is now Wint3r-Gritting."),
    ("api-key", AWS, f"Use {AWS} for the upload script."),
    ("api-key", GITHUB, f"token {GITHUB} works"),
    ("api-key", STRIPE, f"Payments run on {STRIPE} for now"),
    ("api-key", "9f8b2c7e41d04a6e9b13c5d2", "The API key is 9f8b2c7e41d04a6e9b13c5d2"),
    ("private-key", PEM, f"Here it is: {PEM}"),
    ("connection-string", "postgres://web:Willow91@db.internal:5432/rev", "Try postgres://web:Willow91@db.internal:5432/rev"),
    ("connection-string", "https://ed:Larch55@files.example.org/x", "See https://ed:Larch55@files.example.org/x."),
    (
        "connection-string",
        "Server=tcp:sql1,1433;Database=rent;User ID=app;Password=Alder-66",
        "Server=tcp:sql1,1433;Database=rent;User ID=app;Password=Alder-66",
    ),
    ("token", JWT, f"Authorization {JWT}"),
]  # fmt: skip

HARMLESS = [
    "Connect to LBH-Guest, the network for visitors; no password is needed.",
    "Windows11 and Office365 training for staff who sign in from home.",
    "Quiz code for tonight: the door prize is 5520 points!",
    "Please change your password often.",
    "A password reset link is on its way.",
    "Your PIN arrives by post within five days.",
    "The password must be at least 8 characters.",
    "The password is protected and never shown.",
    "Secret Garden is on at the museum tonight.",
    "There are key changes to bin days.",
    "Use a strong password like three random words.",
    "Never share your password or PIN, the council will never ask for them.",
    "Forgotten your password? Sign in and follow the link.",
    "Password managers make it easier. Passwords such as Password1 are weak.",
    "Highway Code changes from 29 January. Postcode N15 4JA.",
    "Use code SWIM50 for half-price swimming.",
    "Quote promo code 2026 at the desk.",
    "Dial the area code 020 first.",
    "Text BINS to 60066. The dress code is smart.",
    "Our postal address and opening times: https://www.haringey.gov.uk/contact?user=1",
    "The key worker scheme has 1200 places.",
    "Pin 2026 to your calendar.",
    "The pass rate is 78%. Bus pass holders travel free after 9.30am.",
    "The gate opens at 0730 and the door at 0800.",
    "PIN: the Public Information Notice for 2026 is out.",
    "Log in: www.haringey.gov.uk/myaccount and pay.",
    "Password: keep it secret, keep it safe.",
    "",
]


@pytest.mark.parametrize(("rule", "value", "post"), LEAKS)
def test_gives_a_secret_away(look: Look, rule: str, value: str, post: str) -> None:
    findings = look(post)
    assert [(f.rule, f.evidence, f.severity) for f in findings] == [(f"secret.{rule}", value, Severity.HIGH)]
    assert findings[0].span is not None
    assert post[findings[0].span.start : findings[0].span.end] == value
    assert value not in findings[0].message
    assert value not in repr(findings[0])
    assert value not in findings[0].model_dump_json()


@pytest.mark.parametrize("post", HARMLESS)
def test_gives_nothing_away(look: Look, post: str) -> None:
    assert [(f.rule, f.evidence) for f in look(post)] == []


def test_eight_threads_equal_one(look: Look) -> None:
    posts = [post for *_, post in LEAKS] + HARMLESS
    alone = [look(post) for post in posts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, posts * 3)) == alone * 3


@pytest.mark.parametrize(
    "hostile", ["password is ", "eyJ", "a://", "-----BEGIN PRIVATE KEY-----", "user: a / ", "code 1", "=;"]
)
def test_long_hostile_text_costs_in_proportion(look: Look, hostile: str) -> None:
    def cost(length: int) -> float:
        text = (hostile * length)[:length]
        start = time.process_time()
        look(text)
        return time.process_time() - start

    cost(2_000)
    assert cost(60_000) < 60 * max(cost(4_000), 0.004)
