"""Where Antiphon may connect to: loopback, what is named, and some addresses never."""

import asyncio
import pickle

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.errors import BadAllowEntry, NotAllowed


def allowed(entries, host, address, port=80):
    try:
        AllowList(entries).check(host, address, port)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_always_allowed(address):
    assert allowed([], "localhost", address)


PLAIN = ["10.0.0.7", "93.184.216.34", "2606:2800:220:1::1", "fd00::2", "::ffff:10.0.0.7"]
LOOPBACK_IN_A_WRAPPING = ["2002:7f00:1::1", "64:ff9b::7f00:1", "::127.0.0.1", "2001:0:7f00:1::80ff:fffe"]


@pytest.mark.parametrize("address", PLAIN + LOOPBACK_IN_A_WRAPPING)
def test_nothing_else_is_allowed_without_being_named(address):
    assert not allowed([], "any.example.com", address)


@pytest.mark.parametrize(
    ("entry", "host", "address", "port", "expected"),
    [
        ("staging.example.com", "staging.example.com", "10.1.2.3", 443, True),
        ("Staging.Example.com", "STAGING.example.com.", "10.1.2.3", 443, True),
        ("staging.example.com", "evil.staging.example.com", "10.1.2.3", 443, False),
        ("staging.example.com:8080", "staging.example.com", "10.1.2.3", 8080, True),
        ("staging.example.com:8080", "staging.example.com", "10.1.2.3", 8081, False),
        ("10.1.2.3", "10.1.2.3", "10.1.2.3", 80, True),
        ("10.1.2.3", "some.example.com", "10.1.2.3", 80, True),
        ("10.1.2.3", "10.1.2.4", "10.1.2.4", 80, False),
        ("10.1.2.3:8080", "10.1.2.3", "10.1.2.3", 80, False),
        ("10.1.0.0/16", "x", "10.1.255.1", 80, True),
        ("10.1.0.0/16", "x", "10.2.0.1", 80, False),
        ("10.1.0.0/16:443", "x", "10.1.0.1", 443, True),
        ("10.1.0.0/16:443", "x", "10.1.0.1", 444, False),
        ("10.1.0.0/16", "x", "::ffff:10.1.0.1", 80, True),
        ("fd00::/8", "x", "fd00::2", 80, True),
        ("fd00::2", "x", "fd00::2", 80, True),
        ("[fd00::2]:8080", "x", "fd00::2", 8080, True),
        ("[fd00::2]:8080", "x", "fd00::2", 8081, False),
    ],
)
def test_an_entry_allows_what_it_names(entry, host, address, port, expected):
    assert allowed([entry], host, address, port) is expected


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "::169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "not an address",
    ],
)
def test_some_addresses_are_refused_even_if_everything_is_allowed(address):
    everything = ["0.0.0.0/0", "::/0", "metadata.example.com", "169.254.169.254"]
    assert not allowed(everything, "metadata.example.com", address)


def test_everything_else_can_be_allowed():
    assert allowed(["0.0.0.0/0"], "x", "93.184.216.34")
    assert allowed(["::/0"], "x", "2606:2800:220:1::1")


NO_HOSTS = """
    http://x.example.com  x.example.com:0  x.example.com:99999  x.example.com:  *  10.0.0.0/33  300.1.1.1
    [x.example.com]:80  x/y  [::1  a:b:c  -x.example.com
"""


@pytest.mark.parametrize("entry", ["", " ", "a b", *NO_HOSTS.split()])
def test_an_entry_that_is_no_host_is_refused_with_examples(entry):
    with pytest.raises(BadAllowEntry) as caught:
        AllowList([entry])
    assert f"`{entry}`" in str(caught.value)
    assert "10.0.0.0/24" in caught.value.hint


async def looked_up(monkeypatch, *addresses):
    async def answer(host, port, **_):
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)


async def test_a_name_is_judged_by_what_it_resolves_to(monkeypatch):
    await looked_up(monkeypatch, "10.1.2.3")
    with pytest.raises(NotAllowed):
        await AllowList().resolve("looks-like-localhost.example.com", 80)
    assert await AllowList(["10.1.2.3"]).resolve("x.example.com", 80) == ("10.1.2.3", 80)


async def test_a_name_that_is_allowed_still_does_not_lead_to_a_metadata_address(monkeypatch):
    await looked_up(monkeypatch, "169.254.169.254")
    with pytest.raises(NotAllowed) as caught:
        await AllowList(["x.example.com"]).resolve("x.example.com", 80)
    assert str(caught.value) == (
        "169.254.169.254:80 (x.example.com) is a link-local address, which Antiphon never connects to"
    )
    assert "cannot lift this" in caught.value.hint


async def test_of_several_addresses_only_the_allowed_ones_are_given(monkeypatch):
    await looked_up(monkeypatch, "10.9.9.9", "127.0.0.1", "::1", "127.0.0.1")
    assert await AllowList().addresses("x.example.com", 80) == (("127.0.0.1", 80), ("::1", 80))
    assert await AllowList().resolve("x.example.com", 80) == ("127.0.0.1", 80)


async def test_an_address_is_not_looked_up(monkeypatch):
    await looked_up(monkeypatch)
    assert await AllowList().addresses("::1", 80) == (("::1", 80),)


async def test_a_name_without_addresses_is_an_os_error(monkeypatch):
    await looked_up(monkeypatch)
    with pytest.raises(OSError, match="has no address"):
        await AllowList().resolve("x.example.com", 80)


async def test_odd_spellings_of_addresses_are_judged_by_what_they_mean():
    for spelling in ("2852039166", "0xa9fea9fe", "0251.0376.0251.0376"):
        with pytest.raises(NotAllowed):
            await AllowList().resolve(spelling, 80)


async def test_a_name_that_cannot_be_encoded_is_an_os_error():
    with pytest.raises(OSError, match="not a host name"):
        await AllowList().resolve("a" * 300 + ".example.com", 80)


def test_a_refusal_names_the_key_of_the_profile_and_survives_pickling():
    with pytest.raises(NotAllowed) as caught:
        AllowList().check("staging.example.com", "10.0.0.7", 443)
    sent_home = pickle.loads(pickle.dumps(caught.value))
    assert str(sent_home) == "10.0.0.7:443 (staging.example.com) is not on the allow-list"
    assert sent_home.hint == (
        "if it is yours to test, add `staging.example.com` to the profile's `allow`, or confirm with --yes-this-target"
    )
