"""The generated files are those that the tool would write today."""

import pytest

import build_data

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def built():
    files, _ = build_data.files_build(build_data.FOLDER)
    return files


def test_the_committed_files_are_those_the_sources_give(built):
    assert build_data.files_differing(built, build_data.FOLDER) == []


def test_a_changed_or_missing_file_is_named(built, tmp_path):
    build_data.files_write(built, tmp_path)
    (tmp_path / "demand.csv").write_bytes(built["demand.csv"].replace(b"Stockholm", b"Holm"))
    (tmp_path / "places.csv").unlink()
    sentences = build_data.files_differing(built, tmp_path)
    assert [sentence.split()[0] for sentence in sentences] == ["places.csv", "demand.csv"]


def test_building_twice_gives_the_same_bytes(built):
    assert build_data.files_build(build_data.FOLDER)[0] == built
