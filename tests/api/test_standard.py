"""The certification standard over HTTP: for everybody, the words and figures of the data."""

from __future__ import annotations

import pytest

from issuers.standard.catalogue import load
from tests.api.serving import City

pytestmark = pytest.mark.slow
STANDARD = load()


def test_anybody_reads_the_whole_standard_with_its_version_and_hash(city: City) -> None:
    answer = city.http.get("/v1/standard")

    shown = answer.json()
    assert answer.status_code == 200
    assert shown["hash"] == "0x" + STANDARD.hash().hex()
    assert shown["version"] == STANDARD.version.number
    assert [term["code"] for term in shown["terms"]] == [term.code for term in STANDARD.terms]
    assert {one["code"] for s in shown["schemes"] for one in s["activities"]} == set(
        STANDARD.activities
    )


def test_an_activity_is_shown_with_limits_worth_and_citation(city: City) -> None:
    shown = city.http.get("/v1/standard/volunteer").json()["scheme"]

    service = next(one for one in shown["activities"] if one["code"] == "VOL.SERVICE")
    assert service["usual_worth"] == {"units": 500, "points": "5.00"}
    assert (service["per_session"], service["per_day"], service["per_year"]) == (120, 480, None)
    assert service["unit_name"] == {"zh": "分钟", "en": "minute"}
    assert "昆山" in service["source"]["zh"]
    assert "Kunshan" in service["source"]["en"]
    assert shown["annual_cap"] is None


def test_it_says_that_this_network_agreed_on_other_rates(city: City) -> None:
    assert city.http.get("/v1/standard").json()["agreed"] == {
        "same": False,
        "activities": 0,
        "of": len(STANDARD.activities),
    }


def test_who_has_it_already_is_not_sent_it_again(city: City) -> None:
    tag = city.http.get("/v1/standard").headers["etag"]

    again = city.http.get("/v1/standard", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


def test_a_scheme_that_is_not_there_is_a_problem_that_names_the_field(city: City) -> None:
    answer = city.http.get("/v1/standard/nobody")

    assert answer.status_code == 404
    assert answer.json()["code"] == "request.no-such-item"
    assert answer.json()["field"] == "scheme"
