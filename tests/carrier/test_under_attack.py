"""The receiver while somebody means it harm, or the machine under it fails: it answers, keeps little, and goes on."""

from __future__ import annotations

import datetime as dt
import errno
import ipaddress
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from carrier_kit import MS, SEED, Process, bundle, listed, make_world, post, until
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from xieli_sync.carriers import http, signed
from xieli_sync.carriers.receiver import Limits, Receiver
from xieli_sync.carriers.serving import Server, listen_on
from xieli_sync.carriers.trust_file import TrustFile
from xieli_sync.errors import SyncError
from xieli_tui.store.spool_fs import OsSpoolFs

FILE = sha256(b"a file").hexdigest()
HERE = Path(__file__).parent


class FullDisk(OsSpoolFs):
    """A disk that takes half of what it is given and then no more, until it is emptied."""

    def __init__(self) -> None:
        self.fails: int | None = None

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        if self.fails is not None:
            super().write_at(path, offset, data[: len(data) // 2])
            raise OSError(self.fails, "injected")
        super().write_at(path, offset, data)


@pytest.mark.parametrize(("number", "status", "code"), [(errno.ENOSPC, 507, "XL-F13"), (errno.EIO, 503, "XL-A01")])
def test_a_full_or_dying_disk_keeps_what_was_counted_and_takes_the_rest_later(tmp_path: Path, number: int, status: int, code: str) -> None:
    disk = FullDisk()
    with post(tmp_path, fs=disk) as here:
        data = bundle(here.world, 40_000, 1)
        file = sha256(data).hexdigest()
        assert here.ask("PATCH", file, offset=0, length=len(data), piece=data[:10_000]).status == 202
        disk.fails = number
        for _ in range(2):
            said = here.ask("PATCH", file, offset=10_000, length=len(data), piece=data[10_000:30_000])
            assert (said.status, said.code, said.offset) == (status, code, 10_000)
        fresh = bundle(here.world, 3_000, 2)
        with pytest.raises(SyncError) as refused:
            here.client().send(fresh)
        assert refused.value.code == ("XL-F13" if number == errno.ENOSPC else "XL-F21")
        assert [one.name for one in (tmp_path / "spool" / "parts").iterdir()] == [f"{file}.{here.world.laptop.dev[:8]}.part"], "no stray of the file that never began"
        disk.fails = None
        assert here.client().send(data).resumed == 10_000
        assert here.client().send(fresh).bytes == len(fresh)
        assert sorted(here.waiting()) == sorted([data, fresh])


def test_a_full_disk_under_the_inbox_itself_is_507_and_the_file_is_finished_later(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 3_000, 1)
        pages = here.spool._db.execute("PRAGMA page_count").fetchone()[0]
        here.spool._db.execute(f"PRAGMA max_page_count = {pages}")
        taken, number = 0, 10
        with pytest.raises(SyncError) as refused:
            while taken < 200:
                here.client(here.world.township).send(bundle(here.world, 600, number))
                taken, number = taken + 1, number + 1
        assert refused.value.code == "XL-F13"
        here.spool._db.execute("PRAGMA max_page_count = 100000")
        last = bundle(here.world, 600, number)
        here.client(here.world.township).send(last)
        here.client().send(data)
        assert len(here.rows()) == taken + 2
        assert last in here.waiting()


def talk(port: int, data: bytes, seconds: float = 5.0) -> bytes:
    """What a raw line gets back until the other end hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        line.sendall(data)
        got = b""
        try:
            while chunk := line.recv(65536):
                got += chunk
        except TimeoutError:
            return got + b"<silence>"
        except ConnectionResetError:
            pass
        return got


def test_oversize_headers_and_what_is_no_http_are_refused(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        port = here.server.port
        for data in (
            b"HEAD /bundles/x HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 600_000 + b"\r\n\r\n", b"HEAD /" + b"a" * 20_000, b"\x16\x03\x01\x02\x00\x01", b"\0" * 9_000,
            b"HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"PATCH / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        ):
            assert b" 400 " in talk(port, data), data[:40]
        assert here.raw("HEAD", f"/bundles/{FILE}", b"", {"A": "a" * 9_000}).status == 431
        assert here.ask("HEAD", FILE).status == 200


def test_a_body_without_a_length_is_not_begun(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        said = here.ask("PATCH", FILE, length=10, piece=b"0123456789", headers={"Transfer-Encoding": "chunked"})
        assert said.status == 411


def test_a_connection_that_says_nothing_or_never_ends_its_head_is_hung_up_on(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(head_time=0.8)) as here:
        port = here.server.port
        assert talk(port, b"") == b""
        assert talk(port, b"HEAD /bundles/") == b""
        assert talk(port, b"HEAD / HTTP/1.1\r\nHost: x\r\nA: 1\r\n") == b""
        assert here.ask("HEAD", FILE).status == 200


def test_a_body_that_trickles_is_given_up_and_what_was_kept_stays(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(body_time=1.5)) as here:
        data = bundle(here.world, 20_000, 1)
        file = sha256(data).hexdigest()
        here.ask("PATCH", file, offset=0, length=len(data), piece=data[:5_000])
        mine = here.world.laptop
        piece = data[5_000:]
        claim = signed.Claim("PATCH", file, here.world.net, mine.dev, mine.kid, MS, "ab" * 16, 5_000, len(data), sha256(piece).hexdigest())
        head = (
            f"PATCH /bundles/{file} HTTP/1.1\r\nHost: x\r\nAuthorization: {claim.header(mine)}\r\nUpload-Offset: 5000\r\nUpload-Length: {len(data)}\r\n"
            f"Content-Length: {len(piece)}\r\n\r\n"
        )
        assert b" 408 " in talk(here.server.port, head.encode() + piece[:100])
        assert here.client().send(data).resumed == 5_000


def test_more_connections_than_allowed_are_told_503_and_the_next_are_served(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(connections=8, head_time=5.0)) as here:
        idle = [socket.create_connection(("127.0.0.1", here.server.port)) for _ in range(8)]
        until(lambda: here.ask("HEAD", FILE).status == 503)
        for one in idle:
            one.close()
        until(lambda: here.ask("HEAD", FILE).status == 200)


def test_a_client_waits_for_a_busy_receiver_and_gets_through(tmp_path: Path) -> None:
    with post(tmp_path, limits=Limits(connections=4, head_time=5.0)) as here:
        idle = [socket.create_connection(("127.0.0.1", here.server.port)) for _ in range(4)]
        until(lambda: here.ask("HEAD", FILE).status == 503)
        client = here.client()
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            for one in idle:
                one.close()
            until(lambda: here.ask("HEAD", FILE).status == 200)

        client._sleep = pause
        data = bundle(here.world, 2_000, 1)
        assert client.send(data).broken >= 1
        assert pauses


def test_nobody_there_and_something_else_there_have_their_codes(tmp_path: Path) -> None:
    with post(tmp_path) as here, socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
        nobody.close()
        with pytest.raises(SyncError) as refused:
            here.client(port=port).send(b"x")
        assert refused.value.code == "XL-F11"
        assert len(here.slept) == http.FIRST_TRIES - 1

    def portal(answer: bytes) -> str:
        with socket.create_server(("127.0.0.1", 0)) as server, post(tmp_path / "other") as here:
            def serve() -> None:
                for _ in range(40):
                    try:
                        line, _ = server.accept()
                    except OSError:
                        return
                    with line:
                        line.recv(65536)
                        line.sendall(answer)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            with pytest.raises(SyncError) as refused:
                here.client(port=server.getsockname()[1], timeout=2).send(bundle(here.world, 600, 1))
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            return refused.value.code

    assert portal(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlogin") == "XL-F20"
    assert portal(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") == "XL-F20"
    assert portal(b"HTTP/1.1 200 OK\r\nUpload-Offset: 99999999\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") == "XL-F20"
    assert portal(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") == "XL-F20", "204 to a HEAD is not the receiver's word"
    assert portal(b"SSH-2.0-x\r\n") == "XL-F11"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = dt.datetime.now(dt.UTC)
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1).not_valid_before(now - dt.timedelta(1))
        .not_valid_after(now + dt.timedelta(1)).add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


def test_over_tls_the_certificate_decides(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with post(tmp_path) as here:
        server = Server(Receiver(TrustFile(here.trust), here.spool, wall=here.wall), listen_on("127.0.0.1:0", cert, key))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        data = bundle(here.world, 100_000, 1)

        def client(url: str, ca: Path | None) -> http.Client:
            mine = here.world.laptop
            return http.Client(
                http.target(url), dev=mine.dev, net=here.world.net, keys=[mine], clock_ms=here.wall.now_ms, rand=random.Random(1).randbytes,
                sleep=here.slept.append, ca=ca, timeout=3,
            )

        with pytest.raises(SyncError) as refused:
            client(f"https://127.0.0.1:{server.port}", None).send(data)
        assert refused.value.code == "XL-F19"
        with pytest.raises(SyncError) as refused:
            client(f"http://127.0.0.1:{server.port}", None).send(data)
        assert refused.value.code == "XL-F11"
        mine = client(f"https://127.0.0.1:{server.port}", cert)
        assert mine.send(data).bytes == len(data)
        mine.close()
        assert here.waiting() == [data]
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_the_receiver_loads_no_store_and_no_screen() -> None:
    """Nothing in its process could decrypt a bundle or read the county's records."""
    code = "import sys, xieli_tui.cli.county_receive, xieli_tui.desk.receiving, xieli_sync.carriers.receiver; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "sqlmodel", "sqlcipher3", "textual", "xieli_tui.desk.intake", "xieli_tui.store.vault"} & set(done.stdout.split())


def test_only_the_receiver_knows_its_libraries() -> None:
    """A laptop need not have them, and never loads them."""
    room = Path(__file__).parents[2]
    users = [
        path.name for folder in ("src", "sync", "sample_db") for path in (room / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) (starlette|uvicorn|h11|anyio)\b", path.read_text(encoding="utf-8"), re.M)
    ]
    assert sorted(users) == ["receiver.py", "serving.py"]
    ways_in = [path.name for path in (room / "src").rglob("*.py") if re.search(r"import (receiver|serving)\b|carriers\.(receiver|serving) import", path.read_text(encoding="utf-8"))]
    assert ways_in == ["receiving.py"]


def peak_kib(pid: int) -> int:
    """The most memory a process has held."""
    return int(next(line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_flood_of_requests_is_answered_in_bounded_memory(tmp_path: Path) -> None:
    """1,000 requests from strangers, half with 128 KiB behind them, while a laptop hands in: what the process holds does not grow with them."""
    world = make_world(SEED)
    tmp_path.joinpath("trust.json").write_text(json.dumps(listed(world)))
    process = Process(tmp_path)
    port, url = process.port, process.url
    try:
        body = os.urandom(128 * 1024)

        def flood(count: int, size: int) -> None:
            for number in range(count):
                head = f"PATCH /bundles/{FILE} HTTP/1.1\r\nHost: x\r\nAuthorization: Xieli {number}\r\nUpload-Offset: 0\r\nUpload-Length: 99\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
                assert b" 401 " in talk(port, head.encode() + body[:size])

        flood(10, len(body))
        before = peak_kib(process.pid)
        threads = [threading.Thread(target=flood, args=(125, len(body) if n % 2 else 100)) for n in range(8)]
        for one in threads:
            one.start()
        client = http.Client(
            http.target(url), dev=world.laptop.dev, net=world.net, keys=[world.laptop], clock_ms=lambda: MS, rand=random.Random(1).randbytes, sleep=lambda _: None,
        )
        data = bundle(world, 100_000, 1)
        assert client.send(data).bytes == len(data)
        client.close()
        for one in threads:
            one.join(60)
        after = peak_kib(process.pid)
        assert after - before < 24 * 1024, f"{before} KiB before, {after} KiB after"
    finally:
        assert process.end() == 0
    assert "Traceback" not in process.log()
    assert FILE not in process.log()


def test_kill_9_of_the_receiver_in_the_middle_loses_nothing_that_was_said(tmp_path: Path) -> None:
    world = make_world(SEED)
    tmp_path.joinpath("trust.json").write_text(json.dumps(listed(world)))
    files = [bundle(world, 90_000, n) for n in range(2)]
    process = Process(tmp_path)
    rng = random.Random(SEED)
    print(f"seed={SEED}")

    def send(data: bytes, *, kill: bool = False) -> http.Sent:
        """Hand in; or kill the receiver when the first piece was answered."""

        def look(there: int, whole: int) -> None:
            if kill and there < whole:
                process.kill()

        client = http.Client(
            http.target(process.url), dev=world.laptop.dev, net=world.net, keys=[world.laptop], clock_ms=lambda: 0, rand=rng.randbytes, sleep=lambda _: None, progress=look,
        )
        try:
            return client.send(data)
        finally:
            client.close()

    try:
        assert send(files[0]).bytes == len(files[0])
        with pytest.raises(SyncError) as refused:
            send(files[1], kill=True)
        assert refused.value.code in ("XL-F11", "XL-F21")
        process.start()
        assert send(files[0]).resumed == len(files[0]), "what 204 was said of is still there"
        assert send(files[1]).resumed >= 65_536, "and what was kept is gone on with"
        assert {path.read_bytes() for path in (tmp_path / "spool" / "whole").glob("*.xieli")} == set(files)
    finally:
        assert process.end() == 0




def test_a_body_nobody_reads_holds_no_connection(tmp_path: Path) -> None:
    """A request that is refused at once, with a body that trickles for ever behind it."""
    with post(tmp_path, limits=Limits(head_time=0.8)) as here, socket.create_connection(("127.0.0.1", here.server.port), timeout=5) as line:
        line.sendall(b"PATCH /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
        assert b" 404 " in line.recv(4096)

        def hung_up() -> bool:
            try:
                line.sendall(b"x")
            except OSError:
                return True
            return False

        until(hung_up, 5)


def test_a_row_that_could_not_be_committed_is_committed_with_the_next_word_about_it(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        data = bundle(here.world, 20_000, 1)
        file = sha256(data).hexdigest()
        assert here.ask("PATCH", file, offset=0, length=len(data), piece=data[:10_000]).status == 202
        here.spool._db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'injected'); END")
        said = here.ask("PATCH", file, offset=10_000, length=len(data), piece=data[10_000:])
        assert (said.status, said.offset) == (503, 10_000), "nothing is called taken before its row is committed"
        assert here.rows() == []
        assert here.ask("HEAD", file).offset == 10_000
        assert here.ask("PATCH", file, offset=10_000, length=len(data), piece=data[10_000:10_001]).status == 503
        here.spool._db.execute("DROP TRIGGER full")
        assert here.client().send(data).pieces == 1
        assert here.waiting() == [data]
        assert [state for _, state in here.rows()] == ["waiting"]


def test_a_county_without_the_libraries_is_told_what_to_install(tmp_path: Path) -> None:
    tmp_path.joinpath("trust.json").write_text(json.dumps(listed(make_world(SEED))))
    arguments = ["county", "serve", "--listen", "127.0.0.1:0", "--trust", str(tmp_path / "trust.json"), "--spool", str(tmp_path / "spool"), "--json"]
    code = f"import sys; sys.modules['starlette'] = None\nfrom xieli_tui.cli.main import main\nsys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "XL-X04")
    assert "Traceback" not in done.stderr


def test_a_defect_is_answered_500_without_its_words_and_the_next_request_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with post(tmp_path) as here:
        def broken(dev: str, file: str) -> None:
            raise RuntimeError(f"{dev} {file} 石桥村")

        monkeypatch.setattr(here.spool, "standing", broken)
        said = here.ask("HEAD", FILE)
        assert (said.status, said.code) == (500, "XL-X01")
        monkeypatch.undo()
        assert here.ask("HEAD", FILE).status == 200
    assert "石桥村" not in caplog.text
    assert "Traceback" not in caplog.text
