import gzip
import shutil
from collections import namedtuple

import pytest

from geo.errors import DownloadFailed
from geo.importers import download
from geo.importers.download import Download, fetch
from geo.importers.source_files import check_gzip
from tests.geo.importers.broken_server import BrokenServer, body, drop_after, hang_up, serve_well, status

CONTENT = bytes(range(256)) * 400  # 102,400 bytes
CHUNK = download.CHUNK_BYTES  # 8,192


@pytest.fixture
def server():
    with BrokenServer() as running:
        yield running


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def bring(server, tmp_path, pauses):
    """Fetch /file to a folder of its own, noting the pauses instead of waiting."""

    def run(content=CONTENT, check=lambda file: None, etag='"v1"', path="/file"):
        url = server.serve(path, content, etag) if content is not None else server.address + path
        asked = Download(label="carte", url=url, target=tmp_path / "in" / "file", check=check)
        return fetch(asked, pause=pauses.append)

    return run


def test_a_file_arrives_whole_and_leaves_no_part(bring):
    file = bring()
    assert file.read_bytes() == CONTENT
    assert sorted(each.name for each in file.parent.iterdir()) == ["file", "file.json"]


def test_a_line_that_drops_three_times_is_taken_up_where_it_broke(server, bring, pauses):
    server.faults = [drop_after(4 * CHUNK), drop_after(2 * CHUNK), drop_after(CHUNK - 1)]
    assert bring().read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=32768-", "bytes=49152-", "bytes=49152-"]
    assert len(pauses) == 3


def test_a_part_left_by_an_earlier_run_is_taken_up(server, bring):
    server.faults = [drop_after(4 * CHUNK), *[status(503)] * download.MAX_IDLE_TRIES]
    with pytest.raises(DownloadFailed, match=r"le serveur répond 503\. Réessayez plus tard"):
        bring()
    assert bring().read_bytes() == CONTENT
    assert server.ranges()[-1] == "bytes=32768-"


def test_a_part_that_was_complete_is_not_fetched_again(server, bring, tmp_path):
    server.faults = [drop_after(len(CONTENT) - 1), *[hang_up] * download.MAX_IDLE_TRIES]
    with pytest.raises(DownloadFailed):
        bring()
    part = tmp_path / "in" / "file.part"
    part.write_bytes(CONTENT)
    assert bring().read_bytes() == CONTENT
    assert server.ranges()[-1] == "bytes=102400-"


def test_a_file_that_changes_between_two_tries_is_begun_again(server, bring):
    server.faults = [drop_after(4 * CHUNK, etag='"v1"')]
    changed = CONTENT[::-1]
    assert bring(changed, etag='"v2"').read_bytes() == changed


def test_a_server_that_goes_on_with_another_version_is_not_believed(server, bring):
    def careless(handler, content, first):
        # Ignores If-Range, and goes on in the new version.
        serve_well(handler, content, 4 * CHUNK, '"v2"')

    changed = CONTENT[::-1]
    server.faults = [drop_after(4 * CHUNK, etag='"v1"'), careless]
    assert bring(changed, etag='"v2"').read_bytes() == changed


def test_a_server_that_goes_on_at_another_byte_is_not_believed(server, bring):
    server.faults = [
        drop_after(4 * CHUNK),
        lambda handler, content, first: serve_well(handler, content, 10, '"v1"'),
    ]
    assert bring().read_bytes() == CONTENT


def test_a_server_without_ranges_sends_it_all_again(server, bring):
    server.faults = [
        drop_after(4 * CHUNK),
        lambda handler, content, first: serve_well(handler, content, 0, '"v1"'),
    ]
    assert bring().read_bytes() == CONTENT


def test_a_server_without_validators_is_never_resumed(server, bring):
    server.faults = [drop_after(4 * CHUNK, etag="")]
    assert bring(etag="").read_bytes() == CONTENT
    assert server.ranges() == [None, None]


def test_a_weak_validator_is_not_used_to_resume(server, bring):
    server.faults = [drop_after(4 * CHUNK, etag='W/"v1"')]
    assert bring(etag='W/"v1"').read_bytes() == CONTENT
    assert server.ranges() == [None, None]


def test_a_range_that_the_server_no_longer_has_begins_again(server, bring):
    server.faults = [drop_after(4 * CHUNK), status(416, Content_Range="bytes */20000")]
    assert bring().read_bytes() == CONTENT
    assert server.ranges() == [None, "bytes=32768-", None]


