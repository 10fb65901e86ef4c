"""Connects a source that programs push to, in the archive that MUNIMENT_HOME names, and prints its key. A process of its own."""

import json
import secrets

from muniment.capture.leader import Leader
from muniment.desk.archive.actions import settle
from muniment.desk.archive.ready import make_ready
from muniment.desk.desk import open_desk
from muniment.vault.home import locate


def main() -> None:
    """Connect it, switch it on, and say its key."""
    make_ready(*locate())
    from muniment.desk.channels import access, actions

    with open_desk(*locate(), actor="system:bench") as desk:
        source = actions.connect(desk, f"pushed {secrets.token_hex(3)}", "ndjson", {})
        actions.switch_on(desk, source)
        settle(desk, lambda archive: Leader(archive, wait=60))
        (running,) = [each for each in access.running(desk.archive) if each.source == source]
        print(json.dumps({"key": f"{access.connection(desk, source).hook}.{running.settings['key']}"}))


if __name__ == "__main__":
    main()
