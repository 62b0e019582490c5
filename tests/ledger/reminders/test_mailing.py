"""A month's statements for the post: who is in it, in which order, the same whenever it is made."""

from __future__ import annotations

import csv
import io
import zipfile

import pypdf
import pytest
from sqlalchemy import insert, update

from ledger.errors import Refused, Rejected
from ledger.index.rows import AwardRow, BlockRow
from ledger.monthly.compiling import Monthly
from ledger.monthly.names import Names, Worth
from ledger.monthly.sms import sms_of
from ledger.monthly.values import Seen, last_day
from ledger.refusals import Lang
from ledger.reminders import mailing
from ledger.reminders.choices import Choice, Statements, Way
from ledger.reminders.mailing import Mailings
from ledger.store import operator_wallets as wallets
from ledger.store import reminders_rows as rows
from ledger.store import residents_cards as cards
from ledger.store import residents_people as people
from ledger.store.engine import transaction
from ledger.store.index_tables import TABLES
from ledger.store.residents_cards import CardRow
from ledger.store.residents_people import DeathRow
from ledger.store.residents_tables import OPENINGS
from ledger.units import DAY_S, month_of, start_of_month
from tests.ledger.offers.stand import NOW_S
from tests.ledger.reminders.town import EPOCH, VOLUNTEER, Town

MAY = month_of(NOW_S)
PAPER, SMS = Choice(statements=Statements.PAPER), Choice(statements=Statements.SMS)


def names(lang: Lang) -> Names:
    """As an installation with two languages has them."""
    zh = lang == "zh"
    return Names(
        lang,
        lambda member: f"成员{member}" if zh else f"Member {member}",
        lambda activity, _month: Worth(f"事项{activity}", "分钟", 1_000, 60),
        lambda role: f"角色{role}",
        lambda what: f"查看{what}",
    )


def mailings(town: Town) -> Mailings:
    """As one process has them."""
    return Mailings(town.work, Monthly(town.work), 100, 400 * DAY_S)


def awarded(town: Town, wallet: str, units: int = 2_000) -> None:
    """Something in May, in a block of its time."""
    with town.look() as at:
        account = wallets.accounts(at.operator, wallet)[0].account
    row = AwardRow(
        VOLUNTEER, 1, int.from_bytes(account[:3], "big"), b"\1" * 32, account, 101, MAY, 120,
        units, units, 0, EPOCH + 2, 1, 0,
    )  # fmt: skip
    with transaction(town._projection) as at:
        at.execute(insert(TABLES[AwardRow]), [row._asdict()])


def card(town: Town, wallet: str, number: str) -> None:
    """The resident's."""
    row = CardRow(
        number, number, wallet, "resident", None, "", 0, 0, 1, "k", None, None, None
    )  # fmt: skip
    with transaction(town.engine) as at:
        cards.add(at, row)


@pytest.fixture
def june(town: Town) -> Town:
    """Some days into the next month; nobody chose anything yet."""
    with transaction(town._projection) as at:
        for kind in (AwardRow, BlockRow):
            at.execute(TABLES[kind].delete())
        at.execute(insert(TABLES[BlockRow]), [BlockRow(1, b"\1" * 32, NOW_S)._asdict()])
    return town


def after(town: Town) -> None:
    """May is over for good."""
    town.pass_time(start_of_month(MAY + 1) - town.now_s)


def chosen(town: Town, choice: Choice, contact: str | None = "13900000000") -> str:
    """A resident with points who chose it."""
    wallet = town.resident(contact=contact)
    awarded(town, wallet)
    town.choices().choose(wallet, choice, "s-1", 7)
    return wallet


def content(made: Mailings, name: str, looks: list[str] | None = None) -> bytes:
    """The whole file."""
    seen = [] if looks is None else looks
    return b"".join(made.file(name, names, seen.extend).parts)


def test_a_mailing_holds_whoever_chose_it_sorted_as_the_post_goes(june: Town) -> None:
    near, far = (
        chosen(june, PAPER._replace(address=address)) for address in ("甲街 2 号", "乙街 1 号")
    )
    nowhere = chosen(june, PAPER, contact=None)
    chosen(june, SMS), june.resident(), chosen(june, Choice())
    died = chosen(june, PAPER)
    card(june, near, "000000000427")
    with transaction(june.engine) as at:
        people.add_death(at, DeathRow("d-1", died, "k", 1, 2, None, None, None))
    made = mailings(june)
    with pytest.raises(Refused) as early:
        made.make("m-1", MAY, Way.PAPER, "k", 7)
    after(june)
    tried = made.make("m-0", MAY, Way.PAPER, "k", 7, dry_run=True)
    noted = made.make("m-1", MAY, Way.PAPER, "k", 8)
    chosen(june, PAPER)
    again = made.make("m-2", MAY, Way.PAPER, "other", 9)

    ends_s = start_of_month(MAY + 1)
    assert (early.value.code, early.value.fields) == ("monthly.not-over", {"until_s": ends_s})
    assert (tried.letters, noted.letters, noted.unreachable) == (3, 3, 0)
    assert again == noted
    listed = made.letters("m-1", 0, 10)
    assert [row.wallet for row in listed] == [far, near, nowhere]
    assert [row.place for row in listed] == [1, 2, 3]
    assert [row.card for row in listed] == [None, "0427", None]
    assert made.letters("m-1", 2, 10) == listed[2:]
    with pytest.raises(Rejected) as unknown:
        made.letters("m-2", 0, 10)
    assert (unknown.value.code, unknown.value.fields) == ("mailing.unknown", {"id": "m-2"})