def test_a_file_that_has_not_changed_is_kept_without_being_sent(server, bring):
    first = bring()
    written = first.stat().st_mtime_ns
    assert bring().stat().st_mtime_ns == written
    assert server.requests[-1][1]["If-None-Match"] == '"v1"'


def test_a_file_that_has_changed_replaces_the_old_one(bring):
    bring()
    assert bring(CONTENT + b"new", etag='"v2"').read_bytes() == CONTENT + b"new"


def test_the_old_file_stays_until_the_new_one_is_whole(server, bring, tmp_path):
    bring()
    server.faults = [drop_after(10, etag='"v2"'), *[hang_up] * download.MAX_IDLE_TRIES]
    with pytest.raises(DownloadFailed):
        bring(CONTENT + b"new", etag='"v2"')
    assert (tmp_path / "in" / "file").read_bytes() == CONTENT


def test_a_part_of_another_address_is_not_taken_up(server, bring):
    server.faults = [drop_after(4 * CHUNK), *[hang_up] * download.MAX_IDLE_TRIES]
    with pytest.raises(DownloadFailed):
        bring()
    assert bring(CONTENT[::-1], path="/other").read_bytes() == CONTENT[::-1]
    assert server.ranges()[-1] is None


def test_pauses_grow_and_end(server, bring, pauses):
    server.faults = [hang_up] * download.MAX_IDLE_TRIES
    with pytest.raises(DownloadFailed, match="la connexion s'est interrompue après 0 octets"):
        bring()
    assert pauses == [2.0, 4.0, 8.0, 16.0]


def test_a_busy_server_is_given_the_time_it_asks_for(server, bring, pauses):
    server.faults = [status(429, Retry_After="7")]
    bring()
    assert pauses == [7.0]


def test_an_address_that_does_not_exist_is_not_tried_twice(server, bring, pauses):
    with pytest.raises(DownloadFailed, match=r"« carte » .*le serveur répond 404\. Vérifiez l'adresse"):
        bring(content=None)
    assert (len(server.requests), pauses) == (1, [])


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "nonsense", "http://[bad/"])
def test_an_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(DownloadFailed, match="l'adresse n'est pas utilisable"):
        fetch(Download(label="carte", url=url, target=tmp_path / "x", check=lambda file: None))


def test_a_web_page_in_the_place_of_the_file_is_tried_once_more_then_refused(server, bring, tmp_path):
    page = body(b"<html>maintenance</html>", ETag='"page"')
    server.faults = [page, page]
    with pytest.raises(DownloadFailed, match="ce qui arrive est inutilisable"):
        bring(gzip.compress(CONTENT), check=refuse_unless_gzip)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_web_page_followed_by_the_file_is_forgotten(server, bring):
    server.faults = [body(b"<html>maintenance</html>", ETag='"page"')]
    file = bring(gzip.compress(CONTENT), check=refuse_unless_gzip)
    assert gzip.decompress(file.read_bytes()) == CONTENT


def test_a_file_cut_on_the_server_itself_is_refused(server, bring):
    # The server announces the cut length, so the size is right; only the end of the gzip stream is missing.
    with pytest.raises(DownloadFailed, match="s'arrête avant sa fin"):
        bring(gzip.compress(CONTENT)[:-9], check=check_gzip)


def test_a_body_packed_on_the_way_is_unpacked_and_never_resumed(server, bring):
    def packed(handler, content, first):
        data = gzip.compress(content)
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    server.faults = [packed]
    assert bring().read_bytes() == CONTENT


def test_a_file_that_does_not_fit_on_the_disk_is_refused_before_it_comes(bring, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**9, 10**9, 10**6))
    with pytest.raises(DownloadFailed, match="libérez de la place"):
        bring()


def test_a_file_without_end_is_stopped(server, bring, monkeypatch):
    monkeypatch.setattr(download, "MAX_BYTES", 50_000)
    with pytest.raises(DownloadFailed, match="le fichier dépasse"):
        bring()


def refuse_unless_gzip(file):
    from geo.errors import InvalidFile
    from geo.importers.source_files import is_gzip

    if not is_gzip(file):
        raise InvalidFile(file, "ce n'est pas un fichier compressé.")
    check_gzip(file)
