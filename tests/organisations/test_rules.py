"""Credit codes, names that are nearly the same, telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.organisations.drafts import OrganisationDraft
from archives.organisations.rules import (
    SIGNS,
    OrganisationFacts,
    check_organisation,
    check_phone,
    credit_code_fits,
    name_key,
)
from tests.organisations.conftest import CODE


@pytest.mark.parametrize("code", [CODE, "91110000802100433B", "9144030071526726XG", "914403001922038216"])
def test_codes_that_were_given_out_fit(code: str) -> None:
    assert credit_code_fits(code)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y44", CODE.lower(), "O" + CODE[1:]])
def test_other_codes_do_not(code: str) -> None:
    assert not credit_code_fits(code)


@given(st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(place: int, sign: str) -> None:
    changed = CODE[:place] + sign + CODE[place + 1 :]
    assert credit_code_fits(changed) == (changed == CODE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江城第一建筑有限公司", "江城第一建筑有限责任公司"),
        ("江城（集团）有限公司", "江城(集团)股份有限公司"),
        ("江城 置业公司", "江城置业有限公司"),
        ("ＡＢＣ设计院", "abc设计院"),
    ],
)
def test_names_of_likely_the_same_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("江城第一建筑公司", "江城第二建筑公司"), ("江城设计院", "江城勘察院")])
def test_names_of_others_do_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert name_key("有限公司") == "有限公司"


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_or_loses_another_form(name: str) -> None:
    assert len(name_key(name_key(name))) <= len(name_key(name))


FACTS = OrganisationFacts(
    names={"江城第一建筑有限公司"},
    credit_codes={CODE: "江城第一建筑有限公司"},
    alike={"江城第一建筑": {"江城第一建筑有限公司"}},
)


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"name": "江城第一建筑有限公司"}, [("name.taken", "error")]),
        ({"name": "江城第一建筑公司"}, [("name.alike", "warning")]),
        ({"name": "（）"}, [("name.no_words", "error")]),
        ({"name": "甲", "credit_code": CODE}, [("credit_code.taken", "error")]),
        ({"name": "甲", "credit_code": CODE[:-1] + "0"}, [("credit_code.check", "error")]),
        ({"name": "甲", "phone": "无"}, [("phone.signs", "error")]),
        ({"name": "甲", "credit_code": "91110000802100433b"}, []),
    ],
)
def test_each_fault_is_named(values: dict[str, str], problems: list[tuple[str, str]]) -> None:
    found = check_organisation(OrganisationDraft(**values), FACTS)
    assert [(problem.code, problem.severity) for problem in found] == problems


@pytest.mark.parametrize(
    "phone", ["", "13800000000", "0551-62800000", "+86 551 6280 0000", "62800000 转 12；13800000000"]
)
def test_customary_numbers_are_sound(phone: str) -> None:
    assert not list(check_phone(phone))


@pytest.mark.parametrize("phone", ["无", "123", "call me", "13800000000；"])
def test_other_numbers_are_not(phone: str) -> None:
    assert list(check_phone(phone))
