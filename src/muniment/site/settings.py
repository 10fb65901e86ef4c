"""Django's settings. They are read from the environment once, here; nothing else in the product reads them from there.

`MUNIMENT_HOME` names the archive, in which the catalog is the file `catalog.sqlite3`.
"""

import os
from pathlib import Path

HOME = Path(os.environ.get("MUNIMENT_HOME", "muniment-home"))

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "catalog.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["muniment.desk.catalog"]

USE_TZ = True
TIME_ZONE = "UTC"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")]
