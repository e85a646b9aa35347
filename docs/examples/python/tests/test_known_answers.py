"""The whole arithmetic of a lookup, against protocol_kat.json."""

import unittest

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import hpke
import person_number
import sealing
from ristretto import invert, mul, product
from tests import vectors
from transcript import T


class Parts(unittest.TestCase):
    def test_every_part_has_its_length_in_front(self) -> None:
        self.assertEqual(T("label", b"ab", b"", 5).hex(), "000000056c6162656c00000002616200000000000000080000000000000005")
        self.assertEqual(T("label", -1)[-8:], bytes([255] * 8))
        self.assertNotEqual(T("label", "ab", "c"), T("label", "a", "bc"))


class Padding(unittest.TestCase):
    def test_what_was_padded_is_read_back_and_a_bit_in_the_padding_refused(self) -> None:
        for size in (0, 1, 123, 124, 125, 1000):
            padded = sealing.pad128(bytes(size))
            self.assertEqual((len(padded) % 128, sealing.unpad(padded)), (0, bytes(size)))
        self.assertEqual(len(sealing.pad128(bytes(124))), 128)
        for bad in (padded[:-1] + b"\x01", b"\x00\x00\x01\x00" + bytes(124), b"\x00\x00"):
            with self.assertRaises(sealing.NotOpened):
                sealing.unpad(bad)


class Known(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.known = vectors.load("protocol_kat.json")

    def known_bytes(self, part: str, name: str) -> bytes:
        return bytes.fromhex(self.known[part][name])

    def test_enrolment_unblinds_and_closes_to_the_stored_pseudonym(self) -> None:
        closing = self.known_bytes("closing", "c_A")
        for person in self.known["people"]:
            enrolled = {name: bytes.fromhex(value) for name, value in person["enrol"].items()}
            point = person_number.point(person_number.read(person["digits"], person["type"]), person["type"])
            self.assertEqual(point.hex(), person["H"])
            self.assertEqual(mul(enrolled["rho"], point), enrolled["X0"])
            self.assertEqual(mul(product(closing, invert(enrolled["rho"])), enrolled["X2"]), enrolled["stored_A"])

    def test_a_cold_question_is_blinded_and_finds_the_providers_row(self) -> None:
        closing, provider = self.known_bytes("closing", "c_A"), self.known_bytes("closing", "c_B")
        for person in self.known["people"]:
            cold = {name: bytes.fromhex(value) for name, value in person["cold"].items()}
            stored = bytes.fromhex(person["enrol"]["stored_A"])
            self.assertEqual(invert(cold["rho"]), cold["u"])
            self.assertEqual(mul(product(cold["rho"], invert(closing)), stored), cold["X"])
            self.assertEqual(mul(self.known_bytes("hub", "t_AB"), cold["X"]), cold["Z"])
            self.assertEqual(mul(product(provider, cold["u"]), cold["Z"]).hex(), person["stored_B"])

    def test_both_keys_of_a_session_and_its_confirmation(self) -> None:
        session = self.known["session"]
        agencies = self.known["authority"]["agencies"]
        hdr_s = T(
            "xhub/v1/hdrS", session["suite"], *agencies, session["node"], session["epoch"], self.known_bytes("session", "key_id"),
            self.known_bytes("session", "session_id"), session["not_after"], session["time"],
        )  # fmt: skip
        self.assertEqual(hdr_s.hex(), session["hdrS"])
        ephemeral = X25519PrivateKey.from_private_bytes(self.known_bytes("session", "skE"))
        enc, context = hpke.setup_sender(self.known_bytes("session", "pkR"), T("xhub/v1/session", hdr_s), ephemeral)
        self.assertEqual(enc.hex(), session["enc"])
        self.assertEqual(context.export(b"xhub/v1/req", 32).hex(), session["k_ab"])
        self.assertEqual(context.export(b"xhub/v1/res", 32).hex(), session["k_ba"])
        confirmation = self.known_bytes("session", "confirmation")
        opened = AESGCM(self.known_bytes("session", "k_ba")).decrypt(confirmation[:12], confirmation[12:], T("xhub/v1/session-ok", hdr_s))
        self.assertEqual(opened, b"")

    def test_questions_cold_and_warm_are_sealed_and_committed_to(self) -> None:
        key = self.known_bytes("session", "k_ab")
        fronts = {"cold_question": self.known_bytes("cold_question", "u"), "warm_question": self.known_bytes("handle", "handle")}
        for name, front in fronts.items():
            header, question = self.known_bytes(name, "header"), self.known_bytes(name, "question")
            sealed = sealing.seal_question(key, self.known[name]["sequence"], header, front, question)
            self.assertEqual(sealed.hex(), self.known[name]["ct"])
            self.assertEqual(sealing.commitment(header, question).hex(), self.known[name]["com"])

    def test_an_answer_opens_and_one_that_was_touched_does_not(self) -> None:
        known = self.known["answer"]
        key, header = self.known_bytes("session", "k_ba"), self.known_bytes("answer", "header")
        sealed = self.known_bytes("answer", "nonce") + self.known_bytes("answer", "sealed")
        opened = sealing.open_answer(key, header, sealed, known["declared_size"])
        self.assertEqual((opened.status, opened.as_of_unix_ms), (known["status"], known["as_of"]))
        self.assertEqual(opened.message.hex(), known["answer"])
        self.assertEqual(opened.handle, self.known_bytes("handle", "handle"))
        self.assertTrue(sealing.opens(header, opened.message, self.known_bytes("answer", "com")))
        self.assertFalse(sealing.opens(header + b"\x00", opened.message, self.known_bytes("answer", "com")))
        for bad in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), bytes([sealed[0] ^ 1]) + sealed[1:]):
            with self.assertRaises(sealing.NotOpened):
                sealing.open_answer(key, header, bad, known["declared_size"])


class Hpke(unittest.TestCase):
    def test_exports_are_those_of_rfc_9180(self) -> None:
        tried = 0
        for vector in vectors.load("rfc9180_hpke_x25519_hkdf_sha256.json"):
            if (vector["mode"], vector["aead_id"]) != (0, 2):
                continue
            ephemeral = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["skEm"]))
            enc, context = hpke.setup_sender(bytes.fromhex(vector["pkRm"]), bytes.fromhex(vector["info"]), ephemeral)
            self.assertEqual((enc.hex(), context.exporter_secret.hex()), (vector["enc"], vector["exporter_secret"]))
            for export in vector["exports"]:
                self.assertEqual(context.export(bytes.fromhex(export["exporter_context"]), export["L"]).hex(), export["exported_value"])
                tried += 1
        self.assertGreater(tried, 0)

    def test_a_public_key_of_small_order_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            hpke.setup_sender(bytes(32), b"")
