"""The 66 worked example drafts, written out as full drafts with the verdict that each has to get.

``OUT`` lies outside and ``PEP`` inside the pre-election period of 7 May 2026. Where a draft is allowed its
clauses are context; otherwise any one of them suffices. ``LATER`` names the drafts that need what is not
built yet: the test expects each of them to fail, and fails itself as soon as one works.
Content note: the drafts hold abuse, threats and discrimination.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from example_images import (
    banner_behind_people,
    certificate_photo,
    logo_avatar,
    logo_cover,
    ribbon_photo,
    watermarked,
)
from postcheck import Account, Attachment, Author, Draft

OUT = datetime.fromisoformat("2026-09-15T10:00:00+01:00")
PEP = datetime.fromisoformat("2026-04-15T10:00:00+01:00")

KEY = Account(handle="@haringeycouncil", platform="x")
LIBRARY = Account(handle="@haringeylibrary", platform="x")
YOUTH = Account(handle="@haringeyyouth", platform="instagram")
PERSONAL = Account(handle="@northside_sam", platform="x", tier="personal")

COMMS = Author(id="comms-01", is_communications=True)
LIBRARIAN = Author(id="lib-01", is_communications=False)
YOUTH_WORKER = Author(id="youth-01", is_communications=False)
STAFF = Author(id="staff-77")
CONNECTED = Author(id="staff-77", is_communications=False, connected=True)
NOT_CONNECTED = Author(id="staff-77", is_communications=False, connected=False)
COUNCILLOR = Author(id="cllr-01", type="councillor")

# What the drafts need of a pipeline besides the organisation file: only E63 stops the queue.
CRISIS = {"crisis_hold": True}


@dataclass(frozen=True)
class Case:
    """A draft, the decision it has to get, and the clauses of which one has to be cited."""

    id: str
    expected: str
    clauses: tuple[str, ...]
    draft: Draft
    pipeline: dict[str, Any] = field(default_factory=dict)


LATER: dict[str, str] = {}


def organisation(folder: Path) -> Path:
    """Write the organisation of the drafts: the worked example, which also publishes two more contacts."""
    from postcheck.resources import data_dir

    text = (data_dir() / "organisations" / "haringey.toml").read_text(encoding="utf-8")
    text = text.replace('domains = ["haringey.gov.uk"]', 'domains = ["haringey.gov.uk", "example.gov.uk"]')
    text += """
