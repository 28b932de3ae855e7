"""The service worker of a page that opens without a network: one script, with the addresses of what it keeps."""

import json
from collections.abc import Sequence

from django.http import HttpResponse
from django.templatetags.static import static

from accounts.presentation.built_files import read_built

WORKER_FILE = "phone_worker.js"


def send_worker_of(
    name: str, *, page: str, shell: str, offline: str, kept: Sequence[str], files: Sequence[str]
) -> HttpResponse:
    """Answer with a worker: a new version of anything that it keeps is a new worker.

    Parameters
    ----------
    name
        What tells its cache from those of the site's other workers.
    page, shell
        The page that it answers for, and the empty one that it gives in its place.
    offline
        What it shows where the network does not bring another page.
    kept, files
        The pages that it keeps, and the built files beside them.
    """
    told = json.dumps(
        {
            "name": name,
            "page": page,
            "shell": shell,
            "offline": offline,
            "kept": [*kept, *(static(file) for file in files)],
        }
    )
    answer = HttpResponse(f"const RONDE = {told};\n{read_built(WORKER_FILE)}", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
