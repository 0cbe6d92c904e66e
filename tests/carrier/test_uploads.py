"""Uploads on a good line and on one that breaks: what arrives is what was sent, 204 is said of nothing else, and repeats cost nothing."""

from __future__ import annotations

import random
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from carrier_kit import SEED, CuttingProxy, bundle, post

from xieli_sync.carriers import http, signed
from xieli_sync.carriers.receiver import Limits
from xieli_sync.carriers.spooling import Quota
from xieli_sync.errors import SyncError
from xieli_sync.keys import KeyPair


def test_a_bundle_arrives_byte_for_byte_and_is_in_the_inbox_when_204_is_said(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 150_000, 1)
        client = here.client()
        sent = client.send(data)
        client.close()
        assert (sent.bytes, sent.resumed, sent.broken) == (len(data), 0, 0)
        assert sent.pieces >= 2, "a larger file goes in pieces"
        assert here.waiting() == [data]
        assert here.rows() == [(sent.file, "waiting")]


def test_a_repeat_is_answered_204_and_enqueues_nothing(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 2_000, 1)
        file = here.client().send(data).file
        for offset, piece in ((0, data), (len(data), b""), (7, b"anything")):
            said = here.ask("PATCH", file, offset=offset, length=len(data), piece=piece)
            assert (said.status, said.offset) == (204, len(data))
        again = here.client().send(data)
        assert (again.resumed, again.pieces) == (len(data), 1)
        assert here.rows() == [(file, "waiting")]


def test_a_file_that_was_imported_is_still_known_by_its_digest(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 2_000, 1)
        file = here.client().send(data).file
        importer = here.spool.importer()
        row = here.spool.take(importer)
        assert row is not None
        here.spool.done(row, "imported", "")
        importer.close()
        assert here.waiting() == []
        assert here.ask("PATCH", file, offset=0, length=len(data), piece=data).status == 204
        assert here.rows() == [(file, "done")]


