"""An office's profile: saved as plain values, read back the same, refused where it cannot be."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.survey.profile import Profile, ProfileError, profile_from

PROFILES = st.builds(
    Profile,
    name=st.text(),
    headers=st.dictionaries(st.text(), st.text(), max_size=3),
    codes=st.dictionaries(st.text(), st.tuples(st.text(), st.text()), max_size=3),
    axes=st.sampled_from(["north_east", "east_north"]),
    crs=st.text(),
    water_unit=st.sampled_from(["m", "cm", "mm"]),
    mud_unit=st.sampled_from(["m", "cm", "mm"]),
    rotation_unit=st.sampled_from(["deg", "rad", "dms"]),
)


@given(PROFILES)
def test_a_profile_survives_being_saved_as_json(profile: Profile) -> None:
    assert profile_from(json.loads(json.dumps(profile.to_dict()))) == profile


@pytest.mark.parametrize(
    ("saved", "code"),
    [
        ({"colour": "red"}, "unknown_key"),
        ({"axes": "up"}, "wrong_value"),
        ({"axes": ["north_east"]}, "wrong_value"),
        ({"water_unit": "ft"}, "wrong_value"),
        ({"headers": ["X"]}, "wrong_value"),
        ({"headers": {"north": 1}}, "wrong_value"),
        ({"codes": {"YS": "JS"}}, "wrong_value"),
        ({"codes": {"YS": ["JS", "JY", "??"]}}, "wrong_value"),
        ({"codes": []}, "wrong_value"),
        ({"name": 1}, "wrong_value"),
    ],
)
def test_what_is_no_profile_is_refused(saved: dict[str, Any], code: str) -> None:
    with pytest.raises(ProfileError) as refused:
        profile_from(saved)
    assert refused.value.code == code
