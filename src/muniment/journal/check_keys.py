"""Checks the key table against the logs: every row opens, belongs to a leaf, and opens that leaf's envelope and no other.

Trust: the key-encryption key is believed; everything in the table must open under it.
"""

import re
from array import array
from collections.abc import Sequence
from hmac import compare_digest

from muniment.journal.check_finding import Counts, Say, fault, file_of, leftover, unreadable
from muniment.journal.check_schema import check_header, check_layout, layout_from, layout_of
from muniment.journal.log import LARGEST_BATCH
from muniment.record.errors import Damaged, MunimentError, WrongKey
from muniment.record.leaf import Leaf
from muniment.record.words import _
from muniment.vault.database import ERRORS, Database
from muniment.vault.envelope import mac, unseal
from muniment.vault.kek import KeyEncryptionKey
from muniment.vault.keytable import STEPS, unwrap_key
from muniment.vault.location import Location, Schema

BATCH = LARGEST_BATCH
"""Leaves of one batch: so many keys may have been written for leaves that a crash kept from the log."""
GROUP = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\.[0-9]+", re.ASCII)


class Keys:
    """The keys database of one archive, opened for reading."""

    def __init__(
        self,
        database: Database,
        location: Location,
        kek: KeyEncryptionKey,
        say: Say,
        counts: Counts,
        *,
        readable: bool = True,
    ) -> None:
        self._database, self._kek, self._say, self._counts = database, kek, say, counts
        self._location, self._file = location, file_of(location)
        self._groups: dict[str, tuple[int, bytes]] = {}
        self._used: set[str] = set()
        self._broken = not readable
        self.projected = 1 << 62
        """Leaves of the records log that the catalog says it has read: disposals behind them may not be finished."""

    @property
    def groups(self) -> dict[str, tuple[int, bytes]]:
        """Number and key of every key group that opens."""
        return self._groups

    def use(self, group: str) -> None:
        """Something outside the logs is of this key group."""
        self._used.add(group)

    def check_table(self) -> None:
        """The database itself and the key groups; raises WrongKey when the key-encryption key is another archive's."""
        if self._broken:
            return
        try:
            database, name = self._database, self._location.name if isinstance(self._location, Schema) else "main"
            check_layout(self._file, layout_of(database, name), layout_from(database, STEPS), self._say)
            check_header(self._file, database, self._location, len(STEPS[database.dialect]), self._say)
            rows = self._database.execute("SELECT id, name, kek, wrapped FROM key_group ORDER BY id").fetchall()
        except ERRORS as error:
            self._fail(error)
            return
        opened: dict[bytes, str] = {}
        others = 0
        for place, (number, name, kek, wrapped) in enumerate(rows, start=1):
            try:
                key = self._kek.unwrap(wrapped)
            except WrongKey as error:
                others += kek != self._kek.id
                self._row("key_group", number, str(error))
                continue
            if kek != self._kek.id:
                self._row("key_group", number, _("it names another key-encryption key than the one that opens it"))
            if number != place:
                self._row("key_group", number, _("its number is not the next one"))
            if not GROUP.fullmatch(name):
                self._row("key_group", number, _("its name is not a month and a shard"))
            if key in opened:
                self._row("key_group", number, _("its key is that of another group"))
            opened[key] = name
            self._groups[name] = (number, key)
        if others and others == len(rows):
            raise WrongKey(
                "none of the key groups opens with the key-encryption key in MUNIMENT_KEYS, and all name another one; set it to this archive's keys"
            )

    def finish(self) -> None:
        """Both logs have been read: a key group that nothing is of was made by a crash, or by somebody."""
        for name in sorted(self._groups.keys() - self._used):
            self._say(leftover(self._file, _("nothing is of the key group {name}"), name=name))

    def _row(self, table: str, number: int, what: str) -> None:
        self._say(fault(self._file, _("row {row} of {table}: {what}"), row=number, table=table, what=what))

    def _fail(self, error: Exception) -> None:
        if not self._broken:
            self._broken = True
            self._say(unreadable(self._file, error))

    def log(self, log: str) -> "LogKeys":
        """The rows of one log."""
        return LogKeys(self, log)


