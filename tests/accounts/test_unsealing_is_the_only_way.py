from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("accounts", "absences", "patrols", "sectors", "geo", "maps", "config", "fixtures")


def files_that_say(word: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for app in HOUSE
        for path in (ROOT / app).rglob("*.py")
        if word in path.read_text(encoding="utf-8")
    }


def test_only_the_way_that_leaves_a_trace_opens_sealed_texts():
    assert files_that_say("open_without_trace") == {"accounts/models/sealed.py", "accounts/unsealing.py"}


def test_only_the_model_of_sealed_rows_opens_their_keys():
    assert files_that_say("RowKey.unwrap(") == {"accounts/models/sealed.py"}
    assert files_that_say(".row_key.open(") == {"accounts/models/sealed.py"}


def test_only_the_purge_destroys_keys():
    assert files_that_say(".destroy(weeks)") == {"accounts/services/purge.py"}
    assert files_that_say("def destroy(") == {"accounts/keys/folder.py", "accounts/keys/store.py"}
