"""The open data files: schools, congresses, their sources, and nothing of the workshop."""

import json

from shared.territory import files
from shared.territory.congresses import load_congresses
from shared.territory.naming import fold_place
from shared.territory.schools import load_schools


def test_schools_keep_whether_they_were_verified() -> None:
    schools = {school.name: school for school in load_schools()}
    assert len(schools) == 5
    assert schools["Faculté de médecine de Tours"].verified
    assert not schools["UFR de médecine d'Orléans"].verified
    campus = next(school for school in schools.values() if school.capacity)
    assert (campus.city, campus.capacity) == ("Blois", 900)


def test_congresses_keep_whether_they_were_verified() -> None:
    congresses = load_congresses()
    assert len(congresses) == 5
    assert [c.name for c in congresses if not c.verified] == ["Congrès national ISNAR-IMG"]
    assert congresses[0].editions[1] == "17e : 21-23 mars 2024"
    assert congresses[2].organiser is None


def test_every_file_is_described_in_the_readme_with_source_and_licence() -> None:
    readme = files.path("README.md").read_text(encoding="utf-8")
    names = {p.name for p in files.FOLDER.iterdir() if p.suffix in {".csv", ".json", ".geojson"}}
    assert len(names) == 14
    assert [name for name in sorted(names) if f"`{name}`" not in readme] == []
    assert "Licence Ouverte" in readme


def test_outlines_cover_the_267_communes() -> None:
    outlines = json.loads(files.path("communes-41.geojson").read_bytes())
    communes = {line["code_insee"] for line in files.table("communes-41.csv")}
    drawn = {json.dumps(feature["properties"]) for feature in outlines["features"]}
    assert len(drawn) == len(communes) == 267


def test_the_fingerprint_is_stable() -> None:
    assert files.fingerprint() == files.fingerprint()


def test_names_of_places_are_folded_to_one_key() -> None:
    assert fold_place("St-Aignan") == fold_place("SAINT AIGNAN") == "saint aignan"
    assert fold_place("Ste Anne") == "sainte anne"
    assert fold_place("Cœur d'Étangs") == "coeur d etangs"
    assert fold_place("--") == ""
