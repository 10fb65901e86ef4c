"""Forgeries. A stranger's forger has no key; an insider may enter what he likes in the audit log; neither gets through."""

import base64
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from muniment.produce.entries import ProducedRecord
from muniment.proof import note
from muniment.proof.verifier import verify_bundle
from muniment.record.codec import canonical

Files = dict[str, bytes]


@pytest.fixture
def bundle(firm: Any, forger: Any, tmp_path: Path) -> tuple[Any, Files]:
    """An archive and the files of its true bundle, which holds a proof for an earlier seal."""
    archive = firm()
    seal = archive.seal()
    archive.records.add("rec", "phone-1", b"later")
    return archive, forger.read(archive.produce(tmp_path / "true.zip", seals=[seal]))


@pytest.fixture
def verdict(bundle: Any, forger: Any, tmp_path: Path) -> Callable[..., str | None]:
    """The reason why these files, put together as a bundle, are refused; None when they are accepted."""

    def check(files: Files, since: str | None = None, vkeys: list[str] | None = None) -> str | None:
        path = forger.write(tmp_path / "forged.zip", files)
        return verify_bundle(str(path), vkeys or bundle[0].vkeys, since, check=note.verify).refused

    return check


def edit(files: Files, forger: Any, name: str, change: Callable[[list[Any]], Any]) -> None:
    values = forger.lines(files, name)
    change(values)
    forger.put_lines(files, name, values)


# Each change is one that a forger would like; it is made to records.jsonl, events.jsonl or the transcript.


def drop_record(files: Files, forger: Any) -> None:
    edit(files, forger, "records.jsonl", lambda records: records.pop(3))
    edit(files, forger, "events.jsonl", lambda events: events.pop(3))


def add_record(files: Files, forger: Any) -> None:
    edit(
        files,
        forger,
        "records.jsonl",
        lambda records: records.append(records[-1] | {"index": records[-1]["index"] + 1}),
    )


def repeat_record(files: Files, forger: Any) -> None:
    edit(files, forger, "records.jsonl", lambda records: records.insert(3, records[3]))


def reorder_records(files: Files, forger: Any) -> None:
    edit(files, forger, "records.jsonl", lambda records: records.insert(2, records.pop(3)))


def swap_payloads(files: Files, forger: Any) -> None:
    def swap(records: list[Any]) -> None:
        for member in ("payload", "mac"):
            records[2][member], records[3][member] = records[3][member], records[2][member]

    edit(files, forger, "records.jsonl", swap)


def change_raw(files: Files, forger: Any) -> None:
    def change(records: list[Any]) -> None:
        raw = base64.b64decode(records[2]["payload"]).replace(b"Signal", b"Dinner")
        records[2]["payload"] = base64.b64encode(raw).decode()

    edit(files, forger, "records.jsonl", change)


def change_leaf(files: Files, forger: Any) -> None:
    edit(
        files,
        forger,
        "records.jsonl",
        lambda records: records[2].update(leaf=records[2]["leaf"].replace("2026-11-18", "2026-11-17")),
    )


def withhold_record(files: Files, forger: Any) -> None:
    edit(files, forger, "records.jsonl", lambda records: records[2].update(payload=None, mac=None, withheld=True))


def change_event(files: Files, forger: Any) -> None:
    edit(files, forger, "events.jsonl", lambda events: events[2].update(text="let's have dinner"))


def drop_event(files: Files, forger: Any) -> None:
    edit(files, forger, "events.jsonl", lambda events: events.pop(2))


def add_event(files: Files, forger: Any) -> None:
    edit(files, forger, "events.jsonl", lambda events: events.append(events[2] | {"id": "2-1", "text": "never said"}))


def change_transcript(files: Files, forger: Any) -> None:
    files["transcript.html"] = files["transcript.html"].replace(b"Signal", b"Dinner")


