"""The HTTP client of all sources: patient, polite, and unable to leak a key or to fill the disk.

It retries what may pass (time-outs, 429, 5xx, broken connections) with exponential back-off and jitter, or after the
time the provider asks for; asks conditionally (ETag, Last-Modified); keeps to the provider's rate; follows no redirect
to another host; and reads no more than a set number of bytes, decompressed or not. Every problem that the user can mend
is a `UserError` that says what to do.
"""

import base64
import contextlib
import hashlib
import html
import json
import logging
import os
import random
import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import httpx
import tenacity
import yaml

from tokencheck import __version__, paths
from tokencheck.characters import hide_login
from tokencheck.errors import UserError
from tokencheck.results import parse_yaml, write_bytes_atomically

_MOST_BYTES = 64_000_000
PART_SECONDS = 86_400.0  # a page that was read longer ago is read anew
SHORTEST_KEY = 8  # a shorter text could be part of the data
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
TABLES_STAND = "The tables stay as they were."

# They log whole addresses, and the address of one provider holds a key.
for _name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).disabled = True


@cache
def trust_machine() -> ssl.SSLContext:
    """Trust the machine's certificates beside the usual ones: a proxy may sign with one of its own.

    They are read once; every source's connections share them.

    Returns
    -------
    SSLContext
    """
    trust = httpx.create_ssl_context()
    trust.load_default_certs()
    return trust


@dataclass(frozen=True)
class Key:
    """A key that a provider asks for.

    Attributes
    ----------
    variable : str
        The environment variable, or line of ``.env``, that holds it.
    get_one : str
        Where to get one.
    parameter : str, optional
        The query parameter that carries it; by default it travels in the header ``Authorization``.
    """

    variable: str
    get_one: str
    parameter: str | None = None

    def describe(self) -> str:
        """Say how to supply it, in one sentence."""
        return f"Set {self.variable} in the environment or in .env; get a key at {self.get_one}."


@dataclass(frozen=True)
class Patience:
    """How long to wait, for what; tests shorten it.

    Attributes
    ----------
    connect, read : float
        Seconds to wait for a connection, and for the next bytes.
    total : float
        Seconds one answer may take in all, however steadily it drips.
    attempts : int
        How often to ask at most.
    first_wait, longest_wait : float
        Seconds before the second attempt and at most before any later one.
    longest_retry_after : float
        A provider that asks for more is not waited for.
    """

    connect: float = 15.0
    read: float = 30.0
    total: float = 300.0
    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_retry_after: float = 300.0


@dataclass(frozen=True)
class Answer:
    """One answer as it was read: the bytes, and what is needed to ask again conditionally.

    Attributes
    ----------
    url : str
        Address without any key.
    content : bytes
        Decompressed.
    retrieved_at : datetime
        UTC.
    etag, last_modified, content_type : str, optional
        As sent by the provider.
    fresh : bool
        False when the provider said that nothing had changed and the stored bytes stand.
    """

    url: str
    content: bytes
    retrieved_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    fresh: bool = True

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class AnswerError(UserError):
    """An answer came and cannot be used; asking again, not what was kept of it, is the remedy."""


class TransientError(Exception):
    """A failure that may pass; carries the seconds that the provider asks to wait."""

    def __init__(self, says: str, retry_after: float | None = None) -> None:
        """Note what happened."""
        super().__init__(says)
        self.retry_after = retry_after


def read_contact() -> str:
    """Give the address under which a provider can reach whoever runs this, for the user agent.

    Returns
    -------
    str
        ``TOKENCHECK_CONTACT``, else ``contact.url`` or ``base_url`` of ``data/project.yml``, else a note that
        none is set.
    """
    if os.environ.get("TOKENCHECK_CONTACT"):
        return os.environ["TOKENCHECK_CONTACT"]
    try:
        project = parse_yaml(paths.PROJECT.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError):
        project = {}
    return (project.get("contact") or {}).get("url") or project.get("base_url") or "no contact set"


