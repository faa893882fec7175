"""Decoding in a process of its own: nothing that a file does reaches the caller."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import image_factory as make
from postcheck import Attachment, Draft, Pipeline
from postcheck.detectors.image_safety import ImageSafetyDetector
from postcheck.images import ImageLimits, Picture, Unreadable, guard, read_image

PHOTO = make.encode(make.noise(300, 200), "JPEG")
MOST_MEGABYTES = 500


def child() -> int:
    """Return the process id of the decoding process, starting it if need be."""
    assert isinstance(read_image(PHOTO), Picture)
    process = guard._guard._process
    assert process is not None
    return process.pid


def status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) // 1000


@pytest.mark.slow
def test_the_hostile_list_within_bounds() -> None:
    seen = 0
    for name, data, wanted in make.hostile_files():
        began = time.monotonic()
        outcome = read_image(data)
        assert (make.READ if isinstance(outcome, Picture) else outcome.reason) in wanted, (name, outcome)
        assert time.monotonic() - began < 20, name
        assert "fail" not in repr(outcome), name  # that would be a decoder that crashed
        seen += 1
    assert seen >= 100
    if sys.platform == "linux":
        assert status(child(), "VmHWM") < MOST_MEGABYTES


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"not a picture", "image.unreadable"), (make.png_header(30_000, 30_000), "image.too-large")],
)
def test_what_was_not_looked_at_is_reviewed(data: bytes, rule: str, pipeline: Pipeline) -> None:
    verdict = pipeline.check(
        Draft(text="Open today.", attachments=(Attachment(source=data, alt_text="A door"),))
    )
    assert verdict.decision == "review"
    assert [f.rule for f in verdict.findings] == [rule]
    assert verdict.failures == ()


def test_folders_and_devices_are_reported(tmp_path: Path) -> None:
    for source in (tmp_path, Path("/dev/zero"), Path("/dev/stdin"), Path("no/such.png")):
        if source.exists() or "no" in source.parts:
            assert isinstance(read_image(source), Unreadable)


def test_a_process_that_died_is_replaced() -> None:
    pid = child()
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while guard._guard._process is not None and guard._guard._process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert child() != pid


def test_a_decoder_that_crashes_costs_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    child()

    def killed(*_: object) -> object:
        process = guard._guard._process
        assert process is not None
        process.kill()
        process.wait()
        return {}

    with monkeypatch.context() as patch:
        patch.setattr(guard, "question", killed)
        assert read_image(PHOTO) == Unreadable("unreadable", "makes the decoder fail")
    assert isinstance(read_image(PHOTO), Picture)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    child()
    slow = make.bomb_png(7_600, 5_000)
    outcome = read_image(slow, ImageLimits(max_seconds=0.02))
    assert outcome == Unreadable("too-large", "takes too long to open")
    assert isinstance(read_image(PHOTO), Picture)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is not kept elsewhere")
def test_memory_is_limited_where_a_limit_lets_too_much_through() -> None:
    # 39 megapixels of 64 bits are within the usual limits; these let ten times that through.
    wide = ImageLimits(max_megapixels=900, max_side=40_000)
    outcome = read_image(make.tiff_of(30_000, 30_000, 8, b"x\x9c"), wide)
    assert isinstance(outcome, Unreadable)
    assert status(child(), "VmHWM") < MOST_MEGABYTES


def test_no_process_means_no_picture_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    guard._guard.close()
    monkeypatch.setattr(guard.spawn, "get_executable", lambda: "/no/such/python")
    outcome = read_image(PHOTO)
    assert isinstance(outcome, Unreadable)
    assert "process" in outcome.detail


def test_threads_share_one_process() -> None:
    pids, outcomes = {child()}, []

    def read() -> None:
        outcomes.append([type(read_image(source)) for source in (PHOTO, b"junk") * 4])
        pids.add(child())

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [[Picture, Unreadable] * 4] * 6
    assert len(pids) == 1


SCRIPT = """
import base64, sys
from postcheck import Attachment, Draft, Pipeline
{body}
photo = base64.b64decode("{photo}")
draft = Draft(text="Open today.", attachments=(Attachment(source=photo, alt_text="A door"),))
"""


def run(folder: Path, body: str, after: str) -> str:
    """Run a script as users write them, without a guard, in the way that shows every warning."""
    import base64

    photo = base64.b64encode(PHOTO).decode()
    script = folder / "script.py"
    script.write_text(SCRIPT.format(body=body, photo=photo) + after)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, timeout=120, cwd=folder
    )
    assert done.stderr == ""
    return done.stdout


def test_a_script_without_a_guard(tmp_path: Path) -> None:
    assert run(tmp_path, "", "print(Pipeline.default().check(draft).decision)") == "allow\n"


def test_many_drafts_in_worker_processes(tmp_path: Path) -> None:
    after = "print([v.decision.value for v in Pipeline.default().check_many([draft] * 3, workers=2)])"
    assert run(tmp_path, "", after) == "['allow', 'allow', 'allow']\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_copy_starts_its_own(tmp_path: Path) -> None:
    after = """
import os
from postcheck.images import Picture, guard, read_image
read_image(photo)
first = guard._guard._process.pid
child = os.fork()
if not child:
    good = isinstance(read_image(photo), Picture) and guard._guard._process.pid != first
    guard._guard.close()
    os._exit(0 if good else 1)
print(os.waitpid(child, 0)[1], isinstance(read_image(photo), Picture), guard._guard._process.pid == first)
"""
    assert run(tmp_path, "", after) == "0 True True\n"


def test_the_process_ends_with_its_caller(tmp_path: Path) -> None:
    after = """
from postcheck.images import guard, read_image
read_image(photo)
print(guard._guard._process.pid)
"""
    pid = int(run(tmp_path, "", after))
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_detector_says_nothing_of_the_file() -> None:
    secret = b"II*\0 my secret words " * 20
    outcome = read_image(secret)
    assert isinstance(outcome, Unreadable)
    assert "secret" not in repr(outcome)
    assert all("secret" not in rule.message for rule in ImageSafetyDetector.rules)
