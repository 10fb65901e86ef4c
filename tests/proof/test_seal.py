import pytest

from muniment.proof import note, seal, verifier
from muniment.proof.checkpoint import Checkpoint
from muniment.proof.note import Signer
from muniment.proof.verifier import Invalid
from muniment.record.errors import Damaged, Refused, WrongKey

ORIGIN = "example.com/main"
records = Signer.from_private(f"{ORIGIN}/records", b"r" * 32)
audit = Signer.from_private(f"{ORIGIN}/audit", b"a" * 32)
LINE = seal.make(
    ORIGIN, Checkpoint(records.name, 12, b"R" * 32), Checkpoint(audit.name, 0, verifier.EMPTY_ROOT), records
)


def test_a_seal_is_one_line_that_reads_back() -> None:
    assert "\n" not in LINE
    opened = seal.open(LINE, [records.vkey, audit.vkey])
    assert opened[:5] == (ORIGIN, 12, b"R" * 32, 0, verifier.EMPTY_ROOT)


def test_every_flipped_bit_of_a_seal_is_refused() -> None:
    data, keys = LINE.encode(), [verifier.parse_vkey(records.vkey)]
    number = int.from_bytes(data, "little")
    for bit in range(8 * len(data)):
        bad = (number ^ 1 << bit).to_bytes(len(data), "little").decode("latin-1")
        with pytest.raises(Invalid):
            verifier.open_seal(bad, keys, note.verify)


def test_a_seal_needs_the_key_of_the_records_log() -> None:
    with pytest.raises(Damaged, match="no key was given"):
        seal.open(LINE, [audit.vkey])
    with pytest.raises(Damaged, match="not by this key"):
        seal.open(LINE, [Signer.generate(records.name).vkey])
    with pytest.raises(WrongKey):
        seal.open(LINE, ["nonsense"])


def test_only_the_two_logs_of_one_archive_are_sealed() -> None:
    good = Checkpoint(records.name, 1, b"R" * 32), Checkpoint(audit.name, 1, b"A" * 32)
    for bad in (
        (good[1], good[0], records),
        (good[0], good[1], audit),
        (good[0], Checkpoint("x/audit", 1, b"A" * 32), records),
    ):
        with pytest.raises(Refused, match="joins its two logs"):
            seal.make(ORIGIN, *bad)


@pytest.mark.parametrize(
    "bad",
    [LINE + "\n", LINE + " ", " " + LINE, LINE.replace(" ", "  ", 1), LINE.replace(":12:", ":012:"), LINE[:-4], ""],
)
def test_a_seal_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(Damaged, match="seal"):
        seal.open(bad, [records.vkey])


def test_a_seal_checks_with_either_key_of_its_log() -> None:
    newer = Signer.generate(records.name)
    assert seal.open(LINE, [newer.vkey, records.vkey]) == seal.open(LINE, [records.vkey, newer.vkey])
