"""Accounts for trying the product."""

import stat

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from knutpunkt.accounts import demo
from knutpunkt.accounts.errors import DemoAccountsUnwanted
from knutpunkt.accounts.models import Role, User
from knutpunkt.network.models import Office
from knutpunkt.network.services import office_create

pytestmark = pytest.mark.django_db


@pytest.fixture
def ulricehamn(places):
    municipality = places["own"].municipality
    return office_create(
        key="ulricehamn", name="Ulricehamn", by="test", municipality=municipality, street="Torget"
    )


def make(folder):
    return demo.demo_accounts(folder, also_on_a_server=True)


def test_there_is_one_account_for_each_role_and_each_can_sign_in(ulricehamn, tmp_path):
    accounts = make(tmp_path)
    assert [account.role for account in accounts] == list(Role)
    for account in accounts:
        person = authenticate(username=account.username, password=account.password)
        assert [held.role for held in person.appointments.all()] == [account.role]


def test_asked_again_it_returns_the_same(ulricehamn, tmp_path, django_assert_num_queries):
    first = make(tmp_path)
    with django_assert_num_queries(1):
        assert make(tmp_path) == first


def test_only_the_owner_may_read_the_passwords(ulricehamn, tmp_path):
    make(tmp_path)
    assert stat.S_IMODE((tmp_path / demo.FILE).stat().st_mode) == 0o600


def test_no_office_is_invented_for_the_demo(ulricehamn, tmp_path):
    before = Office.objects.count()
    make(tmp_path)
    assert Office.objects.count() == before


def test_without_an_office_the_roles_at_an_office_lack(db, tmp_path):
    roles = {account.role for account in make(tmp_path)}
    assert roles == {"reader", "planner", "programme-manager", "administrator"}


def test_a_lost_file_gives_new_passwords_that_work(ulricehamn, tmp_path):
    first = make(tmp_path)
    (tmp_path / demo.FILE).unlink()
    second = make(tmp_path)
    assert not {one.password for one in first} & {one.password for one in second}
    assert authenticate(username=second[0].username, password=second[0].password)
    assert User.objects.count() == len(Role)


def test_a_lost_database_gets_the_passwords_of_the_file(ulricehamn, tmp_path):
    first = make(tmp_path)
    User.objects.all().delete()
    assert make(tmp_path) == first


def test_the_administrator_answers_for_the_others(ulricehamn, tmp_path):
    make(tmp_path)
    makers = {a.appointed_by for u in User.objects.all() for a in u.appointments.all()}
    assert makers == {"demo-administrator"}


def test_a_server_gets_no_demo_accounts_unasked(ulricehamn, tmp_path):
    if connection.vendor == "sqlite":
        assert len(demo.demo_accounts(tmp_path)) == len(Role)
        return
    with pytest.raises(DemoAccountsUnwanted):
        demo.demo_accounts(tmp_path)