def change_attachment(files: Files, forger: Any) -> None:
    name = next(name for name in files if name.startswith("attachments/"))
    files[name] = files[name].replace(b"term", b"team", 1)


def drop_attachment(files: Files, forger: Any) -> None:
    del files[next(name for name in files if name.startswith("attachments/"))]


def drop_gap(files: Files, forger: Any) -> None:
    files["gaps.json"] = b"[]"


CHANGES = [
    drop_record, add_record, repeat_record, reorder_records, swap_payloads, change_raw, change_leaf, withhold_record, change_event, drop_event,
    add_event, change_transcript, change_attachment, drop_attachment, drop_gap,
]  # fmt: skip


def test_the_bundle_that_the_forgeries_start_from_is_true(bundle: Any, verdict: Any) -> None:
    assert verdict(bundle[1]) is None


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_refused(change: Any, bundle: Any, verdict: Any, forger: Any) -> None:
    files = dict(bundle[1])
    change(files, forger)
    assert files != bundle[1]
    assert verdict(files) is not None


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_refused_with_the_manifest_and_every_hash_rewritten_to_fit(
    change: Any, bundle: Any, verdict: Any, forger: Any
) -> None:
    files = dict(bundle[1])
    change(files, forger)
    forger.rehash(files)
    reason = verdict(files)
    assert reason is not None
    assert "not the one that was entered in the audit log" in reason or "not named by its own SHA-256" in reason


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_refused_with_the_audit_entry_rewritten_as_well(
    change: Any, bundle: Any, verdict: Any, forger: Any
) -> None:
    files = dict(bundle[1])
    change(files, forger)
    forger.rehash(files)
    entry = json.loads(files["production.json"])
    header, _, act = base64.b64decode(entry["payload"]).partition(b"\n")
    act = canonical(json.loads(act) | {"bundle": forger.claim(files).members()})
    entry["payload"] = base64.b64encode(header + b"\n" + act).decode()
    files["production.json"] = canonical(entry)
    reason = verdict(files)
    assert reason is not None
    assert "audit entry is not what its leaf sealed" in reason or "not named by its own SHA-256" in reason


INSIDER = {
    add_record: "expected an index below the tree size",
    repeat_record: "not in order of their leaves, each once",
    reorder_records: "not in order of their leaves, each once",
    swap_payloads: "record 2: its payload is not what was sealed",
    change_raw: "record 2: its payload is not what was sealed",
    change_leaf: "record 2: the inclusion proof of leaf 2 does not lead to the root",
    change_attachment: "not named by its own SHA-256",
    drop_attachment: "is not in the bundle",
    drop_gap: "list of gaps is not as long",
}
"""What even the holder of all keys cannot do to a record; what he can leave out or say of it is his word (and logged)."""


@pytest.mark.parametrize("change", INSIDER)
def test_a_change_is_refused_even_when_the_audit_log_vouches_for_it(
    change: Any, bundle: Any, verdict: Any, forger: Any
) -> None:
    archive, files = bundle[0], dict(bundle[1])
    change(files, forger)
    forger.rehash(files)
    forger.enter(files, archive)
    reason = verdict(files)
    assert reason is not None
    assert INSIDER[change] in reason


def test_the_insiders_own_tools_make_true_bundles_too(bundle: Any, verdict: Any, forger: Any) -> None:
    archive, files = bundle[0], dict(bundle[1])
    forger.rehash(files)
    forger.enter(files, archive)
    assert verdict(files) is None


