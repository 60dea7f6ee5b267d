"""The log: numbered without gaps, chained, and a change by hand is found."""

import threading

import pytest
from django.db import connection, transaction

from knutpunkt.programme.log import LogBroken, log_verify, log_write
from knutpunkt.programme.models import LogEntry, Programme
from support.programme import made_programme


def test_the_log_of_a_programme_begins_with_its_opening(small_programme):
    assert small_programme.log.get(number=1).kind == "programme-opened"
    assert log_verify(small_programme) == small_programme.log.count()


@pytest.mark.parametrize("change", ["alter", "remove", "cut the end"])
def test_a_change_by_hand_is_found(small_programme, change):
    for number in range(3):
        log_write(small_programme, "test", by="a test", number=number)
    rows = LogEntry.objects.filter(programme=small_programme)
    if change == "alter":
        rows.filter(number=2).update(by="somebody else")
    else:
        rows.filter(number=2 if change == "remove" else rows.count()).delete()
    with pytest.raises(LogBroken):
        log_verify(small_programme)


def test_what_is_rolled_back_leaves_no_gap(small_programme):
    before = small_programme.log.count()
    with transaction.atomic():
        log_write(small_programme, "test", by="a test")
        transaction.set_rollback(True)
    log_write(small_programme, "test", by="a test")
    assert log_verify(small_programme) == before + 1


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_never_share_a_number():
    programme = made_programme("race", ("Northtown",))
    start = Programme.objects.get(pk=programme.pk).log_length
    barrier = threading.Barrier(6)

    def write():
        barrier.wait()
        for _ in range(5):
            with transaction.atomic():
                log_write(programme, "test", by="a test")
        connection.close()

    writing = [threading.Thread(target=write) for _ in range(6)]
    for one in writing:
        one.start()
    for one in writing:
        one.join()
    assert log_verify(programme) == start + 30
