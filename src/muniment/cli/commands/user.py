"""`muniment user`: give the first person a sign-in, and a new code to somebody who lost theirs; the rest is done in the pages."""

import argparse
from contextlib import suppress
from datetime import date

from muniment.cli.output import Output
from muniment.desk.archive.ready import make_ready
from muniment.desk.desk import open_desk
from muniment.desk.people.roles import Role
from muniment.record.errors import Busy
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import locate

HELP = mark("add somebody who can sign in, or give them a new set-up code")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("act", choices=("add", "code"), help=_("add somebody, or make a new code for who lost theirs"))
    parser.add_argument("name", metavar="NAME", help=_("the name to sign in with"))
    parser.add_argument("--role", choices=[role.value for role in Role], help=_("what they may do; needed to add"))
    parser.add_argument("--display", default="", metavar="TEXT", help=_("the name that others see"))
    parser.add_argument("--email", default="", metavar="ADDRESS", help=_("their address"))
    parser.add_argument(
        "--until", type=day, metavar="YYYY-MM-DD", help=_("the day before which the role ends; an examiner's must")
    )


def day(text: str) -> date:
    """A day from the command line."""
    return date.fromisoformat(text)


def run(options: argparse.Namespace, output: Output) -> int:
    """Do it, and print the code: it is shown this once, and kept as a hash alone."""
    path, keys = locate()
    make_ready(path, keys)
    # Django has to be set up before its models are read.
    from django.db import transaction

    from muniment.desk.archive.actions import settle
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    if options.act == "add" and options.role is None:
        output.error(_("say with --role what {name} may do: {roles}").format(name=options.name, roles=", ".join(Role)))
        return 2
    with open_desk(path, keys, options.actor) as desk:
        if options.act == "add":
            with transaction.atomic():
                code = actions.add_user(desk, options.name, options.display, options.email)
                actions.grant(desk, user_number(options.name), options.role, until=options.until)
        else:
            code = actions.new_setup_code(desk, user_number(options.name))
        with suppress(Busy):  # whoever writes the archive seals the entry then
            settle(desk)
    output.line(_("Hand this code to {name}, by a way that is theirs alone; it works once:").format(name=options.name))
    output.line(f"  {code}")
    output.line(_("They type it on the page “First sign-in”, with their name; it stands in no address and in no log."))
    output.value({"name": options.name, "code": code})
    return 0