@pytest.mark.parametrize(
    "name, change, reason",
    [
        (
            "events.jsonl",
            lambda e: e[0].update(record=99, id="99-0"),
            "names the record 99, which is not in the bundle",
        ),
        ("events.jsonl", lambda e: e[0].update(id="1-0"), "expected an event identifier 0-ORDINAL"),
        ("events.jsonl", lambda e: e[0].update(id="0-00"), "without leading zeros"),
        ("events.jsonl", lambda e: e[0].update(id="00-0"), "without leading zeros"),
        ("events.jsonl", lambda e: e[0].update(id="0"), "expected an event identifier"),
        ("events.jsonl", lambda e: e.append(e[0]), "is there twice"),
        ("events.jsonl", lambda e: e[0].pop("sender"), "expected an event with the members"),
        ("events.jsonl", lambda e: e.pop(1), "record 1 is withheld, but no event of it is produced"),
        ("records.jsonl", lambda r: r[1].update(withheld=False), "expected text in its member payload"),
        ("records.jsonl", lambda r: r[2].update(withheld=True), "is withheld and yet has a payload"),
        ("records.jsonl", lambda r: r[2].update(withheld=0), "expected true or false"),
        ("records.jsonl", lambda r: r[2].update(extra=1), "expected the members"),
        ("records.jsonl", lambda r: r[2]["proof"].pop(), "shorter than the tree is high"),
        ("records.jsonl", lambda r: r[2].update(mac="0" * 64), "its payload is not what was sealed"),
        ("records.jsonl", lambda r: r[5].update(payload_file="attachments/" + "0" * 64), "is not in the bundle"),
        ("records.jsonl", lambda r: r[2].update(leaf=r[2]["leaf"].replace('"v":1', '"v":2')), "leaves of version 1"),
        (
            "records.jsonl",
            lambda r: r[2].update(leaf=r[2]["leaf"].replace('"rec"', '"act"')),
            "expected a leaf of type",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused(
    name: str, change: Any, reason: str, bundle: Any, verdict: Any, forger: Any
) -> None:
    archive, files = bundle[0], dict(bundle[1])
    edit(files, forger, name, change)
    forger.rehash(files)
    forger.enter(files, archive)
    assert reason in str(verdict(files))


@pytest.mark.parametrize(
    "members, reason",
    [
        ({"format": "muniment-bundle/2"}, "reads muniment-bundle/1"),
        ({"complete_up_to": {"at": "2027-01-01T00:00:00.000000Z", "record": 6}}, "newest heartbeat"),
        ({"complete_up_to": "2027"}, "newest heartbeat"),
        ({"query": "another"}, None),
        ({"position": {"root": "", "size": 8}}, "state of the records log"),
        ({"origin": "other.example/x"}, "no key was given for the log 'other.example/x/records'"),
        ({"unknown": 1}, "expected the members"),
        ({"decoders": {"ndjson": -1}}, "non-negative"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    members: Any, reason: str | None, bundle: Any, verdict: Any, forger: Any
) -> None:
    archive, files = bundle[0], dict(bundle[1])
    forger.rehash(files, **members)
    assert verdict(files) is not None
    forger.enter(files, archive)
    if reason is None:
        assert verdict(files) is None
    else:
        assert reason in str(verdict(files))


def test_a_manifest_in_another_spelling_is_refused(bundle: Any, verdict: Any) -> None:
    files = dict(bundle[1])
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"])).encode()
    assert "canonical JSON" in str(verdict(files))


# -- keys and logs ----------------------------------------------------------------------------------------------------


def test_the_keys_of_another_archive_are_refused(bundle: Any, verdict: Any, firm: Any) -> None:
    other = firm(seed=b"other")
    archive, files = bundle
    for vkeys in (other.vkeys, [archive.vkeys[0], other.vkeys[1]], [other.vkeys[0], archive.vkeys[1]]):
        assert "none of the given keys" in str(verdict(files, vkeys=vkeys))


def test_a_log_without_a_key_is_refused(bundle: Any, verdict: Any) -> None:
    archive, files = bundle
    assert "no key was given for the log 'example.com/main/audit'" in str(verdict(files, vkeys=archive.vkeys[:1]))
    assert "no key was given for the log 'example.com/main/records'" in str(verdict(files, vkeys=archive.vkeys[1:]))


def test_a_record_of_another_log_is_refused(bundle: Any, verdict: Any, forger: Any, firm: Any, tmp_path: Path) -> None:
    archive, files = bundle[0], dict(bundle[1])
    theirs = forger.read(firm(["let's have dinner"] * 6, seed=b"other").produce(tmp_path / "o.zip"))
    record = forger.lines(theirs, "records.jsonl")[2]
    edit(files, forger, "records.jsonl", lambda records: records.__setitem__(2, record))
    forger.rehash(files)
    forger.enter(files, archive)
    assert "record 2: the inclusion proof" in str(verdict(files))


@pytest.mark.parametrize(
    "name",
    [
        "checkpoints/records",
        "checkpoints/audit",
        "production.tlog-proof",
        "production.json",
        "manifest.json",
        "seals.jsonl",
    ],
)
def test_a_proof_of_another_production_is_refused(
    name: str, bundle: Any, verdict: Any, forger: Any, tmp_path: Path
) -> None:
    archive, files = bundle[0], dict(bundle[1])
    archive.records.add("rec", "phone-0", b"still later")
    later = archive.seal()
    archive.records.add("rec", "phone-0", b"the latest")
    files[name] = forger.read(archive.produce(tmp_path / "later.zip", seals=[later]))[name]
    assert verdict(files) is not None


def test_swapped_logs_are_refused(bundle: Any, verdict: Any) -> None:
    files = dict(bundle[1])
    files["checkpoints/records"], files["checkpoints/audit"] = files["checkpoints/audit"], files["checkpoints/records"]
    assert verdict(files) is not None


# -- rewritten history ------------------------------------------------------------------------------------------------


def test_a_history_rewritten_with_the_true_keys_is_told_by_the_seal_alone(firm: Any, tmp_path: Path) -> None:
    honest = firm()
    seal = honest.seal()
    rewritten = firm(["這個不保本", *honest.texts[1:]])  # the same keys
    rewritten.records.add("rec", "phone-0", b"later")
    path = str(rewritten.produce(tmp_path / "b.zip", seals=[rewritten.seal()]))
    unsealed = verify_bundle(path, honest.vkeys)
    assert unsealed.refused is None
    assert any(
        "cannot exclude that whoever holds the logs' signing keys rewrote" in text for text in unsealed.not_proven
    )
    assert "no proof that its logs extend the seal" in str(verify_bundle(path, honest.vkeys, seal).refused)


def test_a_log_rewritten_at_the_same_size_is_refused(firm: Any, tmp_path: Path) -> None:
    honest = firm()
    seal = honest.seal()
    path = str(firm(["這個不保本", *honest.texts[1:]]).produce(tmp_path / "b.zip"))
    assert "rewritten after it was sealed" in str(verify_bundle(path, honest.vkeys, seal).refused)


def test_a_rolled_back_log_is_refused(firm: Any, tmp_path: Path) -> None:
    honest = firm()
    for _ in range(3):
        honest.records.add("rec", "phone-0", b"unwelcome")
    seal = honest.seal()
    path = str(firm().produce(tmp_path / "b.zip"))
    assert "rolled back" in str(verify_bundle(path, honest.vkeys, seal).refused)


def test_an_audit_log_rewritten_behind_the_seal_is_refused(firm: Any, forger: Any, tmp_path: Path) -> None:
    honest, liar = firm(), firm()
    honest.audit.add("act", "archive", b'{"act":"read"}')
    liar.audit.add("act", "archive", b'{"act":"idle"}')
    seal = honest.seal()
    path = liar.produce(tmp_path / "b.zip", seals=[liar.seal()])
    assert "no proof that its logs extend the seal" in str(verify_bundle(str(path), honest.vkeys, seal).refused)
    files = forger.read(path)
    entry = forger.lines(files, "seals.jsonl")[0] | {"seal": seal}
    forger.put_lines(files, "seals.jsonl", [entry])
    path = forger.write(tmp_path / "c.zip", files)
    assert "does not extend an earlier seal" in str(verify_bundle(str(path), honest.vkeys, seal).refused)


def test_a_seal_with_a_changed_character_is_refused(bundle: Any, verdict: Any, forger: Any) -> None:
    _, files = bundle
    seal = forger.lines(files, "seals.jsonl")[0]["seal"]
    assert verdict(files, seal) is None
    assert "not by this key" in str(verdict(files, seal.replace("records:7", "records:6")))


def test_a_seal_of_another_archive_is_refused(bundle: Any, verdict: Any, firm: Any) -> None:
    _, files = bundle
    assert "not by this key" in str(verdict(files, firm(seed=b"other").seal()))


def test_a_seal_line_without_its_proof_is_refused(bundle: Any, verdict: Any, forger: Any) -> None:
    for member in ("records", "audit"):
        files = dict(bundle[1])
        entry = forger.lines(files, "seals.jsonl")[0]
        forger.put_lines(files, "seals.jsonl", [entry | {member: []}])
        assert "does not extend an earlier seal" in str(verdict(files))
    files = dict(bundle[1])
    files["seals.jsonl"] *= 2
    assert "the same seal twice" in str(verdict(files))


# -- the zip ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "readme.txt",
        "Manifest.json",
        "../manifest.json",
        "/manifest.json",
        "records.jsonl/",
        "attachments/",
        "attachments/../x",
        "attachments/" + "A" * 64,
        "a\\b",
        "checkpoints/events",
    ],
)
def test_an_unknown_file_is_refused(name: str, bundle: Any, verdict: Any) -> None:
    assert "unknown file" in str(verdict(bundle[1] | {name: b"x"}))


def test_a_file_that_the_manifest_does_not_list_is_refused(bundle: Any, verdict: Any) -> None:
    assert "does not list" in str(verdict(bundle[1] | {"attachments/" + "a" * 64: b"x"}))


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "records.jsonl",
        "transcript.html",
        "production.json",
        "seals.jsonl",
        "checkpoints/audit",
        "gaps.json",
    ],
)
def test_a_missing_file_is_refused(name: str, bundle: Any, verdict: Any) -> None:
    assert name in str(verdict({other: data for other, data in bundle[1].items() if other != name}))


def test_a_name_that_stands_twice_is_refused(bundle: Any, verdict: Any, tmp_path: Path) -> None:
    path = tmp_path / "true.zip"
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("transcript.html", "another")
    assert "twice" in str(verify_bundle(str(path), bundle[0].vkeys).refused)


def test_a_link_in_place_of_a_file_is_refused(bundle: Any, tmp_path: Path) -> None:
    path = tmp_path / "forged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in bundle[1].items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name == "transcript.html" else 0o100600) << 16
            archive.writestr(info, data)
    assert "transcript.html is not a plain file" in str(verify_bundle(str(path), bundle[0].vkeys).refused)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"#!/bin/sh\n" + data,
        lambda data: data[:-30],
        lambda data: data[:-2] + b"\x01\x00x",
        lambda _: b"",
        lambda data: data * 2,
    ],
)
def test_a_zip_with_something_before_or_behind_it_is_refused(change: Any, bundle: Any, tmp_path: Path) -> None:
    path = tmp_path / "forged.zip"
    path.write_bytes(change((tmp_path / "true.zip").read_bytes()))
    assert verify_bundle(str(path), bundle[0].vkeys).refused is not None


