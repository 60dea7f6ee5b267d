"""A power cut in the middle of everything: what was acknowledged is there, and once.

The server, or PostgreSQL under it, is ended by ``kill -9`` while six clerks work without a pause;
it is started again, and they send whatever was not answered once more with the same key.
"""

import os
import random
import subprocess

import pytest

from support import environment, postgres
from support.durable_postgres import durable_cluster
from support.faults import KILLS, record
from support.load import under_load, until_more
from support.reception import OFFICE, contradictions
from support.servers import Installation, Server, other_database, servers_running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

CLERKS = 6
BETWEEN = (5, 60)  # acknowledged actions between two kills


def killed_again_and_again(installation, ports, again, name):
    """What six clerks heard while something was killed, and how that goes with the log."""
    tokens = installation.tokens(OFFICE, *[f"officer={name}{n}" for n in range(CLERKS)])
    dice = random.Random(20220913)

    def meanwhile(heard):
        for _ in range(KILLS):
            until_more(heard, dice.randint(*BETWEEN))
            again()
        until_more(heard, BETWEEN[0])

    heard = under_load(ports, tokens, meanwhile, name)
    return heard, heard.wrong + heard.misses(installation) + contradictions(installation)


def test_a_killed_server_has_lost_and_doubled_nothing(installation):
    with servers_running(installation) as servers:
        (server,) = servers

        def again():
            server.kill()
            server.start()

        heard, wrong = killed_again_and_again(installation, [server.port], again, "k")
    told("kill -9 of the server", heard, wrong)


def test_one_of_two_servers_can_be_killed_while_the_other_goes_on(loaded_anew):
    with servers_running(loaded_anew, count=2) as servers:

        def again():
            servers[0].kill()
            servers[0].start()

        ports = [server.port for server in servers]
        heard, wrong = killed_again_and_again(loaded_anew, ports, again, "t")
    told("kill -9 of one of two servers", heard, wrong)


@pytest.mark.skipif(environment.DATABASE != "postgres", reason="there is no PostgreSQL in this run")
def test_a_killed_database_has_lost_and_doubled_nothing(loaded, tmp_path):
    with durable_cluster() as cluster:
        copied(other_database(os.environ["DATABASE_URL"], loaded), cluster.url())
        home = tmp_path / "home"
        home.mkdir()
        installation = Installation(home, cluster.url())
        server = Server(installation).start()
        try:

            def again():
                cluster.kill()
                cluster.start()

            heard, wrong = killed_again_and_again(installation, [server.port], again, "d")
        finally:
            server.stop()
    told("kill -9 of PostgreSQL", heard, wrong)


def told(case, heard, wrong):
    note = f"{heard.sent_again} requests sent again"
    record(case, rounds=KILLS, actions=len(heard.acknowledged), found=len(wrong), note=note)
    assert not wrong, wrong[:20]
    assert len(heard.acknowledged) >= KILLS * BETWEEN[0]


def copied(source, target):
    """Copy a database from one cluster to another."""
    programs = postgres.binaries()
    dumped = subprocess.run(
        [programs / "pg_dump", "--no-owner", "--dbname", source], capture_output=True, check=True
    )
    subprocess.run(
        [programs / "psql", "--quiet", "--dbname", target, "--set", "ON_ERROR_STOP=1"],
        input=dumped.stdout, capture_output=True, check=True,
    )  # fmt: skip
