"""Keys and passwords: sent to the provider, and met nowhere else, whatever the provider answers."""

import base64
import json
import traceback
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.providers import IMPATIENT, NOW, Reply, serve
from tokencheck.errors import UserError
from tokencheck.evidence.refresh import Client
from tokencheck.evidence.refresh.client import Key

SECRET = "sk/test+0123456789=="
PASSWORD = "p&ss/word+of a mirror"
LOGIN = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
WAYS = (str, lambda text: quote(text, safe=""), quote, quote_plus, lambda text: json.dumps(text)[1:-1])
KEPT = {"parameter": (SECRET, PASSWORD, LOGIN), "header": (SECRET,), "password": (PASSWORD, LOGIN)}
WRITTEN = {kind: sorted({way(one) for one in kept for way in WAYS}) for kind, kept in KEPT.items()}
KEYS = {"parameter": Key("SOME_KEY", "https://x.example", parameter="api_key"), "header": Key("SOME_KEY", "x")}


@pytest.fixture(scope="module")
def provider():
    with serve() as found:
        yield found


def ask(provider, parts, kind):
    """Ask once, and give everything that could be shown or kept."""
    url = provider.url if kind == "header" else provider.url.replace("//", f"//user:{quote(PASSWORD, safe='')}@")
    secret, key = (None, None) if kind == "password" else (SECRET, KEYS[kind])
    once = replace(IMPATIENT, attempts=1)
    client = Client(url, "some", "TOKENCHECK_SOME_URL", key, secret, once, parts=parts,
                    sleep=lambda seconds: None, now=lambda: NOW)  # fmt: skip
    try:
        told = repr(client.get_json("/some", {"a": "b"}, resume=True))
    except UserError as problem:
        told = f"{problem}\n{''.join(traceback.format_exception(problem))}"
    finally:
        client.close()
    return told + "".join(file.read_bytes().decode("utf-8", "replace") for file in sorted(parts.glob("*")))


def make_replies(echo):
    heads = st.sampled_from(["", "http://127.0.0.1/", "https://x.example/?api_key=", '"'])
    names = st.sampled_from(["ETag", "Last-Modified", "Location", "Retry-After", "Content-Encoding"])
    return st.builds(
        lambda status, before, after, headers, cut: Reply(
            f"{before}{echo}{after}".encode(),
            status,
            {"Content-Type": "application/json"} | {name: f"{head}{echo}" for name, head in headers.items()},
            cut=cut,
        ),
        st.sampled_from([200, 204, 301, 302, 304, 400, 401, 403, 404, 407, 413, 422, 429, 500, 503]),
        st.one_of(st.sampled_from(['{"error": "', "<title>", '"']), st.integers(0, 1200).map("x".__mul__)),
        st.sampled_from(['"}', "</title>", '"', ""]),
        st.dictionaries(names, heads, max_size=3),
        st.one_of(st.none(), st.integers(0, 40)),
    )


@settings(max_examples=40)
@given(st.data(), st.sampled_from(sorted(KEPT)))
def test_no_answer_brings_a_key_or_password_to_light(provider, tmp_path_factory, data, kind):
    provider.answer("/some", data.draw(st.sampled_from(WRITTEN[kind]).flatmap(make_replies)))
    told = ask(provider, tmp_path_factory.mktemp("parts"), kind)
    assert [one for one in WRITTEN[kind] if one in told] == []


@pytest.mark.parametrize("address", ["user:{}@x.example", "https:user:{}@x.example", "ftp://user:{}@x", "//u:{}@xn--/"])
def test_an_address_that_cannot_be_one_is_refused_without_its_password(address):
    with pytest.raises(UserError, match="TOKENCHECK_SOME_URL is “.*” — expected an address") as refused:
        Client(address.format("open/sesame"), "some", "TOKENCHECK_SOME_URL")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("secret", ["sk-ключ-0123456789", "sk-0123\n456789", "two words 0123"])
def test_a_key_that_cannot_be_one_is_refused_unseen(secret):
    with pytest.raises(UserError, match="the key in SOME_KEY holds blanks or signs") as refused:
        Client("https://x.example", "some", "TOKENCHECK_SOME_URL", KEYS["header"], secret)
    assert secret not in str(refused.value)
