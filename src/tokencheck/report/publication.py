"""Who publishes the report, where, and whom to write to: ``data/project.yml``, which ships empty."""

import os
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tokencheck import characters, paths
from tokencheck.errors import UserError
from tokencheck.report.markup import cell, link
from tokencheck.results import read_yaml

MAIL = "mailto:"
BASE_URL = "TOKENCHECK_BASE_URL"  # the environment variable that goes before the file's `base_url`


def _refuse_harmful(text: str) -> str:
    if harmful := characters.name_harmful(text):
        raise ValueError(f"it holds {harmful}, which no page shows")
    return text


def _accept_address(text: str) -> str:
    if text and not characters.is_address(text):
        raise ValueError("it is no address that a page may link to: http or https, and a host with a dot")
    return text


def _accept_base(text: str) -> str:
    if text and not text.endswith("/"):
        raise ValueError("it must end with a slash")
    return text


def _accept_contact(text: str) -> str:
    rest = text.removeprefix(MAIL)
    if rest == text:
        return _accept_address(text)
    if "@" not in rest or characters.UNFIT_FOR_ADDRESS.search(rest):
        raise ValueError("after mailto: stands one address of mail")
    return text


Words = Annotated[str, AfterValidator(_refuse_harmful)]
Address = Annotated[str, AfterValidator(_refuse_harmful), AfterValidator(_accept_address)]


class Person(BaseModel):
    """Somebody who worked on the report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words = Field(min_length=1)
    role: Words = ""
    url: Address = ""


class Contact(BaseModel):
    """Where corrections and replies go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Words = Field(min_length=1)
    url: Annotated[str, AfterValidator(_refuse_harmful), AfterValidator(_accept_contact)] = ""

    def write(self) -> str:
        """Write whom to write to, as a link where there is an address, of mail too."""
        if self.url.startswith(MAIL):
            return f"[{cell(self.text)}]({self.url})"
        return link(self.url, self.text)


class Publication(BaseModel):
    """Who publishes the report and where; what is empty is not known, and pages leave it out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words = Field(min_length=1)
    base_url: Annotated[Address, AfterValidator(_accept_base)] = ""
    publisher: Words = ""
    people: tuple[Person, ...] = ()
    funding: Words = ""
    conflicts: Words = ""
    contact: Contact
    repository: Address = ""
    licence: Address = Field(min_length=1)

    @property
    def by(self) -> str:
        """Whose work the report is: the publisher's; while nobody says who that is, it has only its own name."""
        return self.publisher or self.name

    def address(self, claim_id: str) -> str:
        """Give the address of a claim's page; within the site where its own address is not set."""
        return f"{self.base_url}{claim_id}.html"

    def write_issue(self, title: str, body: str) -> str:
        """Give the address that opens a filled-in issue; empty where no repository is set.

        Parameters
        ----------
        title, body : str

        Returns
        -------
        str
        """
        if not self.repository:
            return ""
        return f"{self.repository.rstrip('/')}/issues/new?{urlencode({'title': title, 'body': body})}"


def load_publication() -> Publication:
    """Read ``data/project.yml``; ``TOKENCHECK_BASE_URL`` goes before its ``base_url``.

    Returns
    -------
    Publication

    Raises
    ------
    UserError
        When the file is missing, is not YAML, or a field is wrong; the message names it.
    """
    name = paths.shorten(paths.PROJECT)
    try:
        written = read_yaml(paths.PROJECT)
        publication = Publication.model_validate(written)
    except FileNotFoundError:
        raise UserError(f"{name} is missing. Restore it with `git checkout -- {name}`.") from None
    except ValidationError as problem:
        raise UserError(f"{name}, {name_problem(problem)}. Correct it; the comments there say how.") from None
    if not (base := os.environ.get(BASE_URL)):
        return publication
    try:
        return Publication.model_validate(written | {"base_url": base})
    except ValidationError as problem:
        raise UserError(f"{BASE_URL}: {name_problem(problem)}. Set it to such as https://x.org/check/.") from None


def name_problem(problem: ValidationError) -> str:
    """Name the first field that a model refuses, and why."""
    first = problem.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "top level"
    return f"{where}: {first['msg'].removeprefix('Value error, ').lower()}"