def every_class_of_byte(size: int) -> list[tuple[str, int]]:
    """(way, byte) in each part of a request and of its answer: nothing, request line, headers, the blank line, body, its last byte; status, headers."""
    head = 560
    return [
        ("up", 1), ("up", 30), ("up", 200), ("up", head), ("up", head + 1), ("up", head + size // 3), ("up", head + size // 2), ("up", 2 * head + size // 2),
        ("down", 1), ("down", 15), ("down", 120), ("down", 200), ("down", 260),
    ]


def test_an_upload_cut_in_every_part_of_request_and_answer_is_resumed_byte_for_byte(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        for number, cut in enumerate(every_class_of_byte(20_000)):
            data = bundle(here.world, 20_000, number)
            proxy = CuttingProxy(here.server.port, [cut, cut])
            client = here.client(port=proxy.port)
            sent = client.send(data)
            client.close()
            proxy.close()
            assert proxy.broken, (cut, "the line did not break")
            assert data in here.waiting()
            assert here.client().send(data).pieces == 1, "a repeat answers 204"
            assert sent.file == sha256(data).hexdigest()
        assert len(here.rows()) == len(every_class_of_byte(20_000))


def test_a_line_that_always_breaks_after_a_few_kilobytes_still_gets_a_file_across(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 40_000, 3)
        proxy = CuttingProxy(here.server.port, [("up", 7_000)] * 60)
        client = here.client(port=proxy.port)
        sent = client.send(data)
        client.close()
        proxy.close()
        assert here.waiting() == [data]
        assert sent.broken > 3
        assert sent.pieces >= len(data) // http.LEAST_PIECE // 2
        assert proxy.carried < 8 * len(data)


def test_random_cuts_lose_nothing(tmp_path: Path) -> None:
    """A sample of the full proof: python tests/carrier/cut_uploads.py 50."""
    rng = random.Random(SEED)
    with post(tmp_path) as here:
        for number in range(6):
            data = bundle(here.world, 30_000, 100 + number)
            cuts = [(rng.choice(("up", "up", "down")), rng.randrange(1, 34_000)) for _ in range(3)]
            proxy = CuttingProxy(here.server.port, cuts)
            here.client(port=proxy.port).send(data)
            proxy.close()
            assert data in here.waiting(), cuts
        assert len(here.rows()) == 6


def test_two_clients_with_one_file_make_one_row(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 200_000, 9)
        failed: list[BaseException] = []

        def hand_in(keys: KeyPair) -> None:
            try:
                here.client(keys).send(data)
            except BaseException as error:
                failed.append(error)

        world = here.world
        threads = [threading.Thread(target=hand_in, args=(keys,)) for keys in (world.laptop, world.sibling, world.township, world.laptop)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)
        assert not failed
        assert here.waiting() == [data]
        assert len(here.rows()) == 1
        assert list((tmp_path / "spool" / "parts").iterdir()) == []


def test_nobody_can_spoil_the_part_of_another_device(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 20_000, 9)
        file = sha256(data).hexdigest()
        assert here.ask("PATCH", file, offset=0, length=len(data), piece=data[:5_000]).status == 202
        foreign = here.ask("PATCH", file, offset=0, length=len(data), piece=b"x" * 5_000, keys=here.world.sibling)
        assert (foreign.status, foreign.offset) == (202, 5_000)
        assert here.client().send(data).resumed == 5_000
        assert here.waiting() == [data]


def test_a_wrong_offset_is_told_the_right_one(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 20_000, 9)
        file = sha256(data).hexdigest()
        assert here.ask("HEAD", file).offset == 0
        here.ask("PATCH", file, offset=0, length=len(data), piece=data[:3_000])
        said = here.ask("PATCH", file, offset=0, length=len(data), piece=data[:3_000])
        assert (said.status, said.offset) == (409, 3_000)
        assert here.ask("PATCH", file, offset=9_000, length=len(data), piece=data[9_000:]).offset == 3_000
        assert here.ask("HEAD", file).offset == 3_000
        assert here.ask("PATCH", file, offset=3_000, length=len(data), piece=data[3_000:]).status == 204


def test_a_whole_file_that_is_not_what_its_name_says_is_dropped_and_said(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 5_000, 9)
        file = sha256(data).hexdigest()
        said = here.ask("PATCH", file, offset=0, length=len(data), piece=data[:-1] + b"?")
        assert (said.status, said.code, said.offset) == (422, "XL-B04", 0)
        assert here.rows() == []
        assert list((tmp_path / "spool" / "parts").iterdir()) == []
        assert here.client().send(data).resumed == 0


@pytest.mark.parametrize(("data", "code"), [(b"not a bundle at all", "XL-B02"), (b"\x89XLB\r\n\x1a\n" + b"\0" * 100, "XL-B04")])
def test_what_is_no_bundle_is_refused_at_the_door_with_its_code(tmp_path: Path, data: bytes, code: str) -> None:
    with post(tmp_path) as here:
        with pytest.raises(SyncError) as refused:
            here.client().send(data)
        assert refused.value.code == code
        assert here.rows() == []


def test_a_piece_changed_on_the_way_is_not_kept_and_the_client_sends_it_again(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 5_000, 9)
        file = sha256(data).hexdigest()
        said = here.ask("PATCH", file, offset=0, length=len(data), piece=data[:100], claim={"digest": "0" * 64})
        assert (said.status, said.code, said.offset) == (422, "XL-B04", 0)
        assert here.ask("HEAD", file).offset == 0


def test_parts_nobody_goes_on_with_expire_and_are_begun_again(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 20_000, 9)
        file = sha256(data).hexdigest()
        here.ask("PATCH", file, offset=0, length=len(data), piece=data[:3_000])
        here.wall.add(6.9 * 24 * 3600)
        assert here.spool.sweep() == 0
        here.wall.add(0.2 * 24 * 3600)
        assert here.spool.sweep() == 1
        assert list((tmp_path / "spool" / "parts").iterdir()) == []
        assert here.client().send(data).resumed == 0


def test_a_device_may_leave_only_so_much_lying(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(quota={"village": Quota(3, 100_000)})) as here:
        files = [bundle(here.world, 3_000, n) for n in range(4)]
        for data in files[:3]:
            here.client().send(data)
        with pytest.raises(SyncError) as refused:
            here.client().send(files[3])
        assert refused.value.code == "XL-F14"
        here.client(here.world.sibling).send(files[3])
        importer = here.spool.importer()
        row = here.spool.take(importer)
        assert row is not None
        here.spool.done(row, "imported", "")
        importer.close()
        here.client().send(bundle(here.world, 3_000, 8))
        with pytest.raises(SyncError) as refused:
            here.client().send(bundle(here.world, 120_000, 9))
        assert refused.value.code == "XL-F14"


def test_the_limit_of_a_bundle_holds_before_anything_is_sent(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        said = here.ask("PATCH", "0" * 64, offset=0, length=16 * 1024 * 1024 + 1, piece=b"x")
        assert (said.status, said.code) == (413, "XL-B01")
        huge = {"Content-Length": str(signed.PIECE_LIMIT + 1)}
        assert here.ask("PATCH", "0" * 64, offset=0, length=16 * 1024 * 1024, piece=b"x", headers=huge).status == 413
        assert here.ask("PATCH", "0" * 64, offset=5, length=4, piece=b"").status == 400
        assert here.ask("PATCH", "0" * 64, offset=0, length=10, piece=b"x" * 11).status == 400
