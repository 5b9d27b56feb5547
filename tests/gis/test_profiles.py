"""Plane systems: the national codes, the way to the store and back, and secrets that stay in their file."""

import math
import traceback
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from gis.crs import CoordinateError, display_transformer, operation, transformer
from gis.profiles import (
    SYSTEMS,
    CrsProfile,
    HeightDatum,
    ProfileError,
    described,
    from_store,
    meridian,
    of_epsg,
    to_store,
)  # fmt: skip

STORE = 4548
EASTS, NORTHS = np.array([480_000.0, 500_000.0, 540_000.0]), np.array([3_480_000.0, 3_520_000.0, 3_560_000.0])
SEVEN: dict[str, float | str] = {
    "x": -11.5, "y": 117.25, "z": 39.75, "rx": 0.93, "ry": -1.21, "rz": 2.17, "scale_ppm": -3.4,
    "convention": "position_vector",
}  # fmt: skip
SECRETS = ("61234.567", "3456789.123", "1813.25", "1.0000246")
SECRET_FILE = "east_shift = 61234.567\nnorth_shift = 3456789.123\nrotation = 1813.25\nscale = 1.0000246\n"


def test_every_national_code_is_what_its_name_says() -> None:
    names = {info.code: info.name for info in query_crs_info("EPSG", PJType.PROJECTED_CRS)}
    for code, system in SYSTEMS.items():
        name = names[str(code)]
        assert name.startswith(CRS(system.datum.epsg).name.removeprefix("China Geodetic Coordinate System 2000"))
        assert ("3-degree" in name) == (system.width == 3)
        assert name.endswith(f"CM {system.meridian}E" if system.zone is None else f"zone {system.zone}")
        if system.zone is not None:
            assert system.meridian == (3 * system.zone if system.width == 3 else 6 * system.zone - 3)


def test_a_zone_with_its_number_and_without_are_the_same_place() -> None:
    east, north = to_store(of_epsg(4527), STORE)(EASTS + 39_000_000, NORTHS)
    assert np.allclose(east, EASTS, atol=1e-6)
    assert np.allclose(north, NORTHS, atol=1e-6)


def test_another_datum_without_parameters_is_refused() -> None:
    for code in (2437, 2384, 4796, 4214):
        with pytest.raises(ProfileError) as caught:
            to_store(of_epsg(code), STORE)
        assert caught.value.code == "needs_parameters"


def test_a_code_outside_china_is_refused() -> None:
    with pytest.raises(ProfileError) as caught:
        of_epsg(32650)
    assert caught.value.values == (32650,)


def test_an_own_projection_with_the_zones_terms_is_the_zone() -> None:
    own = CrsProfile("own", "proj", 4490, {"central_meridian": 117})
    east, north = to_store(own, STORE)(EASTS, NORTHS)
    assert np.allclose((east, north), (EASTS, NORTHS), atol=1e-6)


def test_a_projection_on_the_old_ellipsoid_needs_parameters_all_the_same() -> None:
    own = CrsProfile("own", "proj", 4214, {"central_meridian": 117})
    with pytest.raises(ProfileError) as caught:
        to_store(own, STORE)
    assert caught.value.code == "needs_parameters"


def test_four_parameters_follow_the_formula_of_the_field() -> None:
    turn, scale = math.radians(1800 / 3600), 1.00002
    given_ = {"north_shift": 3_000_000.0, "east_shift": 400_000.0, "rotation": 1800.0, "scale": scale}
    east, north = to_store(CrsProfile("grid", "four", STORE, given_), STORE)(np.array([2000.0]), np.array([1000.0]))
    assert north[0] == pytest.approx(3_000_000 + scale * (1000 * math.cos(turn) - 2000 * math.sin(turn)), abs=1e-6)
    assert east[0] == pytest.approx(400_000 + scale * (1000 * math.sin(turn) + 2000 * math.cos(turn)), abs=1e-6)


def test_seven_parameters_in_both_conventions_are_each_others_mirror() -> None:
    frame = SEVEN | {name: -float(SEVEN[name]) for name in ("rx", "ry", "rz")} | {"convention": "coordinate_frame"}
    vector = to_store(CrsProfile("seven", "seven", 2437, SEVEN), STORE)(EASTS, NORTHS)
    mirrored = to_store(CrsProfile("seven", "seven", 2437, frame), STORE)(EASTS, NORTHS)
    assert np.allclose(vector, mirrored, atol=1e-4)
    assert not np.allclose(vector, (EASTS, NORTHS), atol=10)


def test_seven_parameters_need_a_stated_convention() -> None:
    unstated = {name: value for name, value in SEVEN.items() if name != "convention"}
    with pytest.raises(ProfileError) as caught:
        to_store(CrsProfile("seven", "seven", 2437, unstated), STORE)
    assert caught.value.code == "convention"


place = st.tuples(st.floats(430_000, 570_000), st.floats(2_500_000, 4_800_000))
PROFILES = [
    of_epsg(4527),
    of_epsg(4509),
    CrsProfile(
        "own", "proj", 4490, {"central_meridian": 117.345, "false_easting": 501_700.0, "scale": 1.00003}
    ),
    CrsProfile(
        "raised", "proj", 4490,
        {"central_meridian": 116.9, "false_northing": -3e6, "semi_major_axis": 6378437.0, "inverse_flattening": 298.3},
    ),
    CrsProfile("four", "four", 4548, {"north_shift": -12.3, "east_shift": 45.6, "rotation": -3723.5, "scale": 0.99995}),
    CrsProfile("seven", "seven", 2437, SEVEN),
    CrsProfile("seven own", "seven", 4214, SEVEN | {"central_meridian": 117.1}),
]  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@settings(max_examples=40)
@given(place)
def test_the_way_to_a_profile_and_back_keeps_the_millimetre(profile: CrsProfile, place: tuple[float, float]) -> None:
    east, north = (np.array([value]) for value in place)
    own = from_store(profile, STORE)(east, north)
    again = to_store(profile, STORE)(*own)
    assert np.allclose(again, (east, north), rtol=0, atol=1e-4)