[[contacts]]
kind = "phone"
value = "020 7946 0100"
what = "contact number of the example drafts, from a range reserved for drama"
source = "worked example"
"""
    path = folder / "organisation.toml"
    path.write_text(text, encoding="utf-8")
    return path


@cache
def cases() -> tuple[Case, ...]:
    """Return the 66 drafts in order."""
    return (
        # corporate, post, OUT
        Case(
            "E01",
            "allow",
            ("4.2.1.6",),
            Draft(
                text="Bins will be collected a day later next week because of the bank holiday. Check your new day: https://www.example.gov.uk/bins",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E02",
            "review",
            ("4.2.1.6", "A.2", "5.3"),
            Draft(
                text="We have halved fly-tipping in a single year. Best in London!",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E03",
            "allow",
            ("A.2", "4.2.1.6"),
            Draft(
                text="Fly-tip reports fell from 1,204 to 1,093 between Q1 and Q2 2025/26. Figures: https://www.example.gov.uk/performance/q2",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, reply, OUT, author is not on admin list
        Case(
            "E04",
            "block",
            ("4.1.1",),
            Draft(
                text="Sorry to hear this Sam, we will get a crew round tonight.",
                kind="reply",
                account=KEY,
                author=STAFF,
                publish_at=OUT,
            ),
        ),
        # corporate, reply, OUT, authorised admin
        Case(
            "E05",
            "allow",
            ("4.2.3.5",),
            Draft(
                text="Sorry your collection was missed. Please send us a private message with your address and we will look into it today.",
                kind="reply",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, reply, OUT, authorised admin
        Case(
            "E06",
            "block",
            ("4.2.3.5", "4.2.3.4"),
            Draft(
                text="Can you post your full address and date of birth here so we can check your account?",
                kind="reply",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # service (Libraries), reply, OUT, manager
        Case(
            "E07",
            "block",
            ("4.2.3.4", "5.4"),
            Draft(
                text="Thanks Priya Nair of 14 Elder Row N99 9ZZ, your housing benefit appeal is with our team.",
                kind="reply",
                account=LIBRARY,
                author=LIBRARIAN,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E08",
            "allow",
            ("4.2.3.4",),
            Draft(
                text="Planning application HGY/2025/9999 (14 Elder Row, N99 9ZZ) is open for comment until 30 September: https://planning.example.gov.uk/HGY-2025-9999",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E09",
            "block",
            ("4.2.3.4",),
            Draft(
                text="Objections to HGY/2025/9999 came from Mrs T. Lowe at number 12, who says her heart condition would suffer.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E10",
            "allow",
            ("4.2.3.4",),
            Draft(
                text="Worried about a child? Ring our team on 020 7946 0100 or email mash@example.gov.uk",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E11",
            "block",
            ("5.7", "4.2.3.4", "5.4"),
            Draft(
                text="Ring my mate in parking, Darren, on 07700 900123, he will sort your fine.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # service (Youth Space), post with photo, OUT, no consent id
        Case(
            "E12",
            "block",
            ("4.2.3.4",),
            Draft(
                text="Great day at half-term club! Here is Kai (9) from Elder Primary with his certificate.",
                account=YOUTH,
                author=YOUTH_WORKER,
                publish_at=OUT,
                attachments=(Attachment(source=certificate_photo(), alt_text="A child with a certificate"),),
            ),
        ),
        # service (Youth Space), post with photo, OUT, consent id present, faces turned away
        Case(
            "E13",
            "allow",
            ("4.2.3.4",),
            Draft(
                text="What a half-term! Forty young people built a pizza oven at our holiday club.",
                account=YOUTH,
                author=YOUTH_WORKER,
                publish_at=OUT,
                attachments=(Attachment(source=certificate_photo(), alt_text="Young people from behind"),),
                consents=("consent-2026-014",),
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E14",
            "block",
            ("5.2", "5.1"),
            Draft(
                text="These families are vermin and the estate would be better with them gone.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, reply, OUT, admin
        Case(
            "E15",
            "review",
            ("5.2",),
            Draft(
                text='A comment calling our Roma neighbours "vermin" was removed. That language has no place here. If you see hate, report it: https://www.report-it.org.uk',
                kind="reply",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E16",
            "allow",
            ("5.2",),
            Draft(
                text="We stand against racism, antisemitism and Islamophobia in our borough.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, reply, OUT, connected
        Case(
            "E17",
            "review",
            ("5.2", "5.1"),
            Draft(
                text="Typical. Another woman driver running the depot.",
                kind="reply",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E18",
            "block",
            ("5.2",),
            Draft(
                text="You people should go back where you came from.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E19",
            "allow",
            ("5.2", "5.7"),
            Draft(
                text="Hate crime is a crime. If someone threatens you because of your faith, disability, race, sexuality or gender identity, call 101 or 999 in an emergency.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, reply, OUT, connected
        Case(
            "E20",
            "block",
            ("5.1", "5.7"),
            Draft(
                text="Say that again and I will come round and break your windows.",
                kind="reply",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E21",
            "review",
            ("5.1", "4.2.1.3"),
            Draft(
                text="The new line manager is an absolute clown and everyone in Team 4 knows it.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, not connected
        Case(
            "E22",
            "allow",
            ("5.0.4",),
            Draft(
                text="Awful referee, absolute clown.",
                account=PERSONAL,
                author=NOT_CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E23",
            "block",
            ("5.4",),
            Draft(
                text="OFFICIAL-SENSITIVE: attached the depot review before it goes to Cabinet. Have a look.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E24",
            "allow",
            ("5.4", "A.2"),
            Draft(
                text="Cabinet agreed the new library opening hours last night. Read the decision: https://minutes.example.gov.uk/d/4411",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E25",
            "review",
            ("5.4", "5.3"),
            Draft(
                text="Cabinet will agree the closure of two libraries on Tuesday, more news to follow.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E26",
            "block",
            ("5.4",),
            Draft(
                text="Bidder B was 12 per cent cheaper, so that is who we are picking on Friday.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E27",
            "block",
            ("5.4", "4.2.3.4"),
            Draft(
                text="Half of HR is off sick and two managers are suspended, you did not hear it from me.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E28",
            "allow",
            ("A.1", "5.0.1"),
            Draft(
                text="Proud to work for the council. Our parks team won a Green Flag Award today: https://www.example.gov.uk/news/green-flag",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected, no disclosure
        Case(
            "E29",
            "review",
            ("A.1", "4.2.1.4"),
            Draft(
                text="As a local resident with no axe to grind, the new leisure centre is the best thing the council has ever done!",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # personal, profile change, OUT
        Case(
            "E30",
            "block",
            ("5.5", "5.0.4"),
            Draft(
                kind="profile",
                account=Account(
                    handle="@northside_sam",
                    platform="x",
                    tier="personal",
                    bio="Housing officer. Views my own.",
                ),
                author=STAFF,
                publish_at=OUT,
                attachments=(Attachment(source=logo_avatar(), role="avatar"),),
            ),
        ),
        # personal, post with image, OUT, connected
        Case(
            "E31",
            "review",
            ("5.5",),
            Draft(
                text="Selfie from the staff awards",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
                attachments=(Attachment(source=banner_behind_people(), alt_text="Colleagues at the awards"),),
            ),
        ),
        # corporate, post with image, OUT
        Case(
            "E32",
            "allow",
            ("5.5",),
            Draft(
                text="Our new recycling guide is out.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
                attachments=(Attachment(source=logo_cover(), alt_text="Cover of the recycling guide"),),
            ),
        ),
        # personal, account named @Haringey_Parking_Help, OUT
        Case(
            "E33",
            "block",
            ("5.6", "4.2.2.2"),
            Draft(
                text="Hello, this is the council parking team. Pay your PCN here: https://pay-pcn.example.net",
                account=Account(handle="@Haringey_Parking_Help", platform="x", tier="personal"),
                author=STAFF,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT
        Case(
            "E34",
            "block",
            ("5.6", "5.3"),
            Draft(
                text="As your Chief Executive I can confirm every tenant will get a rebate.",
                account=PERSONAL,
                author=STAFF,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT, delegated_for = Chief Executive, approval recorded
        Case(
            "E35",
            "allow",
            ("5.6",),
            Draft(
                text='A message from our Chief Executive: "Thank you to every volunteer who helped after Friday\'s flood."',
                account=KEY,
                author=COMMS,
                publish_at=OUT,
                delegated_for="Chief Executive",
                approvals=("approval-2026-031",),
            ),
        ),
        # personal, post, OUT, account labelled "Parody" in name and bio
        Case(
            "E36",
            "review",
            ("5.6", "5.0.4"),
            Draft(
                text="Parody Council announces compulsory naps between 2 and 4pm.",
                account=Account(
                    handle="@northside_sam",
                    platform="x",
                    tier="personal",
                    display_name="Parody Council",
                    bio="Parody. Not the council.",
                ),
                author=STAFF,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E37",
            "block",
            ("5.7",),
            Draft(
                text="Just park on the pavement, nobody will ticket you before ten.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E38",
            "review",
            ("4.2.3.4", "5.7"),
            Draft(
                text="Fly-tipping is a crime. Last month Mr A. Ferris was fined 1,200 pounds at Highbury Magistrates' Court. Details: https://www.example.gov.uk/news/court",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, post, OUT, connected
        Case(
            "E39",
            "block",
            ("5.7",),
            Draft(
                text="Those camera poles deserve everything they get. Angle grinder, ten minutes, job done.",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E40",
            "review",
            ("4.2.6", "5.7"),
            Draft(
                text="Join the peaceful march for safer streets on Saturday. Route and road closures: https://www.example.gov.uk/closures",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, reply, OUT, connected
        Case(
            "E41",
            "block",
            ("5.7",),
            Draft(
                text="Squat the empty flats on the hill, the doors are easy.",
                kind="reply",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E42",
            "allow",
            ("4.2.6",),
            Draft(
                text="Vote on Thursday 7 May. Polls open 7am to 10pm. Bring photo ID. Find your polling station: https://whereidoivote.example.uk",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E43",
            "block",
            ("4.2.6",),
            Draft(
                text='Cllr Dana Okafor, Cabinet Member for Environment, said: "I am delighted we delivered 500 new trees."',
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E44",
            "allow",
            ("4.2.6",),
            Draft(
                text='Cllr Dana Okafor, Cabinet Member for Environment, said: "I am delighted we delivered 500 new trees." Tree map: https://www.example.gov.uk/trees',
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E45",
            "allow",
            ("4.2.6",),
            Draft(
                text='Head of Parks Lee Marsh said: "The last of 500 trees went in this week." Tree map: https://www.example.gov.uk/trees',
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, share, PEP
        Case(
            "E46",
            "block",
            ("4.2.6",),
            Draft(
                text="RT @VoteLabour: A fresh start for our borough #VoteLabour",
                kind="share",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, share, OUT
        Case(
            "E47",
            "block",
            ("4.2.6",),
            Draft(
                text="RT @VoteLabour: A fresh start for our borough #VoteLabour",
                kind="share",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, PEP, emergency = true
        Case(
            "E48",
            "allow",
            ("4.2.6",),
            Draft(
                text="FLOOD WARNING: leave homes on River Lane now. Rest centre: Elder School. Do not drive through water. 999 if in danger.",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
                emergency=True,
            ),
        ),
        # corporate, post, PEP, emergency = true
        Case(
            "E49",
            "review",
            ("4.2.6",),
            Draft(
                text='The Leader, Cllr Sam Oyelaran: "Residents on River Lane should go to the rest centre at Elder School. My thoughts are with everyone affected."',
                account=KEY,
                author=COMMS,
                publish_at=PEP,
                emergency=True,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E50",
            "review",
            ("4.2.6",),
            Draft(
                text="The Mayor of the borough, Cllr Ines Brandt, laid a wreath at the memorial today on behalf of residents.",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E51",
            "allow",
            ("4.2.6",),
            Draft(
                text="Our pothole programme carries on: see which streets are next https://www.example.gov.uk/roads",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, post, PEP
        Case(
            "E52",
            "block",
            ("4.2.6",),
            Draft(
                text="Launching today: our bold new plan to end the low traffic neighbourhood scheme. Have your say!",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
            ),
        ),
        # corporate, reply, PEP, admin
        Case(
            "E53",
            "block",
            ("4.2.6", "4.2.7"),
            Draft(
                text="@reporterjo yes, happy to comment on the candidates' housing pledges.",
                kind="reply",
                account=KEY,
                author=COMMS,
                publish_at=PEP,
                in_reply_to_handle="@reporterjo",
            ),
        ),
        # service (Libraries), reply, OUT, manager, not Comms
        Case(
            "E54",
            "block",
            ("4.2.7", "A.2"),
            Draft(
                text="Hi Jo, for your piece: yes, footfall is down 8 per cent and we are worried.",
                kind="reply",
                account=LIBRARY,
                author=LIBRARIAN,
                publish_at=OUT,
                in_reply_to="Hi, I am writing a piece on library visitor numbers. Any comment?",
            ),
        ),
        # service (Libraries), reply, OUT, manager
        Case(
            "E55",
            "allow",
            ("4.2.7",),
            Draft(
                text="Thanks Jo, please contact our press office on press@example.gov.uk and they will help.",
                kind="reply",
                account=LIBRARY,
                author=LIBRARIAN,
                publish_at=OUT,
                in_reply_to="Hi, I am writing a piece on library visitor numbers. Any comment?",
            ),
        ),
        # corporate, post, OUT
        Case(
            "E56",
            "review",
            ("4.2.5.0",),
            Draft(
                text="Sorry, our earlier post giving the wrong strike dates was deleted. Correct dates: 3 and 4 October. https://www.example.gov.uk/strike",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # personal, post, PEP, connected, politically restricted post
        Case(
            "E57",
            "review",
            ("4.2.6", "5.0.1"),
            Draft(
                text="Out on the doorstep for the Greens again. Great response! #VoteGreen",
                account=PERSONAL,
                author=CONNECTED.model_copy(update={"politically_restricted": True}),
                publish_at=PEP,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E58",
            "allow",
            ("4.2.6",),
            Draft(
                text="New mums on the maternity ward: labour ward tours restart on Monday. A conservative estimate is a two-hour wait. Green bins are for garden waste.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
        ),
        # corporate, post, OUT
        Case(
            "E59",
            "block",
            ("4.2.1.5",),
            Draft(
                text="Photo via Google. Spring at the park!",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
                attachments=(Attachment(source=watermarked(), alt_text="Blossom in the park"),),
            ),
        ),
        # corporate, DM, OUT, admin
        Case(
            "E60",
            "allow",
            ("2.4", "4.2.3.5"),
            Draft(
                text="Hi Alex, thanks for your private message. Your reference is 7741. We will ring the number on your account this afternoon.",
                kind="dm",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
                recipient="Alex",
            ),
        ),
        # personal, reply in a residents' Facebook group, OUT, connected, not Comms
        Case(
            "E61",
            "block",
            ("4.1.2", "4.1.1"),
            Draft(
                text="The council will fix that lamp by Friday, we have already ordered the part.",
                kind="reply",
                account=PERSONAL,
                author=CONNECTED,
                publish_at=OUT,
                in_reply_to="When will the lamp on our street be fixed?",
            ),
        ),
        # service, DM to a colleague, OUT
        Case(
            "E62",
            "block",
            ("4.2.3.8",),
            Draft(
                text="New login for the page: user youthspace, password Summer2025!",
                kind="dm",
                account=LIBRARY,
                author=LIBRARIAN,
                publish_at=OUT,
                recipient="a colleague",
            ),
        ),
        # corporate, scheduled post, OUT, crisis_hold = true
        Case(
            "E63",
            "block",
            ("4.2.5.5",),
            Draft(
                text="Caption this! Best photo of a sleepy cat wins library goodies.",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
            ),
            CRISIS,
        ),
        # councillor's own account, post, PEP
        Case(
            "E64",
            "not_screened",
            ("2.2",),
            Draft(
                text="Labour will keep the pool open. Vote for me on 7 May!",
                account=PERSONAL,
                author=COUNCILLOR,
                publish_at=PEP,
            ),
        ),
        # corporate, drafted 20 Mar 2026, scheduled for 2 Apr 2026
        Case(
            "E65",
            "block",
            ("4.2.6",),
            Draft(
                text="Cllr Dana Okafor opens the new crossing today",
                account=KEY,
                author=COMMS,
                publish_at=datetime.fromisoformat("2026-04-02T10:00:00+01:00"),
                attachments=(Attachment(source=ribbon_photo(), alt_text="A councillor cutting a ribbon"),),
            ),
        ),
        # corporate, reply, OUT, admin, typed 2 minutes after a hostile comment
        Case(
            "E66",
            "review",
            ("A.3", "A.4", "4.2.1.3"),
            Draft(
                text="As we have ALREADY explained three times, read the website!!",
                kind="reply",
                account=KEY,
                author=COMMS,
                publish_at=OUT,
                in_reply_to="You never answer. Useless.",
                in_reply_to_at=datetime.fromisoformat("2026-09-15T09:58:00+01:00"),
            ),
        ),
    )