def test_another_compression_is_refused(bundle: Any, tmp_path: Path) -> None:
    path = tmp_path / "forged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        for name, data in bundle[1].items():
            archive.writestr(name, data)
    assert "packed in a way" in str(verify_bundle(str(path), bundle[0].vkeys).refused)


def test_a_bomb_is_refused_before_it_is_opened(bundle: Any, forger: Any, tmp_path: Path) -> None:
    for name in ("manifest.json", "production.json", "seals.jsonl", "gaps.json"):
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, data in bundle[1].items():
                archive.writestr(other, bytes(65 * 2**20) if other == name else data, compresslevel=1)
        reason = str(verify_bundle(str(path), bundle[0].vkeys).refused)
        assert "larger than" in reason or "with the size that it has" in reason


def test_a_file_that_unpacks_to_more_than_it_says_is_refused(bundle: Any, tmp_path: Path) -> None:
    data = (tmp_path / "true.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "true.zip") as archive:
        size = archive.getinfo("transcript.html").file_size
    central = data.index(b"PK\x01\x02")
    at = data.index(b"transcript.html", central) - 46
    assert int.from_bytes(data[at + 24 : at + 28], "little") == size
    path = tmp_path / "forged.zip"
    path.write_bytes(data[: at + 24] + (size - 1).to_bytes(4, "little") + data[at + 28 :])
    assert verify_bundle(str(path), bundle[0].vkeys).refused is not None


# -- every bit --------------------------------------------------------------------------------------------------------


def accepted_flips(
    files: Files, names: Iterable[str], archive: Any, forger: Any, path: Path, step: int
) -> tuple[int, list[str]]:
    tried, accepted = 0, []
    position = 0
    for name in names:
        data = files[name]
        number = int.from_bytes(data, "little")
        for bit in range(8 * len(data)):
            position += 1
            if position % step:
                continue
            forged = files | {name: (number ^ 1 << bit).to_bytes(len(data), "little")}
            tried += 1
            if verify_bundle(str(forger.write(path, forged)), archive.vkeys, check=note.verify).refused is None:
                accepted.append(f"{name}, bit {bit}")
    return tried, accepted


def test_flipped_bits_of_every_file_are_refused(bundle: Any, forger: Any, tmp_path: Path) -> None:
    tried, accepted = accepted_flips(bundle[1], bundle[1], bundle[0], forger, tmp_path / "f.zip", 131)
    assert accepted == []
    assert tried > 800


@pytest.mark.deep
@pytest.mark.parametrize(
    "start",
    [
        "attachments/",
        "records.jsonl",
        "events.jsonl",
        "transcript",
        "gaps",
        "checkpoints/",
        "manifest",
        "production",
        "seals",
    ],
)
def test_every_flipped_bit_of_every_file_is_refused(start: str, firm: Any, forger: Any, tmp_path: Path) -> None:
    archive = firm(["保本", "ok"])
    files = forger.read(archive.produce(tmp_path / "t.zip", seals=[archive.seal()]))
    chosen = [name for name in files if name.startswith(start)]
    tried, accepted = accepted_flips(files, chosen, archive, forger, tmp_path / "f.zip", 1)
    assert accepted == []
    assert tried == 8 * sum(len(files[name]) for name in chosen) > 0


def test_an_attachment_that_no_record_refers_to_is_refused(firm: Any, forger: Any, tmp_path: Path) -> None:
    archive = firm()
    files = forger.read(archive.produce(tmp_path / "b.zip"))
    edit(files, forger, "records.jsonl", lambda records: records.pop(archive.photo))
    forger.rehash(files)
    forger.enter(files, archive)
    assert "counts 1 attachments, the bundle holds 0" in str(
        verify_bundle(str(forger.write(tmp_path / "f.zip", files)), archive.vkeys).refused
    )


def test_a_chain_of_a_source_that_breaks_is_refused(firm: Any, forger: Any, tmp_path: Path) -> None:
    archive = firm()
    archive.records.sources["phone-0"] = (4, "0" * 64)
    archive.records.add("rec", "phone-0", b"grafted")
    records = [
        *archive.chosen()[:-1],
        ProducedRecord(
            index=7,
            leaf=archive.records.leaves[7],
            payload=archive.records.payloads[7],
            mac_key=archive.records.macs[7],
        ),
    ]
    path = archive.produce(tmp_path / "b.zip", records=records)
    assert "record 7: it does not name the hash of its source's previous leaf" in str(
        verify_bundle(str(path), archive.vkeys).refused
    )
