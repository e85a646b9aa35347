import unittest

import person_number
import proofs
import ristretto
from tests import vectors

ONE = (1).to_bytes(32, "little")
ZERO = bytes(32)
IDENTITY = bytes(32)


class Ristretto(unittest.TestCase):
    def test_multiples_of_the_generator_are_those_of_rfc_9496(self) -> None:
        generator = ristretto.mul_base(ONE)
        self.assertEqual(generator.hex(), "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
        for k, expected in enumerate(vectors.load("rfc9496_ristretto255.json")["multiples_of_generator_0_to_15"][1:], 1):
            self.assertEqual(ristretto.mul(k.to_bytes(32, "little"), generator).hex(), expected)

    def test_what_encodes_no_point_is_rejected(self) -> None:
        for bad in vectors.load("rfc9496_ristretto255.json")["invalid_encodings"]:
            with self.subTest(bad["reason"]), self.assertRaises(ristretto.Rejected):
                ristretto.mul(ONE, bytes.fromhex(bad["encoding"]))

    def test_the_identity_is_rejected_as_input_and_as_result(self) -> None:
        generator = ristretto.mul_base(ONE)
        with self.assertRaises(ristretto.Rejected):
            ristretto.mul(ONE, IDENTITY)
        with self.assertRaises(ristretto.Rejected):
            ristretto.add(generator, ristretto.mul((ristretto.L - 1).to_bytes(32, "little"), generator))

    def test_zero_and_whatever_is_not_below_the_order_is_no_scalar(self) -> None:
        for bad in (ZERO, ristretto.L.to_bytes(32, "little"), bytes([255] * 32), ONE[1:]):
            with self.assertRaises(ristretto.Rejected):
                ristretto.mul_base(bad)

    def test_a_point_of_another_length_never_reaches_the_library(self) -> None:
        with self.assertRaises(ristretto.Rejected):
            ristretto.mul(ONE, ristretto.mul_base(ONE)[:31])


class HashToGroup(unittest.TestCase):
    def test_blinded_inputs_are_those_of_rfc_9497_mode_1(self) -> None:
        for vector in vectors.load("rfc9497_ristretto255_sha512.json")[1]["vectors"]:
            for text, blind, expected in zip(*(vectors.unhex(vector[name]) for name in ("Input", "Blind", "BlindedElement"))):
                self.assertEqual(ristretto.mul(blind, ristretto.hash_to_group(text)), expected)

    def test_one_vector_of_rfc_9497(self) -> None:
        blind = bytes.fromhex("64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706")
        blinded = ristretto.mul(blind, ristretto.hash_to_group(b"\x00"))
        self.assertEqual(blinded.hex(), "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945")


class Proofs(unittest.TestCase):
    """The first vector of RFC 9497, mode 1, and all of them where the files are."""

    PUBLIC = bytes.fromhex("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e")
    INPUT = bytes.fromhex("863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945")
    OUTPUT = bytes.fromhex("aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e")
    C = bytes.fromhex("ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06")
    S = bytes.fromhex("6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d")

    def test_the_proofs_of_rfc_9497_hold(self) -> None:
        suite = vectors.load("rfc9497_ristretto255_sha512.json")[1]
        for vector in suite["vectors"]:
            proof = bytes.fromhex(vector["Proof"]["proof"])
            inputs, outputs = vectors.unhex(vector["BlindedElement"]), vectors.unhex(vector["EvaluationElement"])
            self.assertTrue(proofs.verify(bytes.fromhex(suite["pkSm"]), inputs, outputs, proof[:32], proof[32:]))
            if len(inputs) > 1:
                self.assertFalse(proofs.verify(bytes.fromhex(suite["pkSm"]), inputs, outputs[::-1], proof[:32], proof[32:]))

    def test_a_proof_holds_for_its_own_points_alone(self) -> None:
        good = self.PUBLIC, [self.INPUT], [self.OUTPUT], self.C, self.S
        self.assertTrue(proofs.verify(*good))
        other = ristretto.mul_base(ONE)
        for at, bad in ((0, other), (1, [other]), (2, [other]), (3, self.S), (4, self.C)):
            self.assertFalse(proofs.verify(*good[:at], bad, *good[at + 1 :]))  # type: ignore[arg-type]

    def test_nothing_is_proven_by_zeros_empty_lists_lists_of_two_lengths_or_the_identity(self) -> None:
        good = self.PUBLIC, [self.INPUT], [self.OUTPUT], self.C, self.S
        for at, bad in ((3, ZERO), (4, ZERO), (3, bytes([255] * 32)), (1, []), (1, [self.INPUT] * 2), (1, [IDENTITY]), (0, IDENTITY)):
            self.assertFalse(proofs.verify(*good[:at], bad, *good[at + 1 :]))  # type: ignore[arg-type]
        self.assertFalse(proofs.verify(self.PUBLIC, [], [], self.C, self.S))


class PersonNumber(unittest.TestCase):
    def test_digits_of_any_width_are_read_and_spaces_hyphens_and_wrong_check_digits_refused(self) -> None:
        self.assertEqual(person_number.read("９８３２０５６７３２１４"), b"983205673214")
        self.assertEqual(person_number.read("7123456789012", person_number.CORPORATE_NUMBER), b"7123456789012")
        for bad in ("983205673215", "9832 0567 3214", "9832-0567-3214", "98320567321", "٩٨٣٢٠٥٦٧٣٢١٤", ""):
            with self.assertRaises(person_number.NumberInvalid):
                person_number.read(bad)
