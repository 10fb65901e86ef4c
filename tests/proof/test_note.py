import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.proof import checkpoint, note, tlogproof, verifier
from muniment.proof.note import Signer
from muniment.proof.verifier import Invalid
from muniment.record.errors import Damaged, Refused, WrongKey

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

signer = Signer.from_private("log.example/a/records", b"r" * 32)
other = Signer.from_private("witness.example", b"w" * 32)
TEXT = "log.example/a/records\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
SIGNED = signer.sign_note(TEXT)


def keys(*vkeys: str) -> list[verifier.Vkey]:
    return [verifier.parse_vkey(vkey) for vkey in vkeys]


def test_the_published_example_opens() -> None:
    assert verifier.open_note(PETER_NOTE.encode(), keys(PETER))[1] == ["PeterNeumann"]
    assert note.open_note(PETER_NOTE, [PETER]) == PETER_NOTE.partition("\n\n")[0] + "\n"


def test_the_key_as_text_reads_back() -> None:
    key = verifier.parse_vkey(signer.vkey)
    assert key == (signer.name, signer.id, signer.public)
    assert Signer.from_private(signer.name, signer.private).vkey == signer.vkey


def test_a_generated_key_is_new_each_time() -> None:
    assert Signer.generate("a").vkey != Signer.generate("a").vkey


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\nb", "a\x7f\u2028"])
def test_it_refuses_a_key_name_with_spaces_or_plus(name: str) -> None:
    with pytest.raises(Refused, match="key name"):
        Signer.generate(name)


def test_a_private_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(WrongKey, match="32 bytes, got 31"):
        Signer.from_private("a", bytes(31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "c74f20a"),
        PETER.replace("Peter", "Paul"),
        PETER.replace("+ARpc", "+Arpc"),
        PETER + "=",
        PETER[:-1] + "X",
        PETER + "\n",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_it_refuses_a_malformed_key(text: str) -> None:
    with pytest.raises(Invalid):
        verifier.parse_vkey(text)
    with pytest.raises(WrongKey):
        note.parse_vkeys([text])


@pytest.mark.parametrize(
    "text",
    [
        SIGNED.rstrip("\n"),
        SIGNED + "\n",
        SIGNED + "x",
        SIGNED.replace("\n\n", "\n"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— ", "—  "),
        SIGNED.replace("— ", "—\u00a0"),
        SIGNED.replace("\n", "\r\n"),
        SIGNED.replace("records\n", "records\t\n", 1),
        SIGNED[:-1] + " \n",
        SIGNED[:-2] + "\n",
        "\n\n" + SIGNED.partition("\n\n")[2],
        TEXT,
        "",
    ],
)
def test_it_refuses_a_malformed_note(text: str) -> None:
    with pytest.raises(Invalid):
        verifier.open_note(text.encode(), keys(signer.vkey))


def test_it_refuses_bytes_that_are_not_utf8() -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        verifier.parse_note(b"\xff" + SIGNED.encode())


def test_signatures_by_strangers_are_ignored_but_one_we_know_must_be_there() -> None:
    both = SIGNED + other.sign_note(TEXT).partition("\n\n")[2]
    assert verifier.open_note(both.encode(), keys(signer.vkey))[1] == [signer.name]
    assert verifier.open_note(both.encode(), keys(signer.vkey, other.vkey))[1] == [signer.name, other.name]
    with pytest.raises(Invalid, match="none of the given keys"):
        verifier.open_note(SIGNED.encode(), keys(other.vkey))


def test_one_bad_signature_by_a_known_key_refuses_the_note() -> None:
    bad = other.sign_note(TEXT.replace("\n0\n", "\n1\n")).partition("\n\n")[2]
    with pytest.raises(Invalid, match=r"by witness\.example does not check"):
        verifier.open_note((SIGNED + bad).encode(), keys(signer.vkey, other.vkey))


def test_the_same_key_may_not_sign_twice() -> None:
    line = SIGNED.partition("\n\n")[2]
    with pytest.raises(Invalid, match="signed twice"):
        verifier.open_note((SIGNED + line).encode(), keys(signer.vkey))


def test_it_reads_a_hundred_signatures_and_no_more() -> None:
    line = other.sign_note(TEXT).partition("\n\n")[2]
    verifier.open_note((SIGNED + line * 99).encode(), keys(signer.vkey))
    with pytest.raises(Invalid, match="at most 100"):
        verifier.open_note((SIGNED + line * 100).encode(), keys(signer.vkey))


def test_another_key_of_the_same_name_is_a_stranger() -> None:
    with pytest.raises(Invalid, match="none of the given keys"):
        verifier.open_note(SIGNED.encode(), keys(Signer.generate(signer.name).vkey))


def test_text_that_is_no_note_is_not_signed() -> None:
    for text in ("no line feed", "", "tab\t\n"):
        with pytest.raises(Refused, match="line feed"):
            signer.sign_note(text)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60))