def test_what_has_no_place_has_none_in_the_store() -> None:
    east, north = to_store(of_epsg(4549), STORE)(np.array([np.nan, 1e308, 500_000.0]), np.array([3e6, 1e308, 3.5e6]))
    assert np.isnan(east).tolist() == [True, True, False]
    assert np.isnan(north).tolist() == [True, True, False]


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "grid.toml"
    path.write_text(SECRET_FILE, encoding="utf-8")
    return path


def secret(path: Path) -> CrsProfile:
    return CrsProfile("城市独立坐标系", "four", STORE, secret=True, parameters_path=path)


def test_a_secret_profile_reads_its_file_when_it_is_used(secret_file: Path) -> None:
    profile = secret(secret_file)
    east, north = to_store(profile, STORE)(np.array([0.0]), np.array([0.0]))
    assert (east[0], north[0]) == (61234.567, 3456789.123)


def test_a_secret_profile_shows_nothing_of_its_file(secret_file: Path) -> None:
    profile = secret(secret_file)
    plane = to_store(profile, STORE)
    for shown in (repr(profile), str(profile), described(profile), described(profile, "en"), repr(plane), str(plane)):
        assert not [value for value in (*SECRETS, "grid.toml") if value in shown]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("north_shift = 3456789.123\n", "incomplete"),
        (SECRET_FILE.replace("61234.567", '"61234.567"'), "wrong"),
        (SECRET_FILE.replace("61234.567", "61234.567e300"), "wrong"),
        (SECRET_FILE.replace("61234.567", "nan"), "wrong"),
        (SECRET_FILE.replace("1.0000246", "0.0000246"), "wrong"),
        (SECRET_FILE.replace("=", "3456789.123 ="), "file_unreadable"),
        ("\udcff", "file_unreadable"),
    ],
)
def test_an_error_about_a_secret_file_repeats_none_of_it(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "grid.toml"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ProfileError) as caught:
        to_store(secret(path), STORE)
    assert caught.value.code == code
    assert caught.value.__context__ is None
    printed = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.values)
    assert not [value for value in (*SECRETS, "grid.toml") if value in printed]


def test_a_projection_that_cannot_be_is_refused_without_its_terms(tmp_path: Path) -> None:
    path = tmp_path / "grid.toml"
    path.write_text("central_meridian = 117.4321\nsemi_major_axis = -5\ninverse_flattening = 298.0\n", encoding="utf-8")
    profile = CrsProfile("grid", "proj", 4490, secret=True, parameters_path=path)
    with pytest.raises(ProfileError) as caught:
        to_store(profile, STORE)
    assert caught.value.code == "wrong"
    assert "117.4321" not in "".join(traceback.format_exception(caught.value))


def test_a_missing_file_is_named_by_the_profile_alone(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        to_store(secret(tmp_path / "gone.toml"), STORE)
    assert (caught.value.code, caught.value.values) == ("file_missing", ("城市独立坐标系",))


def test_a_secret_profile_has_no_parameters_beside_its_file(secret_file: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        CrsProfile("grid", "four", STORE, {"east_shift": 61234.567}, secret=True, parameters_path=secret_file)
    assert caught.value.code == "secret"
    assert "61234" not in str(caught.value)


def test_a_sheet_says_plane_system_meridian_and_height_datum() -> None:
    assert described(4548) == "2000国家大地坐标系，高斯-克吕格3度带，中央子午线 117°，1985国家高程基准"
    assert described(4527, "en") == (
        "CGCS2000, Gauss-Krüger 3° zone 39, central meridian 117°, 1985 National Height Datum"
    )
    local = CrsProfile(
        "城市独立坐标系", "four", STORE, {"east_shift": 1.0, "north_shift": 2.0},
        height_datum=HeightDatum("吴淞高程系", -1.87), central_meridian=117.25,
    )  # fmt: skip
    assert described(local) == "城市独立坐标系，中央子午线 117.25°，吴淞高程系"
    assert meridian(local) == 117.25
    assert meridian(4548) == 117
    assert meridian(4490) is None


def test_the_display_takes_cgcs2000_as_wgs84_and_nothing_else() -> None:
    assert display_transformer(STORE, 4326).transform(500_000, 3_520_000)[0] == pytest.approx(117)
    assert display_transformer(4326, STORE).transform(117, 31.8)[0] == pytest.approx(500_000)
    with pytest.raises(CoordinateError) as caught:
        display_transformer(2437, 4326)
    assert caught.value.code == "display"


def test_a_made_system_goes_through_the_one_factory() -> None:
    own = CRS("+proj=tmerc +lon_0=117 +x_0=500000 +ellps=GRS80")
    east, _ = transformer(own, own).transform(480_000, 3_520_000)
    assert east == 480_000


def test_an_operation_that_is_none_is_refused() -> None:
    with pytest.raises(CoordinateError) as caught:
        operation("+proj=nothing +x_0=61234.567")
    assert "61234" not in str(caught.value)
