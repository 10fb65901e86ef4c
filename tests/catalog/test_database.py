"""A catalog of a newer build is refused, and the version counts the migrations."""

from pathlib import Path

import pytest

from muniment.catalog.database import VERSION, open_catalog
from muniment.desk.catalog import migrations
from muniment.desk.catalog.schema import make_catalog
from muniment.record.errors import Refused


def test_the_version_counts_the_migrations() -> None:
    files = Path(str(migrations.__file__)).parent.glob("[0-9]*.py")

    assert len(list(files)) == VERSION


def test_a_catalog_of_a_newer_build_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    make_catalog(path)
    catalog = open_catalog(path)
    catalog.execute(f"PRAGMA user_version = {VERSION + 1}")
    catalog.close()

    with pytest.raises(Refused, match="newer Muniment"):
        open_catalog(path)