class LogKeys:
    """The keys of one log, in step with its leaves."""

    def __init__(self, keys: Keys, log: str) -> None:
        self._keys, self._table, self._say, self._counts = keys, f"{log}_key", keys._say, keys._counts  # noqa: SLF001 - two halves of one check
        self._file = keys._file  # noqa: SLF001
        self._absent = array("q")
        self._disposed: dict[int, int] = {}

    def open(self, first: int, leaves: Sequence[Leaf | None], envelopes: Sequence[bytes | None]) -> None:
        """Open the envelopes of these leaves; an envelope that is None is at fault already, and only its key is tried."""
        try:
            rows = {
                leaf: (group, wrapped)
                for leaf, group, wrapped in self._keys._database.execute(  # noqa: SLF001
                    f"SELECT leaf, key_group, wrapped FROM {self._table} WHERE leaf >= ? AND leaf < ?",
                    (first, first + len(leaves)),
                )
            }
        except ERRORS as error:
            self._keys._fail(error)  # noqa: SLF001
            return
        for index, (leaf, envelope) in enumerate(zip(leaves, envelopes, strict=True), start=first):
            row = rows.get(index)
            if row is None:
                self._absent.append(index)
            if leaf is None:
                continue
            self._keys._used.add(leaf.kg)  # noqa: SLF001
            if leaf.t == "del" and leaf.ref is not None:
                self._disposed[leaf.ref] = index
            if row is not None:
                self._open(index, leaf, envelope, row)

    def _open(self, index: int, leaf: Leaf, envelope: bytes | None, row: tuple[int, bytes]) -> None:
        group = self._keys._groups.get(leaf.kg)  # noqa: SLF001
        if group is None:
            self._say(
                fault(
                    self._file,
                    _("the key group {name} of the leaf is missing or does not open"),
                    leaf=index,
                    name=leaf.kg,
                )
            )
            return
        try:
            if row[0] != group[0]:
                raise Damaged(
                    "the key of leaf {leaf} names key group {got}, its leaf says {group}",
                    leaf=index,
                    got=row[0],
                    group=leaf.kg,
                )
            key = unwrap_key(group[1], row[1], index)
            if envelope is None:
                return
            payload, mac_key = unseal(envelope, key, leaf.id, leaf.src, leaf.n)
        except MunimentError as error:
            self._say(
                fault(
                    self._file,
                    _("row {row} of {table}: {what}"),
                    leaf=index,
                    row=index,
                    table=self._table,
                    what=str(error),
                )
            )
            return
        if not compare_digest(mac(mac_key, payload).hex(), leaf.raw):
            self._say(
                fault(
                    self._file,
                    _("row {row} of {table}: the payload that it opens does not bear the MAC that was sealed"),
                    leaf=index,
                    row=index,
                    table=self._table,
                )
            )
            return
        self._counts.opened += 1

    def finish(self, size: int) -> None:
        """All `size` leaves have been read: which keys are absent, and which are there that should not be."""
        disposed = self._disposed.keys()
        absent = set(self._absent)
        self._counts.disposed += len(absent & disposed)
        for index in sorted(absent - disposed):
            self._say(
                fault(
                    self._file,
                    _("the key is missing from {table}, and no disposal names its leaf"),
                    leaf=index,
                    table=self._table,
                )
            )
        for index in sorted(disposed - absent):
            if self._disposed[index] >= self._keys.projected:
                self._say(
                    leftover(
                        self._file,
                        _("the key is still in {table}: the disposal of its record was cut short"),
                        leaf=index,
                        table=self._table,
                    )
                )
            else:
                self._say(
                    fault(
                        self._file,
                        _("the key is still in {table}, though its record was disposed of"),
                        leaf=index,
                        table=self._table,
                    )
                )
        try:
            for (index,) in self._keys._database.execute(  # noqa: SLF001
                f"SELECT leaf FROM {self._table} WHERE leaf < 0 OR leaf >= ? ORDER BY leaf", (size,)
            ):
                if size <= index < size + BATCH:
                    self._say(
                        leftover(
                            self._file,
                            _("{table} has a key for a leaf that is not in the log"),
                            leaf=index,
                            table=self._table,
                        )
                    )
                else:
                    self._say(
                        fault(
                            self._file,
                            _(
                                "{table} has a key for a leaf far behind the end of the log: the log was rolled back, or the row was added"
                            ),
                            leaf=index,
                            table=self._table,
                        )
                    )
        except ERRORS as error:
            self._keys._fail(error)  # noqa: SLF001
