"""Personal data: what is found, and whose it is. The posts and people are made up for these tests."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from postcheck.calendar import load_calendar
from postcheck.detectors import uk_checks
from postcheck.detectors.base import Context
from postcheck.detectors.personal_cues import load_cues
from postcheck.detectors.personal_data import PersonalDataDetector
from postcheck.detectors.personal_people import find_people, with_named
from postcheck.document import Reader
from postcheck.model import Account, Attachment, Author, Draft, Finding, Severity
from postcheck.organisation import Organisation
from postcheck.situation import read_situation

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
Look = Callable[..., list[Finding]]


@pytest.fixture(scope="module")
def look() -> Look:
    reader, detector = Reader(), PersonalDataDetector()
    organisation, calendar = Organisation.load("haringey"), load_calendar()

    def look(text: str, **fields: Any) -> list[Finding]:
        draft = Draft(text=text, **fields)
        context = Context(organisation, read_situation(draft, organisation, calendar, NOW))
        with reader.open(draft) as document:
            return list(detector.detect(document, context))

    return look


def grave(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.excuse is None and f.severity >= Severity.MEDIUM]


# rule, severity at least, the exact words, the post
FLAGGED = [
    ("nino", "high", "AB 12 34 56 C", "Can someone look at AB 12 34 56 C please, his tax code is wrong."),
    ("nino", "high", "ce-34-56-78-a", "her ni number is ce-34-56-78-a if that helps"),
    ("nino", "high", "PR 123 456 B", "National Insurance PR 123 456 B was keyed twice."),
    (
        "nino", "high", "J K two three four five six seven B",
        "It is J K two three four five six seven B, not C.",
    ),
    ("nhs-number", "high", "943 476 5919", "The patient, 943 476 5919, can be moved on Monday."),
    ("nhs-number", "high", "9434765919", "Which ward? NHS no. 9434765919."),
    ("passport", "high", "533401372", "Her passport (533401372) was handed in at the desk."),
    ("driving-licence", "high", "MORGA657054SM9IJ", "Found: a licence, MORGA657054SM9IJ, by the swings."),
    ("vehicle-registration", "medium", "LB19 XKT", "Whoever owns LB19 XKT, you have left your lights on."),
    ("vehicle-registration", "medium", "P482 KGE", "That red car, P482 KGE, blocks the dropped kerb again."),
    ("utr", "high", "1955839661", "Pay it in under UTR 1955839661, he said."),
    ("upn", "high", "L820200008001", "Attendance for L820200008001 is below 60%."),
    ("uprn", "medium", "100021041234", "No bin at UPRN 100021041234 since June."),
    ("blue-badge", "high", "QX7T4L", "The Blue Badge number on the dashboard was QX7T4L."),
    ("bus-pass", "medium", "633597012345678901", "Lost Freedom Pass 633597012345678901, please call."),
    ("mac-address", "medium", "84BAD077F816", "The tablet with hardware id 84BAD077F816 is Gloria's."),
    ("location", "high", "lat 51.570135 long -0.144948", "My ex's new flat is at lat 51.570135 long -0.144948."),
    ("location", "medium", "ripple.badge.violin", "what3words for my neighbour's flat is ripple.badge.violin"),
    ("username", "medium", "HGY\\mobrien4", "test test HGY\\mobrien4 is this thing on"),
    ("date-of-birth", "medium", "4/9/88", "Thanks for signing up!\nHodan Warsame, 4/9/88\nNext one in May."),
    ("phone", "high", "07700 900123", "Ring my mate Darren in parking on 07700 900123."),
    ("phone", "medium", "07700 900461", "My nan swears by this one: 07700 900461."),
    ("phone", "high", "01632 960 417", "Mrs Ferreira wants a call back at home on 01632 960 417."),
    ("phone", "high", "+44 7911 123456", "The tenant can be reached on +44 7911 123456."),
    ("phone", "high", "07911.123.457", "Text my neighbour Olu, 07911.123.457, about the key."),
    ("phone", "medium", "(020) 8888 1234", "Somebody keeps calling from (020) 8888 1234."),
    ("phone", "high", "07911123458", "Her mobile is tel:07911123458 if you need it."),
    ("email", "high", "d.okonjo88@gmail.com", "The complainant is d.okonjo88@gmail.com."),
    ("email", "medium", "sofia.marek@outlook.com", "Please chase sofia.marek@outlook.com for the form."),
    (
        "email", "medium", "karl_b [at] hotmail [dot] co [dot] uk",
        "karl_b [at] hotmail [dot] co [dot] uk has the keys",
    ),
    ("email", "medium", "priya.nair@haringey.gov.uk", "Ask priya.nair@haringey.gov.uk, she decides."),
    ("address", "high", "14 Elder Row N9 9ZZ", "Thanks Priya Nair of 14 Elder Row N9 9ZZ, we have it."),
    (
        "address", "high", "Flat 3, 81 Mulberry Road",
        "The lady in Flat 3, 81 Mulberry Road has dementia, go gently.",
    ),
    ("address", "medium", "7 Cobden Terrace", "The tenant of 7 Cobden Terrace is three months behind."),
    ("address", "medium", "22 station road n8 7tb", "she lives at 22 station road n8 7tb with two dogs"),
    ("postcode", "medium", "N15 4AB", "The resident moved out, new home address is in N15 4AB."),
    ("date-of-birth", "medium", "4 June 1957", "Booking for Lorna, born 4 June 1957."),
    ("date-of-birth", "medium", "04/06/1957", "DOB 04/06/1957, surname Achebe."),
    ("card", "high", "4111 1111 1111 1111", "He read out 4111 1111 1111 1111 over the phone."),
    ("bank-account", "high", "20-11-43", "Refund her: sort code 20-11-43, account 61234567."),
    ("bank-account", "high", "61234567", "Refund her: sort code 20-11-43, account 61234567."),
    ("iban", "high", "GB29NWBK60161331926819", "Send the salary to GB29NWBK60161331926819 today."),
    ("ip-address", "medium", "86.14.203.9", "The troll posted from 86.14.203.9 at 2am."),
    ("mac-address", "medium", "3C:22:FB:10:9A:04", "Block 3C:22:FB:10:9A:04, it is the loaned tablet."),
    ("location", "medium", "51.58741, -0.10345", "He sleeps rough at 51.58741, -0.10345, the resident said."),
    ("case-reference", "medium", "HB/2291834", "Your housing benefit claim HB/2291834 was refused."),
    ("case-reference", "medium", "40018822", "Council tax account 40018822 is now in arrears."),
    (
        "health", "high", "heart condition",
        "Objections came from Mrs T. Lowe at number 12, who says her heart condition would suffer.",
    ),
    ("case-reference", "medium", "CMT/26/44120", "Sorry for the wait, your complaint is logged under CMT/26/44120."),
    ("case-reference", "high", "LD20458812", "PCN LD20458812 is cancelled, Mr Ferreira."),
    ("case-reference", "medium", "DHP-2026-00417", "The award under DHP-2026-00417 covers your rent until May."),
    ("date-of-birth", "medium", "3.8.1944", "Fined again: Lorna Achebe (b. 3.8.1944) of the high road."),
    ("date-of-birth", "medium", "12 May 1951", "Her date of birth on our form is 12 May 1951."),
    ("date-of-birth", "medium", "14/02/1988", "Visit list: CE 34 56 78 A, 14/02/1988, two flights of stairs."),
    ("passport", "high", "724365735", "A passport was left here. It's Dutch, number 724365735."),
    ("username", "medium", "jbell04", "The sticker says login jbell04, whose is it?"),
    ("username", "medium", "lbh\\tkaya", "Log in as lbh\\tkaya until yours arrives."),
    ("phone", "high", "07911 123459", "He rang from 07911 123459 twice, my boss said."),
    ("location", "medium", "lamps.tidy.moves", "The girls are at what3words lamps.tidy.moves, the refuge said."),
    ("health", "high", "dementia", "Sad news about Yusuf Demir, his dementia is worse."),
    (
        "special-category", "high", "housing benefit",
        "Thanks Priya Nair, your housing benefit appeal is with us.",
    ),
    ("special-category", "high", "asylum claim", "Mr Haile is waiting on his asylum claim, be kind."),
    (
        "child", "high", "Kai (9)",
        "Great day at half-term club! Here is Kai (9) from Elder Primary with his certificate.",
    ),
    ("child", "high", "Amara", "Placement for looked-after child Amara starts on Friday."),
    (
        "criminal", "medium", "fined",
        "Last month Mr A. Ferris was fined 1,200 pounds at the magistrates' court.",
    ),
    (
        "solicited", "high", None,
        "Can you post your full address and date of birth here so we can check your account?",
    ),
    ("solicited", "high", None, "Just reply with your date of birth and we will look."),
    ("solicited", "medium", None, "Sorry about that. What's your reference number?"),
    ("solicited", "high", None, "Drop your phone number in the comments and somebody will ring."),
]  # fmt: skip

PASSED = [
    "The specimen in the leaflet is QQ 12 34 56 C.",
    "Reference 9434765918 and 1111111111 are both wrong.",
    "NHS number 444 444 4444 is not real.",
    "M25 shut between J25 and J26, use the A406 or the N279 bus. W4 won. MH17 has landed.",
    "Use code NM24 FUN for half-price swimming.",
    "The team meets on the B12 3RD floor landing.",
    "Version 7.0.5.62 of the app is out, see section 4.3.2.1 of the plan.",
    "Council tax for Band D is £2,016.99 in 2026/27, 98.4% collected.",
    "Box 3006300778088159 of masks is at the depot.",
    "Serial no. 4111111111111111 is on the back of the meter.",
    "Worried about a child? Ring our team on 020 8489 1000 or email libraries@haringey.gov.uk",
    "Call 101, or 999 in an emergency, NHS 111, Childline 0800 1111, Samaritans 116 123.",
    "Floodline is open all night: 0345 988 1188.",
    "Book on 0300 123 4567 or write to bookings@leisure.example.org.",
    "Story time at Marcus Garvey Library, 1 Philip Lane, N15 4JA. All welcome.",
    "Planning application HGY/2025/9999 (14 Elder Row, N9 9ZZ) is open for comment until 30 September.",
    "Burst water main outside 40 High Road, buses on diversion.",
    "New cafe at 205 High Road scores 5 for hygiene!",
    "Roads gritted tonight in N22, N17 and N8.",
    "Children born between 1 September 2021 and 31 August 2022 can apply for reception now.",
    "Babies born after 22/01/2025 get a free book.",
    "Pay your council tax to our account: sort code 20-11-43, account number 61234567.",
    "Donate to the mayor's charity: sort code 20-11-43, account 61234567.",
    "Company no. 00756144, charity no. 1089464, ISBN 9780141439518.",
    "Cllr Dana Okafor, Cabinet Member for Housing, opened the school.",
    "Thanks Fatima, glad you liked the show!",
    "Our new diabetes service at the health centre is open to everybody with the condition.",
    "Apply for housing benefit online. Universal Credit claims take five weeks.",
    "Fly-tippers were fined 12,000 pounds last month.",
    "Please send us a private message with your address and we will look into it today.",
    "Never post your date of birth or phone number here.",
    "To report it, fill in the form with your postcode: https://www.haringey.gov.uk/report",
    "The new bench is at grid ref TQ23813996.",
    "Swim times: lane 1 01:24:56, lane 2 01:25:30.",
    "Trees tagged 07700 to 07912 in the park will be pruned.",
    "Census 2021: 264,238 residents; density 8,928 per square kilometre.",
    "Your reference library is open from 9 until 5.",
    "If your 2018 to 2019 return is late, your case 2019 papers will follow.",
    "Forty young people built a pizza oven at our holiday club.",
    "Max (12) and under swim free.",
    "Holly Road and Victoria Park are closed on Saturday.",
    "Olympic champion Kelly Marsh, 34, opens the school fair.",
    "Have your number plate, e.g. AB12 CDE, to hand.",
    "A pupil number looks like A801200001001.",
    "Type 192.168.1.1 into a browser to find your router.",
    "Our lesson used 00:00:5E:00:53:01, set aside for examples.",
    "Our new minibus, HG24 BUS, starts on Monday.",
    "The UPRN of the Civic Centre is 100023216743.",
    "Lease enquiries: Tamarind Skips, 020 8801 3344.",
    "Quote ref PO-44120 for the plant sale.",
    "Ceremonies move to the hall at 294 High Road this evening.",
    "",
    "😀😀😀",
]  # fmt: skip


@pytest.mark.parametrize(("rule", "at_least", "words", "post"), FLAGGED)
def test_discloses(look: Look, rule: str, at_least: str, words: str | None, post: str) -> None:
    hits = [f for f in grave(look(post)) if f.rule == f"personal.{rule}" and words in (None, f.evidence)]
    assert hits, [(f.rule, str(f.severity), f.evidence, f.excuse) for f in look(post)]
    assert hits[0].severity >= Severity(at_least)
    assert hits[0].span is not None
    assert post[hits[0].span.start : hits[0].span.end] == hits[0].evidence
    assert hits[0].evidence not in hits[0].message


@pytest.mark.parametrize("post", PASSED)
def test_discloses_nothing(look: Look, post: str) -> None:
    assert [(f.rule, f.evidence) for f in grave(look(post))] == []


@pytest.mark.parametrize(
    ("rule", "excuse", "post", "fields"),
    [
        ("phone", "published contact", "Ring 020 8489 1000 for help.", {}),
        ("phone", "published contact", "Ring 0300 555 0199 for help.", {}),
        ("email", "published contact", "Write to parking@haringey.gov.uk.", {}),
        ("email", "published contact", "Write to appointments@royalfree.nhs.uk.", {}),
        (
            "bank-account",
            "published contact",
            "Pay your rent to our bank: sort code 20-11-43, account 61234567.",
            {},
        ),
        ("address", "public register", "Planning permission granted at 14 Elder Row, N9 9ZZ.", {}),
        (
            "phone",
            "recipient's own data",
            "We will ring 07700 900124 this afternoon.",
            {"kind": "dm", "recipient": "Alex"},
        ),
        (
            "case-reference",
            "recipient's own data",
            "Hi Alex, your reference is 7741.",
            {"kind": "dm", "recipient": "Alex"},
        ),
        (
            "phone",
            "own signature",
            "I sell honey now! Call me on 07700 900125.",
            {
                "account": Account(handle="@bees", tier="personal"),
                "author": Author(name="Sam North", connected=True),
            },
        ),
        ("child", "consent recorded", "Here is Kai (9) from Elder Primary.", {"consents": ("c-17",)}),
        (
            "email",
            "published contact",
            "Questions? Write to Cllr Ruth Feldman, ruth.feldman@haringey.gov.uk.",
            {},
        ),
        ("address", "history", "The poet lived at 51 Elder Park Road, N10 2AB, until he died in 1863.", {}),
        (
            "date-of-birth",
            "history",
            "The suffragette Ada Finch was born on 3 May 1915. Plaque on Friday.",
            {},
        ),
        ("nino", "specimen", "Sample form, all made up. Name: Ann Other, NI: AB123456C", {}),
        (
            "driving-licence",
            "specimen",
            "It looks like MORGA657054SM9IJ. That's the specimen, it's nobody's.",
            {},
        ),
    ],
)
def test_excused(look: Look, rule: str, excuse: str, post: str, fields: dict[str, Any]) -> None:
    findings = [f for f in look(post, **fields) if f.rule == f"personal.{rule}"]
    assert findings
    assert {(f.excuse, f.severity) for f in findings} == {(excuse, Severity.INFO)}


def test_a_private_message_still_shields_others(look: Look) -> None:
    post = "Hi Alex, your neighbour Mr Tanaka complained, his number is 07700 900126."
    assert "personal.phone" in {f.rule for f in grave(look(post, kind="dm", recipient="Alex"))}


def test_asking_in_a_private_message_is_fine(look: Look) -> None:
    post = "Please reply with your date of birth."
    assert grave(look(post)) != []
    assert grave(look(post, kind="dm", recipient="Alex")) == []


def test_a_name_alone_is_nothing(look: Look) -> None:
    assert look("Priya Nair and Mr Ferreira ran the stall.") == []
    rules = {f.rule: f.evidence for f in grave(look("Priya Nair, NI AB123456C, ran the stall."))}
    assert rules == {"personal.nino": "AB123456C", "personal.name": "Priya Nair"}


def test_a_word_that_is_also_a_name_is_no_name(look: Look) -> None:
    findings = look("Can you post your date of birth here?")
    assert [f.rule for f in findings] == ["personal.solicited"]


def test_every_shown_text_is_read(look: Look) -> None:
    attachment = Attachment(source=b"x", alt_text="Letter to Mrs Ferreira, NI AB123456C")
    findings = look("See the picture.", attachments=(attachment,), quoted_text="his NI is CE345678A")
    assert {(f.part, f.evidence) for f in findings if f.rule == "personal.nino"} == {
        ("alt_text:0", "AB123456C"),
        ("quoted_text", "CE345678A"),
    }


def test_one_finding_a_thing(look: Look) -> None:
    findings = look("She lives at Flat 2, 31 Mulberry Road, Tottenham N15 4AB. Ring 07700 900127.")
    assert sorted(f.evidence for f in findings) == [
        "07700 900127",
        "Flat 2, 31 Mulberry Road, Tottenham N15 4AB",
    ]


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (uk_checks.nhs_number, "943 476 5919", "9434765918"),
        (uk_checks.nhs_number, "4010232137", "4444444444"),
        (uk_checks.utr, "1955839661", "2955839661"),
        (uk_checks.upn, "L820200008001", "A820200008001"),
        (uk_checks.card, "5555 5555 5555 4444", "5555 5555 5555 4445"),
        (uk_checks.card, "378282246310005", "3782822463100050"),
        (uk_checks.driving_licence, "MORGA657054SM9IJ", "MORGA699054SM9IJ"),
    ],
)
def test_check_digits(check: Callable[[str], bool], right: str, wrong: str) -> None:
    assert check(right)
    assert not check(wrong)


@pytest.mark.parametrize(
    ("written", "national"),
    [
        ("+44 (0)7700 900123", "07700900123"),
        ("0044 7700 900123", "07700900123"),
        ("447700900123", "07700900123"),
        ("(020) 8489-1000", "02084891000"),
        ("+353 1 679 1234", "+35316791234"),
        ("０７７００ 900123", "07700900123"),
    ],
)
def test_phone_in_national_form(written: str, national: str) -> None:
    assert uk_checks.national_phone(written) == national


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hi Kelly Singh and Mrs T. Lowe.", ["Kelly Singh", "Mrs T. Lowe"]),
        ("Esther Hussain's review, Dr. Adeyemi's notes", ["Esther Hussain", "Dr. Adeyemi"]),
        ("Victoria Park, Florence Road and Boston Marathon", []),
        ("Agnieszka O'Brien-Kaya of Elder Row", ["Agnieszka O'Brien-Kaya"]),
    ],
)
def test_names_by_shape(text: str, names: list[str]) -> None:
    found = find_people(text, load_cues())
    assert [text[p.start : p.end] for p in found] == names


def test_office_holders_are_no_private_persons() -> None:
    found = find_people("Councillor Sam Adeyemi met Sam Adeyemi, Head of Parks", load_cues())
    assert [p.office for p in found] == [True, True]


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.usefixtures("no_sockets")
def test_no_network_and_nothing_in_logs(
    look: Look, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    post = "Ring Mrs Ferreira on 07700 900128, m.ferreira@gmail.com, GB29NWBK60161331926819, 10.1.2.3."
    assert len(grave(look(post))) >= 4
    logged = caplog.text + "".join(capsys.readouterr())
    for words in ("07700", "ferreira", "NWBK", "10.1.2.3", "Ring"):
        assert words.casefold() not in logged.casefold()
    assert not [h for h in logging.getLogger("decision_process").handlers if type(h) is logging.StreamHandler]


def test_eight_threads_equal_one(look: Look) -> None:
    posts = [post for *_, post in FLAGGED] + PASSED
    alone = [look(post) for post in posts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, posts * 3)) == alone * 3


@pytest.mark.parametrize(
    "hostile",
    [
        "07",
        "a@",
        "1 ",
        "1.",
        "A",
        "Mr A ",
        "12 High Road, ",
        "Flat 1, ",
        "DOB 1/1/1990 ",
        "a@b.uk ",
        "1: ",
        "her ",
    ],
)
def test_long_hostile_text_costs_in_proportion(look: Look, hostile: str) -> None:
    def cost(length: int) -> float:
        text = (hostile * length)[:length]
        start = time.process_time()
        look(text)
        return time.process_time() - start

    cost(2_000)
    assert cost(60_000) < 60 * max(cost(4_000), 0.004)


def test_a_hit_across_the_cut_of_a_long_text_is_whole(look: Look) -> None:
    for lead in range(4_850, 5_150, 11):
        text = "x" * (lead - 1) + " AB 12 34 56 C " + "y" * 7_000
        assert [f.evidence for f in look(text)] == ["AB 12 34 56 C"]


@pytest.mark.parametrize(
    ("rule", "evidence", "reply"),
    [
        (
            "health",
            "heart condition",
            "Thanks, Mrs Lowe. We know your heart condition makes the stairs hard.",
        ),
        ("address", "14 Elder Row", "Thanks, Mrs Lowe. Your flat at 14 Elder Row is on our list."),
        ("phone", "07700 900123", "Hello Mrs Lowe. Our team will ring you on 07700 900123."),
        ("phone", "07700 900123", "Our team will ring you on 07700 900123."),
        ("health", "cancer", "@janedoe sorry about your cancer diagnosis, we will move the appointment"),
        ("special-category", "rent arrears", "@janedoe your rent arrears are with our team"),
        ("special-category", "asylum appeal", "Ms Ofori's asylum appeal was refused today"),
        ("child", "Grace (aged six)", "Grace (aged six) loved our holiday club at the school"),
        ("health", "pregnant", "Congratulations to our colleague Pat who is pregnant!"),
    ],
)
def test_a_public_reply_tells_about_the_person_it_speaks_to(
    look: Look, rule: str, evidence: str, reply: str
) -> None:
    found = [f for f in grave(look(reply, kind="reply")) if f.rule == f"personal.{rule}"]
    assert [f.evidence for f in found] == [evidence]
    assert found[0].severity == "high"


@pytest.mark.parametrize(
    "reply",
    [
        "Hi Mrs Lowe, you can apply for housing benefit on our website.",
        "@janedoe you can get help with rent arrears on 020 8489 1000",
        "Hello Amina Yusuf, our pregnancy yoga class is on Friday.",
        "Hi @sam, if you are pregnant you can get free vitamins",
        "Thanks Tom Hall! Your library has books on anxiety and depression.",
        "@janedoe the road closure outside the school at 14 Elder Row ends Friday",
        "RT @thepaper: builder fined for blocking the pavement",
        "@haringeycouncil well done to your fostering team",
    ],
)
def test_a_reply_may_speak_to_somebody(look: Look, reply: str) -> None:
    assert grave(look(reply, kind="reply")) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Meet Leila (7) from Belmont Juniors with her painting.", "high"),
        ("Here's Xochitl (9) from Elder Primary", "high"),
        ("Meet Mehmet (15) of our under-16s", "high"),
    ],
)
def test_a_child_with_an_age_and_a_place(look: Look, text: str, severity: str) -> None:
    (finding,) = [f for f in look(text) if f.rule == "personal.child"]
    assert finding.severity == severity
    (excused,) = [f for f in look(text, consents=("c-1",)) if f.rule == "personal.child"]
    assert (excused.severity, excused.excuse) == ("info", "consent recorded")


@pytest.mark.parametrize(
    "text",
    [
        "Year (6) pupils at Elder Primary visited the depot.",
        "Bus (9) stops outside the school.",
        "Story time for children (5) and up at the library, winner takes a book.",
        "Priya Nair (34) teaches at the school.",
    ],
)
def test_a_number_in_brackets_is_not_a_childs_age(look: Look, text: str) -> None:
    assert [f for f in look(text) if f.rule == "personal.child"] == []


def test_a_date_in_the_past_is_of_birth_only_beside_a_person(look: Look) -> None:
    for text in ("Minutes of 4/9/88 are in the archive.", "Hodan Warsame has run the club since 4/9/88."):
        assert [f for f in look(text) if f.rule == "personal.date-of-birth"] == []


def test_a_vehicle_of_the_council_or_for_sale_leads_to_nobody(look: Look) -> None:
    for text in ("For sale by sealed bid: gritter, reg KX12 BFA.", "CCTV van LX24 VHU is one of ours."):
        (finding,) = [f for f in look(text) if f.rule == "personal.vehicle-registration"]
        assert finding.severity <= Severity.LOW


def test_a_specimen_is_none_when_it_is_somebodys(look: Look) -> None:
    post = "Here's mine as a worked example, MORGA657054SM9IJ, since the printed one is blurry."
    assert [f.excuse for f in look(post) if f.rule == "personal.driving-licence"] == [None]


def test_a_building_named_after_somebody_is_nobody() -> None:
    text = "Ask at Alexandra House or Morris Pharmacy"
    assert with_named([], [(7, 16), (26, 32)], text, load_cues()) == []
