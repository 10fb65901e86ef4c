"""Makes the demonstration live: accounts connected, the register that lets them be, and the hours in which they are heard."""

from collections.abc import Mapping

from muniment.cli.demo import register
from muniment.cli.demo.cast import DEREK
from muniment.cli.demo.clock import Clock
from muniment.cli.demo.live import accounts, pass_by
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk


def come_alive(desk: Desk, clock: Clock, people: Mapping[str, int], seed: int) -> None:
    """Do so, in a firm whose `people` have the numbers that `desk.seed` gave them; at the end the clock is right."""
    from muniment.desk.people.access import firm_day
    from muniment.desk.seat import accounts as known

    today = firm_day()
    connected = accounts.connect(desk, people)
    register.keep(desk, people, {name: source for source, name in known(desk).items()}, today)
    live = accounts.switch_on(desk, people, connected)
    register.end(desk, DEREK, people, today)  # after the blast; whose line it is from now on is for the firm to say
    settle(desk)
    pass_by(desk, clock, live, seed)
    settle(desk)
