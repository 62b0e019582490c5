"""Every rule of the check finds what it is there for, and nothing is wrong with the standard."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from issuers.standard.agreeing import Agreed, AgreedTerms, NewestRate, agreed_from, differences
from issuers.standard.catalogue import FOLDER, load
from issuers.standard.checking import check
from issuers.standard.entries import Activity, Sector
from issuers.standard.problems import RULES, Problem
from issuers.standard.reading import read
from tests.issuers.standard.copies import copied, edited

STANDARD = load()
HOUR = "rate = [1000, 60]\nusual = 30\nper_session = 120\nper_day = 480"
"""What stands of VOL.SERVICE."""
VOL, SERVICE = "volunteer.toml", "VOL.SERVICE"
PATROL_GONE = ('"VOL.PATROL"\nid = 105', '"VOL.ROUND"\nid = 9105')
"""One activity goes and another comes."""
Case = tuple[str, str, str, str, str, str]
"""Rule, file, text, what stands in its place, then the activity and field that are named."""
FORM: tuple[Case, ...] = (
    ("file.unreadable", VOL, 'scheme = "', "scheme = ", "", ""),
    ("field.missing", VOL, "usual = 30\n", "", SERVICE, "usual"),
    ("field.unknown", VOL, "timed =", "times =", SERVICE, "times"),
    ("field.kind", VOL, "[1000, 60]", "[1000, 0]", SERVICE, "rate"),
    ("field.kind", VOL, "timed = true", "timed = 1", SERVICE, "timed"),
    ("field.kind", VOL, "late_days = 30", "late_days = -1", SERVICE, "late_days"),
    ("field.kind", "version.toml", "2026-04-01", '"April"', "", "published"),
    ("field.kind", VOL, "validity_epochs = 4", "validity_epochs = 6", "", "validity_epochs"),
    ("translation.missing", VOL, 'evidence.en = "rec', 'evidence.en = "" # "', SERVICE, "evidence"),
    ("used.twice", VOL, "id = 101", "id = 201", SERVICE, "id"),
    ("used.twice", VOL, '"VOL.ELDERLY"', '"VOL.SERVICE"', SERVICE, "code"),
    ("used.twice", VOL, 'scheme = "volunteer"', 'scheme = "traffic"', "", "scheme"),
)  # fmt: skip
FIGURES: tuple[Case, ...] = (
    ("worth.nothing", VOL, HOUR, HOUR.replace("1000, 60", "1, 31"), SERVICE, "rate"),
    ("worth.too-much", VOL, "[1000, 60]", "[100000000000, 60]", SERVICE, "rate"),
    ("limits.order", VOL, "per_session = 120", "per_session = 481", SERVICE, "per_session"),
    ("limits.order", VOL, "per_day = 240", "per_day = 90001", "VOL.ELDERLY", "per_day"),
    ("usual.above-limit", VOL, "usual = 30", "usual = 121", SERVICE, "usual"),
    ("late.year-closed", VOL, "late_days = 30", "late_days = 91", SERVICE, "late_days"),
    ("once.unlimited", VOL, "per_year = 5000\n", "", "VOL.BALANCE", "per_year"),
    ("cap.exceeded", "culture.toml", "200\nonce", "201\nonce", "CUL.BALANCE", "per_year"),
    ("code.form", VOL, '"VOL.SERVICE"', '"VOL.Service"', "VOL.Service", "code"),
    ("code.prefix", VOL, '"VOL.SERVICE"', '"TRA.SERVICE"', "TRA.SERVICE", "code"),
    ("unit.unnamed", VOL, 'unit = "minute"', 'unit = "hour"', SERVICE, "unit"),
    ("name.repeated", VOL, 'zh = "平安巡逻"', 'zh = "社区志愿服务"', "VOL.PATROL", "zh"),
    ("native.rate", VOL, "rate = [100, 1]", "rate = [101, 1]", "VOL.BALANCE", "rate"),
)  # fmt: skip
AGAINST: tuple[Case, ...] = (
    ("id.reused", VOL, '"VOL.SERVICE"\nid = 101', '"VOL.HELP"\nid = 101', "VOL.HELP", "id"),
    ("code.moved", VOL, "id = 101", "id = 9101", SERVICE, "id"),
    ("unit.changed", VOL, 'unit = "minute"', 'unit = "event"', SERVICE, "unit"),
    ("gone.unlisted", VOL, *PATROL_GONE, "VOL.PATROL", "retired"),
)  # fmt: skip


def named(problems: tuple[Problem, ...], rule: str) -> list[tuple[str, str, str]]:
    """Where a rule was found broken."""
    return [(one.file, one.activity, one.field) for one in problems if one.rule == rule]


def test_nothing_is_wrong_with_the_standard_as_it_stands() -> None:
    assert check(FOLDER, STANDARD) == ()


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "activity", "field"),
    FORM + FIGURES,
    ids=[f"{case[0]}-{case[5]}" for case in FORM + FIGURES],
)
def test_a_broken_copy_is_found_out_by_the_rule_that_it_breaks(
    tmp_path: Path, rule: str, file: str, old: str, new: str, activity: str, field: str
) -> None:
    problems = check(copied(tmp_path, file, old, new))

    assert named(problems, rule) == [(file, activity, field)]


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "activity", "field"),
    AGAINST,
    ids=[case[0] for case in AGAINST],
)
def test_a_later_version_may_not_change_what_codes_and_ids_mean(
    tmp_path: Path, rule: str, file: str, old: str, new: str, activity: str, field: str
) -> None:
    problems = check(copied(tmp_path, file, old, new), STANDARD)

    assert named(problems, rule) == [(file, activity, field)]
    assert named(problems, "version.not-raised") == [("version.toml", "", "number")]


def test_an_activity_may_go_when_its_code_and_id_are_kept_as_retired(tmp_path: Path) -> None:
    copied(tmp_path, VOL, *PATROL_GONE)
    edited(tmp_path, "version.toml", "number = 2", "number = 3")
    retired = 'retired = [{ code = "VOL.PATROL", id = 105 }]\n'
    edited(tmp_path, "volunteer.toml", "validity_epochs", retired + "validity_epochs")

    assert check(tmp_path, STANDARD) == ()


def test_a_retired_id_is_never_given_again(tmp_path: Path) -> None:
    retired = 'retired = [{ code = "VOL.OLD", id = 105 }]\n'

    problems = check(
        copied(tmp_path, "volunteer.toml", "validity_epochs", retired + "validity_epochs")
    )

    assert named(problems, "used.twice") == [("volunteer.toml", "VOL.OLD", "retired")]


def test_a_scheme_without_activities_is_found(tmp_path: Path) -> None:
    path = copied(tmp_path) / "residence.toml"
    path.write_text(path.read_text("utf-8").split("[[activity]]")[0], "utf-8")

    assert named(check(tmp_path), "sector.empty") == [("residence.toml", "", "activity")]


def test_all_mistakes_are_named_at_once_in_both_languages_with_a_fix(tmp_path: Path) -> None:
    copied(tmp_path, "volunteer.toml", "usual = 30", "usual = 0")
    edited(tmp_path, "traffic.toml", "late_days = 30", "late_days = 400")
    edited(tmp_path, "culture.toml", "rate = [20, 100]", "rate = [1, 9000]")

    problems = check(tmp_path)

    assert [(one.file, one.activity, one.field, one.rule) for one in problems] == [
        ("culture.toml", "CUL.PERFORMANCE", "rate", "worth.nothing"),
        ("traffic.toml", "TRA.CAR_IDLE_DAY", "late_days", "late.year-closed"),
        ("volunteer.toml", "VOL.SERVICE", "usual", "field.kind"),
    ]
    assert problems[0].why.zh.startswith("通常最小的一次（2000 fen）按 1/9000 折算不足 0.01 积分")
    assert (
        problems[0].fix.en
        == "raise the rate (a numerator of at least 5), or take a larger usual event"
    )
    assert problems[1].fix.zh == "改为不超过 90 天"


def test_every_rule_has_a_broken_copy_and_fills_its_words(tmp_path: Path) -> None:
    tried = {case[0] for case in FORM + FIGURES + AGAINST}
    tried |= {"sector.empty", "version.not-raised"}
    chain = {
        "chain.missing",
        "chain.unknown",
        "chain.code",
        "chain.rate",
        "chain.hash",
        "chain.terms",
    }

    assert tried | chain == RULES.keys()
    for rule, file, old, new, _, _ in FORM + FIGURES:
        for problem in check(_copy(tmp_path, rule, file, old, new)):
            assert "{" not in problem.why.zh.replace("{ zh", "")
            assert problem.fix.zh
            assert problem.fix.en


def _copy(folder: Path, rule: str, file: str, old: str, new: str) -> Path:
    return copied(folder / f"{rule}-{len(list(folder.iterdir()))}", file, old, new)


# Beside the chain


def as_agreed(**changes: object) -> Agreed:
    """A chain that agreed on the standard word for word, but for VOL.SERVICE."""
    number = 101
    rates = {
        one.id: NewestRate(one.code, 1, 24_316, one.numerator, one.denominator, STANDARD.hash())
        for one in STANDARD.activities.values()
        if one.scheme == "volunteer"
    }
    rates[number] = rates[number]._replace(**changes)  # type: ignore[arg-type]
    sector = STANDARD.schemes["volunteer"]
    terms = AgreedTerms(0, sector.validity_epochs, sector.units_per_native_point)
    return Agreed(rates, {1: terms})


def found(agreed: Agreed) -> list[tuple[str, str, str]]:
    """Differences of the volunteers' part."""
    known = read(FOLDER)
    every = differences(STANDARD, known.places, agreed)
    return [(p.activity, p.field, p.rule) for p in every if p.file in ("volunteer.toml", "*")]


