"""Where webhooks may go: nowhere inside a network, however the address is written."""

from __future__ import annotations

import pytest

from ledger.errors import Rejected
from ledger.hooks.addresses import Target, is_public, target_of


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
        "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
        "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "2002:7f00:1::", "2002:0a00:0001::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "fec0::1",
        "not an address", "",
    ],
)  # fmt: skip
def test_what_lies_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_anybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "https://", "hooks.example.org",
        "https://user@hooks.example.org/", "https://user:word@hooks.example.org/",
        "https://hooks.example.org/#part", "https://hooks.example.org:99999/",
        "https://hooks.example.org\\@127.0.0.1/", "https://hooks example.org/",
        "https://hooks.example.org/\r\nHost: other", "https://接收.example.org/",
        "https://hooks.example.org/" + "x" * 1_000, "https://[::1/", "javascript:alert(1)",
        "https://-hooks.example.org/", "https://hooks_.example.org/",
    ],
)  # fmt: skip
def test_a_url_that_programs_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(Rejected) as refusal:
        target_of(url, plain=False)

    assert refusal.value.code == "hook.url-invalid"
    assert refusal.value.fields == {"field": "url", "most": 1_000}


def test_a_url_is_taken_apart_once() -> None:
    usual = target_of("https://hooks.example.org/in?from=a", plain=False)
    plain = target_of("http://[2606:2800::1]:8080", plain=True)

    assert usual == Target("hooks.example.org", 443, True, "/in?from=a")
    assert usual.authority == "hooks.example.org"
    assert plain == Target("2606:2800::1", 8080, False, "/")
    assert plain.authority == "[2606:2800::1]:8080"
