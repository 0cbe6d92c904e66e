"""ODK-style encrypted submissions: one XML per visit, each with its own AES-256-CFB key wrapped by RSA-2048-OAEP, an encrypted signature and a
manifest (the shape of ODK's published encrypted-forms specification); written from the specification's description, zipped as one hand-over."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sqlite3
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.hashes import SHA256

from bench.peers.durable import lay_down
from bench.peers.records import COLUMNS, CREATE

OAEP = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=None)


def _iv(instance: str, key: bytes, turn: int) -> bytes:
    seed = bytearray(hashlib.md5(instance.encode() + key, usedforsecurity=False).digest())
    for at in range(turn):
        seed[at % 16] = (seed[at % 16] + 1) % 256
    return bytes(seed)


class Submissions:
    """Visits to be sent one by one, each encrypted for itself."""

    def __init__(self, folder: Path, rows: Sequence[dict[str, str]]) -> None:
        folder.mkdir()
        self.folder, self.rows, self.file = folder, list(rows), folder / "submissions.zip"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.bytes = self.desks = 0

    def export(self) -> float:
        """Encrypt every submission and zip them; seconds."""
        start = time.perf_counter()
        to = self.key.public_key()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
            for row in self.rows:
                root = ElementTree.Element("data", {"id": "visit", "version": "1"})
                for column in COLUMNS:
                    ElementTree.SubElement(root, column).text = row[column]
                instance, key = f"uuid:{row['visit']}", os.urandom(32)
                body = Cipher(algorithms.AES256(key), CFB(_iv(instance, key, 1))).encryptor()
                sealed = body.update(ElementTree.tostring(root, encoding="utf-8")) + body.finalize()
                digest = hashlib.md5(sealed, usedforsecurity=False).hexdigest()
                manifest = (
                    f'<data id="visit" version="1" encrypted="yes" instanceID="{instance}"><base64EncryptedKey>'
                    f"{base64.b64encode(to.encrypt(key, OAEP)).decode()}</base64EncryptedKey><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
                    f"<base64EncryptedElementSignature>{base64.b64encode(to.encrypt(digest.encode(), OAEP)).decode()}</base64EncryptedElementSignature></data>"
                )
                pack.writestr(f"{row['visit']}/submission.xml", manifest)
                pack.writestr(f"{row['visit']}/submission.xml.enc", sealed)
        lay_down(self.file, out.getvalue())
        spent = time.perf_counter() - start
        self.bytes = self.file.stat().st_size
        return spent

    def take_in(self) -> float:
        """Unzip, two RSA decryptions and one AES each, parse, insert in one durable transaction; seconds."""
        self.desks += 1
        desk = sqlite3.connect(self.folder / f"desk{self.desks}.db")
        desk.execute("PRAGMA journal_mode=wal")
        desk.execute("PRAGMA synchronous=full")
        desk.executescript(CREATE)
        start = time.perf_counter()
        rows = []
        with zipfile.ZipFile(self.file) as pack:
            for name in pack.namelist():
                if not name.endswith("/submission.xml"):
                    continue
                manifest = ElementTree.fromstring(pack.read(name))
                key = self.key.decrypt(base64.b64decode(manifest.findtext("base64EncryptedKey") or ""), OAEP)
                sealed = pack.read(name + ".enc")
                signed = self.key.decrypt(base64.b64decode(manifest.findtext("base64EncryptedElementSignature") or ""), OAEP)
                if signed.decode() != hashlib.md5(sealed, usedforsecurity=False).hexdigest():
                    raise RuntimeError("a submission was altered")
                body = Cipher(algorithms.AES256(key), CFB(_iv(manifest.get("instanceID") or "", key, 1))).decryptor()
                root = ElementTree.fromstring(body.update(sealed) + body.finalize())
                rows.append(tuple(root.findtext(column) for column in COLUMNS))
        with desk:
            desk.executemany(f"INSERT INTO visits VALUES ({','.join('?' * len(COLUMNS))})", rows)
        spent = time.perf_counter() - start
        held = desk.execute("SELECT count(*) FROM visits").fetchone()[0]
        desk.close()
        if held != len(self.rows):
            raise RuntimeError(f"{held} of {len(self.rows)} submissions came in")
        return spent