def test_what_was_signed_reads_back(text: str) -> None:
    signed = signer.sign_note(text + "x\n")
    assert verifier.open_note(signed.encode(), keys(signer.vkey)) == (text + "x\n", [signer.name])
    assert note.open_note(signed, [signer.vkey]) == text + "x\n"


def test_a_checkpoint_reads_back() -> None:
    text = checkpoint.sign(signer.name, 7, b"h" * 32, signer)
    assert checkpoint.open(text, [signer.vkey]) == (signer.name, 7, b"h" * 32)


def test_a_checkpoint_is_signed_by_its_own_log() -> None:
    with pytest.raises(Refused, match="its own key"):
        checkpoint.sign("log.example/a/audit", 7, b"h" * 32, signer)
    foreign = signer.sign_note(f"log.example/a/audit\n7\n{verifier.encode_base64(b'h' * 32)}\n")
    with pytest.raises(Damaged, match="own key"):
        checkpoint.open(foreign, [signer.vkey])


@pytest.mark.parametrize(
    "body",
    [
        "log.example/a/records\n07\n{root}\n",
        "log.example/a/records\n+7\n{root}\n",
        "log.example/a/records\n-7\n{root}\n",
        "log.example/a/records\n٧\n{root}\n",
        "log.example/a/records\n9223372036854775808\n{root}\n",
        "log.example/a/records\n7 \n{root}\n",
        "log.example/a/records\n7\n{root}\nextension\n",
        "log.example/a/records\n7\n{root}=\n",
        "log.example/a/records\n7\nAAAA\n",
        "log.example/a/records\n0\n{root}\n",
        "log.example/a/records\n7\n",
        "\n7\n{root}\n",
    ],
)
def test_it_refuses_a_malformed_checkpoint(body: str) -> None:
    text = body.format(root=verifier.encode_base64(b"h" * 32))
    with pytest.raises(Invalid):
        verifier.parse_checkpoint(text)


def flips(data: bytes) -> list[bytes]:
    number = int.from_bytes(data, "little")
    return [(number ^ 1 << bit).to_bytes(len(data), "little") for bit in range(8 * len(data))]


def test_every_flipped_bit_of_a_checkpoint_is_refused() -> None:
    data, known = checkpoint.sign(signer.name, 70_000, b"h" * 32, signer).encode(), keys(signer.vkey)
    verifier.open_checkpoint(data, known, note.verify)
    for bad in flips(data):
        with pytest.raises(Invalid):
            verifier.open_checkpoint(bad, known, note.verify)


def test_every_flipped_bit_of_a_note_is_refused() -> None:
    for bad in flips(PETER_NOTE.encode()):
        with pytest.raises(Invalid):
            verifier.open_note(bad, keys(PETER), note.verify)


def a_proof() -> tuple[bytes, bytes]:
    leaves = [verifier.leaf_hash(b"%d" % n) for n in range(3)]
    pair = verifier.node_hash(leaves[0], leaves[1])
    signed = checkpoint.sign(signer.name, 3, verifier.node_hash(pair, leaves[2]), signer)
    return tlogproof.write(1, [leaves[0], leaves[2]], signed).encode(), leaves[1]


def test_a_portable_proof_checks() -> None:
    data, leaf = a_proof()
    index, opened = verifier.verify_tlog_proof(data, leaf, keys(signer.vkey))
    assert (index, opened.origin, opened.size) == (1, signer.name, 3)


def test_every_flipped_bit_of_a_portable_proof_is_refused() -> None:
    (data, leaf), known = a_proof(), keys(signer.vkey)
    for bad in flips(data):
        with pytest.raises(Invalid):
            verifier.verify_tlog_proof(bad, leaf, known, note.verify)


def test_a_portable_proof_of_another_leaf_is_refused() -> None:
    data, _ = a_proof()
    with pytest.raises(Invalid, match="does not lead to the root"):
        verifier.verify_tlog_proof(data, verifier.leaf_hash(b"0"), keys(signer.vkey))


def test_extra_data_is_read_and_not_trusted() -> None:
    data, leaf = a_proof()
    with_extra = data.replace(b"\nindex", b"\nextra aGk=\nindex")
    assert verifier.parse_tlog_proof(with_extra).extra == b"hi"
    assert verifier.verify_tlog_proof(with_extra, leaf, keys(signer.vkey))[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        (b"@v1", b"@v2"),
        (b"index 1", b"index 01"),
        (b"index 1\n", b""),
        (b"index 1\n", b"index 1\nindex 1\n"),
        (b"\nindex", b"\nextra aGk\nindex"),
        (b"\n\nlog", b"\nlog"),
        (b"index 1\n", b"index 1\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        (b"index 1\n", "index ١\n".encode()),
    ],
)
def test_it_refuses_a_malformed_portable_proof(change: tuple[bytes, bytes]) -> None:
    data, leaf = a_proof()
    bad = data.replace(*change, 1)
    assert bad != data
    with pytest.raises(Invalid):
        verifier.verify_tlog_proof(bad, leaf, keys(signer.vkey))
