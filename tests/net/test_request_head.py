"""What goes out before a body, and what cannot go out at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.errors import UnsendableRequest
from antiphon.net.request_head import Origin, body_lines, header_block, request_line, split_url

HERE = Origin(tls=False, host="h", port=80)


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://h", Origin(False, "h", 80), b"/"),
        ("http://h?a=1", Origin(False, "h", 80), b"/?a=1"),
        ("http://H.Example.com:3001/a/b?c=d#e", Origin(False, "h.example.com", 3001), b"/a/b?c=d"),
        ("HTTPS://h/", Origin(True, "h", 443), b"/"),
        ("http://[::1]:80/x", Origin(False, "::1", 80), b"/x"),
        ("http://[FD00::2]/x", Origin(False, "fd00::2", 80), b"/x"),
        ("http://bücher.example.com/", Origin(False, "xn--bcher-kva.example.com", 80), b"/"),
        ("http://h:/x", Origin(False, "h", 80), b"/x"),
    ],
)
def test_a_url_says_whom_to_ask_and_what_for(url, origin, target):
    assert split_url(url) == (origin, target)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a%20b/%2F?x=%zz", b"/a%20b/%2F?x=%zz"),
        ("/../a//b/./c", b"/../a//b/./c"),
        ("/a b", b"/a%20b"),
        ("/ü?q=ß", b"/%C3%BC?q=%C3%9F"),
        ('/{x}|\\^`"<>', b"/%7Bx%7D%7C%5C%5E%60%22%3C%3E"),
        ("/a\tb\0", b"/a%09b%00"),
        ("/?filter[name]=a&b=c;d", b"/?filter[name]=a&b=c;d"),
        ("/\ud800", b"/%ED%A0%80"),
    ],
)
def test_a_path_is_sent_as_written_and_what_is_not_legal_is_encoded(path, target):
    assert split_url(f"http://h{path}")[1] == target


def test_a_long_url_is_not_kept_but_read_alike():
    long = "http://h/" + "a" * 100_000
    assert split_url(long)[1] == b"/" + b"a" * 100_000


NO_URLS = """
    /relative ftp://h/ http:/h http:// http://h:99999/ http://h:0/ http://h:x/ http://[::1/ http://user:secret@h/ http://h<>/
    http://.h/ https://.h/ https://h..i/ http://./
"""


@pytest.mark.parametrize(
    "url", ["", "http://h/a\r\nX: 1", "http://h\n/", "http://a b/", "http://" + "ü" * 99, *NO_URLS.split()]
)
def test_a_url_that_http_cannot_ask_for_is_refused(url):
    with pytest.raises(UnsendableRequest) as caught:
        split_url(url)
    assert "secret" not in str(caught.value)


def test_host_is_added_without_the_usual_port():
    assert b"Host: h\r\n" in header_block(Origin(False, "h", 80), ()).lines
    assert b"Host: h:81\r\n" in header_block(Origin(False, "h", 81), ()).lines
    assert b"Host: h\r\n" in header_block(Origin(True, "h", 443), ()).lines
    assert b"Host: h:80\r\n" in header_block(Origin(True, "h", 80), ()).lines
    assert b"Host: [::1]:81\r\n" in header_block(Origin(False, "::1", 81), ()).lines


def test_given_headers_go_out_in_their_order_and_replace_the_added_ones():
    block = header_block(HERE, (("X", "1"), ("host", "other"), ("X", "2"), ("ACCEPT-ENCODING", "br")))
    assert block.lines == b"X: 1\r\nhost: other\r\nX: 2\r\nACCEPT-ENCODING: br\r\n"


def test_header_values_are_latin_1_where_they_can_be_and_utf_8_elsewhere():
    assert b"X: \xe9\r\n" in header_block(HERE, (("X", "é"),)).lines
    assert b"X: \xe2\x82\xac\r\n" in header_block(HERE, (("X", "€"),)).lines


@pytest.mark.parametrize("value", ["a\r\nY: 1", "a\nY: 1", "a\rb", "a\0b"])
def test_no_value_can_end_its_line(value):
    with pytest.raises(UnsendableRequest, match="line break or NUL"):
        header_block(HERE, (("X", value),))


@pytest.mark.parametrize("name", ["X\r\nY", "X:", "", "X Y", "Ü"])
def test_no_name_can_be_anything_but_a_token(name):
    with pytest.raises(UnsendableRequest, match="not a header's name"):
        header_block(HERE, ((name, "1"),))


@pytest.mark.parametrize("method", ["GET /x", "GET\r\n", "", "G\0T", "GËT"])
def test_a_method_that_is_no_token_is_refused(method):
    with pytest.raises(UnsendableRequest):
        request_line(method, b"/")


def test_any_token_is_a_method():
    assert request_line("M-SEARCH", b"/x") == b"M-SEARCH /x HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("method", "body", "lines"),
    [
        ("GET", None, b"\r\n"),
        ("DELETE", None, b"\r\n"),
        ("POST", None, b"Content-Length: 0\r\n\r\n"),
        ("PUT", None, b"Content-Length: 0\r\n\r\n"),
        ("POST", b"", b"Content-Length: 0\r\n\r\n"),
        ("GET", b"abc", b"Content-Length: 3\r\n\r\n"),
    ],
)
def test_the_length_is_said_with_a_body_and_where_one_is_expected(method, body, lines):
    assert body_lines(method, body, header_block(HERE, ())) == lines


def test_a_length_that_the_author_gives_is_sent_as_it_is():
    for header in (("Content-Length", "7"), ("transfer-encoding", "chunked")):
        assert body_lines("POST", b"abc", header_block(HERE, (header,))) == b"\r\n"


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=10))
def test_whatever_is_given_one_request_goes_out_or_none(path, name, value, method):
    try:
        origin, target = split_url(f"http://h/{path}")
        head = request_line(method, target) + header_block(origin, ((name, value),)).lines
    except UnsendableRequest:
        return
    lines = head.split(b"\r\n")
    assert lines[-1] == b""
    assert len(lines) in {4, 5}  # fewer if the header given replaces an added one
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert lines[0].count(b" ") == 2
