"""A checkout made of links to this one, where a script may be replaced: what it starts is real, but elsewhere."""

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def make_shadow(folder: Path, **replaced: str) -> Path:
    """Link all of the checkout into ``folder`` but ``script/``, copied, with other texts for some scripts."""
    folder.mkdir()
    for entry in REPOSITORY.iterdir():
        if entry.name not in {"script", "var", ".git"}:
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(REPOSITORY / "script", folder / "script")
    for name, text in replaced.items():
        script = folder / "script" / name
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)
    return folder
