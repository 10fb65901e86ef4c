"""A catalog of a newer build is refused, and the version counts the migrations."""

from contextlib import closing
from pathlib import Path

import pytest

from muniment.catalog.check import compare_catalogs
from muniment.catalog.database import VERSION, open_catalog
from muniment.catalog.project import decode_event
from muniment.catalog.rebuild import build, logical_hash
from muniment.desk.catalog import migrations
from muniment.desk.catalog.schema import make_catalog
from muniment.record.errors import Refused
from muniment.vault.location import Schema, parse_url
from tests.archives import ORIGIN, Place, bring_in, make_newer, message
from tests.postgres import fresh


def test_the_version_counts_the_migrations() -> None:
    files = Path(str(migrations.__file__)).parent.glob("[0-9]*.py")

    assert len(list(files)) == VERSION


def test_a_catalog_of_a_newer_build_is_refused(place: Place) -> None:
    make_newer(place, "catalog")

    with pytest.raises(Refused, match="newer Muniment"):
        open_catalog(place.location("catalog"))


def test_one_archive_has_the_same_catalog_on_both_databases(place: Place, tmp_path: Path) -> None:
    texts = ["a\0b", "\x1a0 \x1a1 \x1a", "保本 \U0001f600", "\u202e% %s ? {} \\ '\"", "\ufffd", "x" * 70_000]
    lines = [message(n, text, conversation=f"c{text[:200]}", sender=text[:200]) for n, text in enumerate(texts)]
    (tmp_path / "hostile.ndjson").write_bytes(b"".join(lines))
    with place.open() as archive:
        bring_in(archive, tmp_path / "hostile.ndjson")
        with closing(open_catalog(archive.home.catalog)) as catalog:
            live = logical_hash(catalog)
            found = catalog.execute("SELECT native FROM conversation ORDER BY id").fetchall()
            bodies = catalog.execute("SELECT body FROM event").fetchall()
        server = parse_url(fresh())
        assert server is not None
        other = Schema(server, "catalog", ORIGIN)
        assert build(archive, other, make_catalog) == live == build(archive, tmp_path / "one.sqlite3", make_catalog)
        findings: list[object] = []
        made = other.beside("again")
        build(archive, made, make_catalog)
        compare_catalogs(other, made, findings.append)
    assert findings == []
    assert {native for (native,) in found} == {f"c{text[:200]}" for text in texts}
    assert {decode_event(body).text for (body,) in bodies} == set(texts)