@dataclass
class Client:
    """Ask one provider.

    Attributes
    ----------
    base : str
        Address that all paths are added to.
    source : str
        Name of the source, for messages.
    variable : str
        Environment variable that sets the address, for messages.
    key : Key, optional
        The key of the provider.
    secret : str, optional
        Its value.
    patience : Patience
    most_bytes : int
        Cap on one answer, decompressed.
    interval : float
        Least seconds between two requests.
    known : mapping of str to Answer
        Earlier answers by address, for conditional requests.
    parts : Path, optional
        Folder in which the pages of an unfinished fetch are kept.
    sleep, now : callable
        Replaced by tests.
    bar : callable, optional
        Makes a progress bar for one answer; called with its bytes, if known.
    """

    base: str
    source: str
    variable: str
    key: Key | None = None
    secret: str | None = None
    patience: Patience = field(default_factory=Patience)
    most_bytes: int = _MOST_BYTES
    interval: float = 0.0
    known: Mapping[str, Answer] = field(default_factory=dict)
    parts: Path | None = None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    bar: Callable[[int | None], Any] | None = None
    received: int = 0
    _last: float | None = None
    _http: httpx.Client | None = None
    _login: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse an address to which a key would travel in the open; keep its password out of what is shown."""
        try:
            where = urlsplit(self.base)
            where.port, httpx.URL(self.base).host  # noqa: B018 - raise when there is none
        except (ValueError, httpx.InvalidURL):
            where = urlsplit("")
        if where.username is not None:
            self._login = unquote(where.username), unquote(where.password or "")
            where = where._replace(netloc=where.netloc.rpartition("@")[2])
            self.base = urlunsplit(where)
        if where.scheme not in ("https", "http") or not where.hostname or where.query or where.fragment:
            raise UserError(
                f"{self.variable} is “{hide_login(self.base)}” — expected an address such as https://…, without ? and "
                "#. Correct it or unset it."
            )
        if self.secret and not re.fullmatch(r"[!-~]+", self.secret):
            named = self.key.variable if self.key else "the environment"
            raise UserError(
                f"{self.source}: the key in {named} holds blanks or signs that no key has. Copy it again, in one line."
            )
        if self._login and self.secret and not (self.key and self.key.parameter):
            raise UserError(
                f"{self.variable} has a password, and {self.source} has a key, which travels in the same place. Leave "
                "out one of them."
            )
        if (self.secret or self._login) and where.scheme == "http" and where.hostname not in LOOPBACK:
            raise UserError(
                f"{self.variable} is “{self.base}”: a {'key' if self.secret else 'password'} would travel unencrypted. "
                "Use https, or unset it."
            )

    # ------------------------------------------------------------------------------------------------------ asking

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, resume: bool = False) -> Answer:
        """Get one answer.

        Parameters
        ----------
        path : str
            Added to the base address.
        parameters : mapping, optional
            Query parameters; a value may be a list.
        resume : bool
            Keep the answer until the whole fetch is done, so that an interrupted one goes on where it stopped.

        Returns
        -------
        Answer

        Raises
        ------
        UserError
            When there is no usable answer; it says what to do.
        """
        request = httpx.Request("GET", self.base.rstrip("/") + path, params=dict(parameters or {}))
        url = str(request.url)
        kept = self._find_part(url) if resume else None
        if kept:
            return kept
        answer = self._try(url)
        if resume and answer.fresh:
            self._keep_part(answer)
        return answer

    def get_json(self, path: str, parameters: Mapping[str, Any] | None = None, resume: bool = False) -> Answer:
        """Get an answer and see that it is JSON; see `get`."""
        answer = self.get(path, parameters, resume)
        read_json_answer(answer, self.source)
        return answer

    def _try(self, url: str) -> Answer:
        def wait(state: tenacity.RetryCallState) -> float:
            problem = state.outcome.exception() if state.outcome else None
            asked = getattr(problem, "retry_after", None)
            if asked is not None:
                return asked
            longest = min(self.patience.longest_wait, self.patience.first_wait * 2 ** (state.attempt_number - 1))
            return longest * (0.5 + random.random() / 2)  # jitter: many clients do not come back at once

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.patience.attempts),
            wait=wait,
            retry=tenacity.retry_if_exception_type(TransientError),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(self._ask, url)
        except TransientError as problem:
            raise UserError(
                f"{self.source}: {problem}, {self.patience.attempts} times in a row. {TABLES_STAND} "
                f"Run this again later; what was read so far is kept."
            ) from None

    def _ask(self, url: str) -> Answer:
        self._keep_to_rate()
        known = self.known.get(url)
        headers = {"User-Agent": f"tokencheck/{__version__} ({read_contact()})", "Accept-Encoding": "gzip"}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if self.secret and not (self.key and self.key.parameter):
            headers["Authorization"] = f"Bearer {self.secret}"
        began = time.monotonic()
        try:
            with self._open(url, headers, hops=3) as response:
                self._judge(response, url)
                if response.status_code == 304:
                    return self._reuse(url, known)
                content = self._read(response, url, began)
        except httpx.ProxyError as problem:
            raise UserError(
                f"{self.source}: {self._name_proxy()} refused to pass the request on ({self._hide(str(problem))}). "
                f"{TABLES_STAND} Correct the proxy, or name {self._host()} in NO_PROXY."
            ) from None
        except httpx.TimeoutException:
            raise TransientError(
                f"{self._host()}{self._say_behind()} did not answer within {self.patience.read:g} s"
            ) from None
        except httpx.ConnectError as problem:
            where = self._name_proxy() if self._find_proxy() else self._host()
            raise TransientError(f"the connection to {where} failed ({self._hide(str(problem))})") from None
        except (httpx.InvalidURL, UnicodeError):  # the latter of letters that no host's name can have
            raise UserError(
                f"{self.source}: {self._host()} redirects to what is no address of a provider. {TABLES_STAND} If the "
                f"provider has moved, set {self.variable} to its new address."
            ) from None
        except httpx.HTTPError as problem:
            raise TransientError(
                f"the connection to {self._host()}{self._say_behind()} failed ({self._hide(str(problem))})"
            ) from None
        told = {name: response.headers.get(name) for name in ("ETag", "Last-Modified", "Content-Type")}
        etag, last_modified, kind = (text and self._hide(text) for text in told.values())
        return Answer(url, content, self.now(), etag=etag, last_modified=last_modified, content_type=kind)

    @contextlib.contextmanager
    def _open(self, url: str, headers: Mapping[str, str], hops: int) -> Iterator[httpx.Response]:
        """Open a response, following redirects on the same host only."""
        if self._http is None:
            timeout = httpx.Timeout(self.patience.read, connect=self.patience.connect)
            try:
                self._http = httpx.Client(
                    timeout=timeout, follow_redirects=False, auth=self._login, verify=trust_machine()
                )
            except (ValueError, httpx.InvalidURL, ImportError):
                raise UserError(
                    f"{self.source}: {self._name_proxy() or 'the proxy'} is no address of a proxy; expected such as "
                    f"http://proxy.example:8080. {TABLES_STAND} Correct or unset HTTPS_PROXY, HTTP_PROXY and ALL_PROXY."
                ) from None
        while True:
            with self._http.stream("GET", self._with_key(url), headers=dict(headers)) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = self._follow(url, response.headers["Location"], hops)
            hops -= 1

    def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def _follow(self, url: str, location: str, hops: int) -> str:
        target = httpx.URL(url).join(location)
        here = httpx.URL(url)
        if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port) or not hops:
            named = self._hide(f"{target.scheme}://{target.host}")
            raise UserError(
                f"{self.source}: {self._host()} redirects to {named}, which is not followed. "
                f"{TABLES_STAND} If the provider has moved, set {self.variable} to its new address."
            )
        return str(target.copy_remove_param(self.key.parameter) if self.key and self.key.parameter else target)

    def _with_key(self, url: str) -> httpx.URL:
        """Add the key to the address of the request, and to nothing that is kept."""
        address = httpx.URL(url)
        if self.secret and self.key and self.key.parameter:
            address = address.copy_add_param(self.key.parameter, self.secret)
        return address

    def _keep_to_rate(self) -> None:
        if self._last is not None and self.interval:
            left = self.interval - (time.monotonic() - self._last)
            if left > 0:
                self.sleep(left)
        self._last = time.monotonic()

    def _host(self) -> str:
        return urlsplit(self.base).netloc

    def _find_proxy(self) -> str:
        """Give the address of the proxy that requests go through; empty when there is none."""
        where = urlsplit(self.base)
        known = {} if proxy_bypass(where.hostname or "") else getproxies()
        return known.get(where.scheme) or known.get("all") or ""

    def _name_proxy(self) -> str:
        proxy = self._find_proxy()
        return f"the proxy {hide_login(proxy)}" if proxy else ""

    def _say_behind(self) -> str:
        """Say that a proxy stands between, where it could be either that fails."""
        return f", asked through {self._name_proxy()}," if self._find_proxy() else ""

    def _hide(self, text: str) -> str:
        for one in self._list_secret():
            text = text.replace(one, "…")
        return hide_login(text)

    def _list_secret(self) -> list[str]:
        """List what nobody may see: key and password, as they are and as addresses, headers and JSON write them."""
        login = base64.b64encode(":".join(self._login).encode()).decode() if self._login else ""
        plain = [one for one in (self.secret, self._login and self._login[1], login) if one]
        written = {way(one) for one in plain for way in (str, partial(quote, safe=""), quote, quote_plus, _escape)}
        return sorted(written, key=lambda one: (-len(one), one))

    # -------------------------------------------------------------------------------------------------- the answer

    def _judge(self, response: httpx.Response, url: str) -> None:
        """Raise what a status other than 200 and 304 means."""
        status = response.status_code
        if status in (200, 304):
            return
        if status == 407:
            raise UserError(
                f"{self.source}: {self._name_proxy() or 'a proxy'} asks for a user and a password (407). "
                f"{TABLES_STAND} Set them in HTTPS_PROXY, such as http://user:password@proxy.example:8080."
            )
        if status == 202:
            raise UserError(
                f"{self.source}: {self._host()} is still preparing its answer (202){self._quote(response)}. "
                f"{TABLES_STAND} Try again later."
            )
        if status == 413:
            raise UserError(
                f"{self.source}: {self._host()} says that the question is too large (413){self._quote(response)}. "
                f"{TABLES_STAND} Ask for less with --since and --until."
            )
        if status == 429:
            self._judge_too_many(response)
        if status in (408, 425) or status >= 500:
            raise TransientError(f"{self._host()} answered {status}", _read_retry_after(response, self.now()))
        if status in (401, 403):
            need = self.key.describe() if self.key else "It asks for no key as far as documented; try again later."
            state = "refused the key" if self.secret else "refused the request"
            raise UserError(f"{self.source}: {self._host()} {state} ({status}). {need} {TABLES_STAND}")
        said = self._quote(response)
        raise UserError(
            f"{self.source}: {self._host()} answered {status} for {self._hide(url)}{said}. {TABLES_STAND} "
            f"If --since or --until were given, check them; if the provider has moved, set {self.variable}."
        )

    def _judge_too_many(self, response: httpx.Response) -> None:
        asked = _read_retry_after(response, self.now())
        if asked is not None and asked > self.patience.longest_retry_after:
            raise UserError(
                f"{self.source}: {self._host()} asks to wait {asked:,.0f} s (429). {TABLES_STAND} Run this again then; "
                "what was read so far is kept."
            )
        raise TransientError(f"{self._host()} says that there were too many requests (429)", asked)

    def _quote(self, response: httpx.Response) -> str:
        """Quote the start of an error answer, without markup, secrets or line breaks."""
        try:
            start = b""
            for piece in response.iter_raw(1000):
                start += piece
                if len(start) > 1000:
                    break
        except httpx.HTTPError:
            return ""
        whole = self._hide(start.decode("utf-8", "replace"))
        if len(start) > 1000:  # the end may be the beginning of a key
            whole = whole[: max(0, len(whole) - max(map(len, self._list_secret()), default=0))]
        text = re.sub(r"<[^>]*>|\s+", " ", whole).strip()[:200]
        return f" (“{text}”)" if text and text.isprintable() else ""

    def _reuse(self, url: str, known: Answer | None) -> Answer:
        if known is None:
            raise TransientError(f"{self._host()} answered 304 to a question that was not conditional")
        return Answer(
            url, known.content, known.retrieved_at, known.etag, known.last_modified, known.content_type, fresh=False
        )

    def _read(self, response: httpx.Response, url: str, began: float) -> bytes:
        """Read the body, decompress it, and see that it is whole and not too large.

        The library's own `iter_bytes` neither stops inside a piece that unpacks to far more than is allowed, nor
        notices a compressed body that ends early.
        """
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding not in ("identity", "gzip", ""):
            raise UserError(
                f"{self.source}: {self._host()} sent the encoding “{encoding}” though only gzip was asked for. "
                f"{TABLES_STAND} Run this again later."
            )
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding == "gzip" else None
        length = response.headers.get("Content-Length", "")
        content = bytearray()
        with _progress(self.bar, int(length) if length.isdigit() else None) as advance:
            for piece in response.iter_raw():
                self.received += len(piece)
                advance(len(piece))
                if time.monotonic() - began > self.patience.total:
                    raise TransientError(f"{self._host()} sent its answer too slowly (over {self.patience.total:g} s)")
                content += self._unpack(unpack, piece, self.most_bytes + 1 - len(content)) if unpack else piece
                if len(content) > self.most_bytes:
                    raise UserError(
                        f"{self.source}: the answer of {self._host()} is larger than {self.most_bytes / 1e6:g} MB. "
                        f"{TABLES_STAND} Ask for less with --since and --until."
                    )
        if not content:
            raise TransientError(f"{self._host()} answered with nothing at all (0 bytes)")
        if unpack and not unpack.eof:
            raise TransientError(f"the compressed answer of {self._host()} ended early")
        # Some providers echo the request; a key must not be stored, even at the price of a byte that differs.
        for secret in self._list_secret():
            if len(secret) >= SHORTEST_KEY:
                content = content.replace(secret.encode(), b"[key]")
        return bytes(content)

    def _unpack(self, unpack: Any, piece: bytes, most: int) -> bytes:
        try:
            return unpack.decompress(piece, max(most, 1))
        except zlib.error as problem:
            raise TransientError(f"the answer of {self._host()} could not be decompressed ({problem})") from None

    # ---------------------------------------------------------------------------------------- pages of a long fetch

    def _part(self, url: str) -> Path | None:
        return self.parts / hashlib.sha256(url.encode()).hexdigest()[:16] if self.parts else None

    def _find_part(self, url: str) -> Answer | None:
        path = self._part(url)
        if path is None or not path.exists():
            return None
        head, _, content = path.read_bytes().partition(b"\n")
        try:
            node = json.loads(head)
            retrieved_at = datetime.fromisoformat(node.pop("retrieved_at"))
            digest = node.pop("sha256")
            answer = Answer(content=content, retrieved_at=retrieved_at, **node)
        except (ValueError, KeyError, TypeError):
            return None
        age = (self.now() - retrieved_at).total_seconds()
        return answer if answer.sha256 == digest and 0 <= age < PART_SECONDS else None

    def _keep_part(self, answer: Answer) -> None:
        path = self._part(answer.url)
        if path is None:
            return
        head = {
            "url": answer.url,
            "retrieved_at": answer.retrieved_at.isoformat(),
            "sha256": answer.sha256,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "content_type": answer.content_type,
        }
        write_bytes_atomically(path, json.dumps(head).encode() + b"\n" + answer.content)


def _escape(text: str) -> str:
    return json.dumps(text)[1:-1]


def _read_retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Read ``Retry-After``, which is a number of seconds or a date (RFC 9110, section 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


@contextlib.contextmanager
def _progress(bar: Callable[[int | None], Any] | None, length: int | None) -> Iterator[Callable[[int], Any]]:
    if bar is None:
        yield lambda count: None
        return
    with bar(length) as shown:
        yield shown.update


def describe_content(answer: Answer) -> str:
    """Say what an answer is instead of data, for messages."""
    start = answer.content[:2000].lstrip()
    if start[:1] == b"<":
        title = re.search(rb"<title[^>]*>(.*?)</title", start, re.I | re.S)
        named = f" titled “{html.unescape(title[1].decode('utf-8', 'replace')).strip()[:80]}”" if title else ""
        return f"a web page{named}"
    return f"{len(answer.content)} bytes of {answer.content_type or 'unknown type'}"


def read_json_answer(answer: Answer, source: str) -> Any:
    """Parse an answer as JSON.

    Raises
    ------
    UserError
        When it is not JSON; it says what it is instead.
    """
    kind = (answer.content_type or "application/json").split(";")[0].strip().lower()
    problem = ""
    if "json" in kind:
        try:
            return json.loads(answer.content, parse_constant=_refuse_constant)
        except RecursionError:
            problem = " (nested too deeply)"
        except ValueError as found:
            problem = f" ({found})"
    raise AnswerError(
        f"{source}: expected JSON and got {describe_content(answer)}{problem} from {answer.url}. {TABLES_STAND} "
        "The provider may be in trouble, or a network may ask to sign in: open the address in a browser, then run "
        "this again."
    )


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


def read_text_answer(answer: Answer, source: str) -> str:
    """Decode an answer that should be CSV.

    Raises
    ------
    UserError
        When it is a web page, JSON, or not UTF-8.
    """
    kind = (answer.content_type or "text/csv").split(";")[0].strip().lower()
    text_kinds = ("csv", "text/plain", "octet-stream")
    if any(one in kind for one in text_kinds) and answer.content.lstrip()[:1] not in (b"<", b"{"):
        try:
            return answer.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    raise AnswerError(
        f"{source}: expected CSV and got {describe_content(answer)} from {answer.url}. {TABLES_STAND} "
        "The provider may be in trouble, or a network may ask to sign in: open the address in a browser, then run "
        "this again."
    )