def test_a_chain_that_agreed_on_it_shows_no_difference() -> None:
    agreed = as_agreed()

    assert found(agreed) == []
    assert agreed_from(STANDARD, {n: r.standard_hash for n, r in agreed.rates.items()}) == 12


def test_other_codes_rates_hashes_and_terms_on_the_chain_are_listed() -> None:
    terms = as_agreed()
    changed = Agreed(terms.rates, {1: AgreedTerms(20_000, 4, 100)})
    more = Agreed({**terms.rates, 7: NewestRate("VOL.OLD", 1, 0, 0, 0, b"")}, terms.terms)

    assert found(as_agreed(code="VOL.X")) == [("VOL.SERVICE", "id", "chain.code")]
    assert found(as_agreed(numerator=999)) == [("VOL.SERVICE", "rate", "chain.rate")]
    assert found(as_agreed(standard_hash=b"\7" * 32)) == [("", "hash", "chain.hash")]
    assert found(changed) == [("", "annual_cap_units", "chain.terms")]
    assert found(more) == [("VOL.OLD", "id", "chain.unknown")]


def test_activities_that_the_chain_lacks_are_listed() -> None:
    nothing = differences(STANDARD, read(FOLDER).places, Agreed({}, {}))

    assert {one.rule for one in nothing} == {"chain.missing"}
    assert len(nothing) == len(STANDARD.activities)


def test_the_page_on_the_standard_lists_every_field(root: Path) -> None:
    page = (root / "docs" / "standard.md").read_text("utf-8")

    fields = {"rate", *(f.name for kind in (Activity, Sector) for f in dataclasses.fields(kind))}
    fields -= {"numerator", "denominator", "terms", "activities"}

    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []
