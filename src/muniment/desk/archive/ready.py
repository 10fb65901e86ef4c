"""What has to be true before pages are served or work is done: an archive, its own keys, tables as this build knows them."""

from pathlib import Path

from muniment.capture.archive import open_archive
from muniment.catalog.database import VERSION, open_catalog
from muniment.desk.schema import make_desk
from muniment.record.errors import Refused
from muniment.vault.home import Home


def make_ready(path: Path, keys: Path) -> Home:
    """Open the archive once, bring the desk's own tables to this build, and give back where it lies.

    Raises NotFound without an archive, WrongKey, Damaged, and Refused when its catalog is another build's: that one is
    derived, so it is made anew and not changed.
    """
    with open_archive(path, keys) as archive:
        catalog = open_catalog(archive.home.catalog)
        try:
            row = catalog.execute("SELECT count(*) FROM django_migrations WHERE app = 'catalog'").fetchone()
        finally:
            catalog.close()
        if row[0] < VERSION:
            raise Refused(
                "the catalog was made by an older Muniment (version {version}, this build has {known});"
                " make it anew with `muniment rebuild`, then start again",
                version=row[0],
                known=VERSION,
            )
        home = archive.home
    make_desk(home)
    return home