def test_the_file_for_the_post_is_the_same_each_time_and_its_looks_are_told(
    june: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "AT_A_TIME", 2)
    mine = [chosen(june, PAPER._replace(address=f"示例街道 {n} 号")) for n in range(1, 6)]
    english = chosen(june, PAPER._replace(lang="en", address="示例街道 9 号"))
    after(june)
    made, looks = mailings(june), list[str]()
    made.make("m-1", MAY, Way.PAPER, "k", 8)

    first, second = content(made, "m-1", looks), content(mailings(june), "m-1")
    archive = zipfile.ZipFile(io.BytesIO(first))
    files = [
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        for content in map(archive.read, archive.namelist()[:-1])
    ]

    assert first == second
    assert archive.namelist() == [
        "letters-0001.pdf", "letters-0002.pdf", "letters-0003.pdf", "list.csv",
    ]  # fmt: skip
    listed = list(csv.DictReader(io.StringIO(archive.read("list.csv").decode("utf-8-sig"))))
    assert [(row["wallet"], row["to"]) for row in listed[:2]] == [
        (mine[0], "示例街道 1 号"), (mine[1], "示例街道 2 号"),
    ]  # fmt: skip
    assert listed[-1] == {
        "place": "6", "wallet": english, "card": "", "lang": "en", "to": "示例街道 9 号",
        "file": "letters-0003.pdf",
    }  # fmt: skip
    assert looks == [*mine, english]
    assert [text.count("通兑积分月报\n2026年5月") for text in files] == [2, 2, 1]
    assert "2026年5月\n示例街道 3 号\n20.00\n" in files[1]
    assert "事项101 120 分钟（每 60 分钟 10.00 分）" in files[0].replace("\n", "")
    assert "Tongdui monthly statement" in files[2]


def test_who_was_forgotten_is_in_no_file_and_leaves_a_gap(june: Town) -> None:
    gone, kept = chosen(june, SMS), chosen(june, SMS._replace(address="+86 139"))
    odd = chosen(june, SMS._replace(address="=1+1"))  # as no resident can choose over HTTP
    nobody = chosen(june, SMS)
    with june.change() as at:  # the contact was taken away since
        gone_too = update(OPENINGS).where(OPENINGS.c.wallet == nobody)
        at.operator.execute(gone_too.values(contact=None))
    after(june)
    made = mailings(june)
    noted = made.make("m-1", MAY, Way.SMS, "k", 8)
    with june.change() as at:
        rows.forget_wallet(at.operator, gone)
        wallets.forget(at.operator, gone)
    lines = list(csv.DictReader(io.StringIO(content(made, "m-1").decode("utf-8-sig"))))

    assert (noted.letters, noted.unreachable) == (3, 1)
    assert [(one["wallet"], one["to"]) for one in lines] == [(kept, "+86 139"), (odd, "'=1+1")]
    assert lines[0]["text"].startswith("【通兑】2026年5月：您有20.00积分。")
    assert made.forget(8 + 400 * DAY_S) == 0
    assert made.forget(9 + 400 * DAY_S) == 1
    assert made.page(None, 10) == []


def test_a_message_is_never_longer_than_it_may_be_and_says_what_matters(june: Town) -> None:
    wallet = june.resident()
    awarded(june, wallet, 123_456_789)
    after(june)
    statement = Monthly(june.work).read(wallet, MAY)
    statement = statement._replace(seen=(Seen(NOW_S, "worker", "窗口", "get_balance"),) * 30)
    for lang in ("zh", "en"):
        said = [sms_of(statement, names(lang), most) for most in range(70, 300)]
        assert all(len(words) <= 70 + at for at, words in enumerate(said))
        assert all("1,234,567.89" in words for words in said)
        assert len(set(said)) > 3

    assert sms_of(statement, names("zh"), 70) == (
        "【通兑】2026年5月：您有1,234,567.89积分。1,234,567.89积分2027年6月30日后失效。月初0.00。"
    )
    assert last_day(start_of_month(MAY + 8)) == (2026, 12, 31)


def test_only_months_of_the_wallets_life_have_statements(june: Town) -> None:
    wallet, monthly = june.resident(), Monthly(june.work)
    with pytest.raises(Refused) as before:
        monthly.read(wallet, MAY - 1)
    with pytest.raises(Refused) as to_come:
        monthly.read(wallet, MAY + 1)
    with pytest.raises(Rejected) as unknown:
        monthly.read("w-nobody", MAY)
    present = monthly.read(wallet, MAY)

    assert (before.value.code, before.value.fields) == (
        "monthly.before-opening", {"since_s": NOW_S},
    )  # fmt: skip
    assert to_come.value.fields == {"since_s": start_of_month(MAY + 1)}
    assert unknown.value.code == "wallet.unknown"
    assert (present.over, present.until_s, present.together.closing) == (False, june.now_s, 0)
