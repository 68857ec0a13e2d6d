"""Files as people have them: bytes become a header and rows, whatever program wrote them.

Excel writes a mark at the start, ``sep=;`` above the header, semicolons and decimal commas where the country uses them,
tabs in UTF-16 as “Unicode text”, ``1.0E+06`` and empty columns without a name; pandas a nameless column of row numbers,
``1000000.0`` and midnight beside each date; R ``NA``; providers put titles above the header and have columns of their
own.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tokencheck.characters import HARMFUL, make_visible, name_harmful
from tokencheck.errors import UserError
from tokencheck.evidence.documents import tabulate_json
from tokencheck.evidence.refresh.sources import eia, eurostat
from tokencheck.evidence.tables import CELL_TYPES
from tokencheck.periods import MONTHS

MOST_BYTES = 50_000_000
OLD_ENCODINGS = ("cp1252", "mac_roman")
LONGEST_CELL = 131_072  # characters, as Python's own reader has it where no library has set it otherwise
TOO_LONG = "field limit"  # of a cell, in that reader's words
DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.I)  # Excel's own word for what stands between the cells
TEXT_FORMULA = re.compile(r'="([^"]*)"')  # how programs keep Excel from taking a text for a number or a date
MOST_LINES_ABOVE = 30
# The ECB's data portal gives one column a series, which its header names at the end, beside these two.
SERIES_KEY = re.compile(r".*\(EXR\.(\w+)\.(\w+)\.(\w+)\.(\w+)\.(\w+)\)")
SERIES_DATES = ("DATE", "TIME PERIOD")
SERIES_COLUMNS = (
    "FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE"
)  # fmt: skip
PERIOD_LENGTHS = {"M": len("2026-09"), "A": len("2026")}  # of the day on which the period ends
DAY_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1)}
# How Excel counts days, which a cell shows that was formatted as a number: from this one, here only from 2000 to 2099.
EXCEL, EXCEL_START = "excel", date(1899, 12, 30)
EXCEL_DAY = re.compile(r"(\d{5})(?:\.0+)?", re.ASCII)
EXCEL_YEARS = range(2000, 2100)
# How pandas writes days to JSON, and logs write them: seconds, or thousandths of them, since this day. Only midnight is
# a day.
UNIX_START, UNIX_TIME, DAY_SECONDS = date(1970, 1, 1), re.compile(r"1\d{9}(\d{3})?", re.ASCII), 86_400
# Days that can be read in one way only, whoever wrote them: the year first, or the month in letters.
YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))", re.ASCII)
WEEKDAY = re.compile(r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? ", re.I)
MONTH_IN_LETTERS = re.compile(r"(\d{1,2})[- ]([a-z]{3,})[- ,]+(\d{4})|([a-z]{3,}) (\d{1,2}),? (\d{4})", re.I)
SHORT_DAY = re.compile(r"(\d{1,2})([./ -])(\d{1,2}|[a-z]{3})\2(\d{4}|\d\d)", re.ASCII | re.I)
MISSING = {"NA", "#N/A", "NaN", "nan", "None", "NULL", "null", "<NA>"}  # what R, Excel and pandas write for no value
WIDE_BLANKS = re.compile("[\xa0\u2009\u202f]")  # what stands between thousands where a blank must not break the line
# How a price is marked that is money, by how the contract's unit begins.
CURRENCIES = {"USD": r"US\$|\$|USD", "EUR": "€|EUR", "CNY": "CN¥|[¥￥元]|CNY|RMB"}
# Months and quarters in forms that leave no doubt; of Excel, which shows 2026-07 as Jul-26, too.
MONTH_IN_DIGITS = re.compile(r"(\d{4})(?:-?M|[-/. ]|年)?(\d{1,2})月?|(\d{1,2})[-/.](\d{4})", re.ASCII)
MONTH_WITH_YEAR = re.compile(r"([a-z]{3,})\.?[- ](\d{4}|\d\d)|(\d{4})[- ]?([a-z]{3,})", re.ASCII | re.I)
_QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])|Q([1-4])[- ](\d{4})", re.ASCII | re.I)
AS_CSV = (
    "save its sheet as CSV and name that file: in Excel by File, Save As, “CSV UTF-8 (Comma delimited)”; in "
    "LibreOffice by File, Save As, “Text CSV”; in Google Sheets by File, Download, “Comma-separated values”"
)
TABLE_AS_CSV = "copy its table into a spreadsheet and save that as “CSV UTF-8”"
# How files of other kinds begin, and what to do with them.
OTHER_KINDS = {
    b"PK\x03\x04": ("an Excel workbook (or another packed file)", AS_CSV),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", AS_CSV),
    b"\x1f\x8b": ("compressed with gzip", "unpack it with gunzip and name the CSV"),
    b"PAR1": ("a Parquet file", "write it with pandas: frame.to_csv('my.csv', index=False)"),
    b"ARROW1": ("a Feather file", "write it with pandas: frame.to_csv('my.csv', index=False)"),
    b"SQLite format 3": ("a database of SQLite", "write the table with: sqlite3 -header -csv file 'select …' > my.csv"),
    b"BZh": ("compressed with bzip2", "unpack it with bunzip2 and name the CSV"),
    b"\xfd7zXZ": ("compressed with xz", "unpack it with unxz and name the CSV"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "unpack it with unzstd and name the CSV"),
    b"%PDF": ("a PDF", TABLE_AS_CSV),
    b"{\\rtf": ("a word processor’s file", TABLE_AS_CSV),
    b"<": ("a web page or XML", "ask the provider for CSV; a network may also want you to sign in"),
}


@dataclass(frozen=True)
class Layout:
    """A provider's own file.

    Attributes
    ----------
    name : str
    table : str
    columns : mapping
        Its columns to the contract's.
    only : mapping
        Codes of a column with which a row belongs to the table; other rows are left out and counted.
    units : mapping
        The contract's column to the unit of the file.
    """

    name: str
    table: str
    columns: Mapping[str, str]
    only: Mapping[str, Iterable[str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


LAYOUTS = (
    Layout(
        "OpenRouter’s export",
        "usage_daily",
        {"date": "date", "model_permaslug": "model", "total_tokens": "tokens"},
    ),
    Layout(
        "the EIA",
        "electricity_us",
        {"period": "period", "stateid": "state", "sectorid": "sector", "price": "price_usd_per_kwh"},
        {"sectorid": eia.SECTORS, "price-units": ("cents per kilowatt-hour", "cents per kilowatthour")},
        {"price_usd_per_kwh": "cents-per-kWh"},
    ),
    Layout(
        "Eurostat’s SDMX-CSV",
        "electricity_eu",
        {"TIME_PERIOD": "period", "geo": "geo", "nrg_cons": "band", "tax": "tax", "OBS_VALUE": "price_eur_per_kwh"},
        {"freq": ("S",), "nrg_cons": eurostat.BANDS, "tax": eurostat.TAXES, "unit": ("KWH",), "currency": ("EUR",)},
    ),
    Layout(
        "the ECB’s CSV, one row a value or one column a series",
        "exchange_rates",
        {"TIME_PERIOD": "period", "CURRENCY": "pair", "OBS_VALUE": "rate"},
        {
            "FREQ": ("M", "A"),
            "CURRENCY": ("USD", "CNY"),
            "CURRENCY_DENOM": ("EUR",),
            "EXR_TYPE": ("SP00",),
            "EXR_SUFFIX": ("A",),
        },
    ),
)
# Providers' codes, understood wherever their column is named.
CODES: dict[tuple[str, str], Mapping[str, str]] = {
    ("electricity_us", "sector"): eia.SECTORS,
    ("electricity_eu", "band"): eurostat.BANDS,
    ("electricity_eu", "geo"): eurostat.PLACES,
    ("exchange_rates", "pair"): {"USD": "EUR/USD", "CNY": "EUR/CNY"},
}
# Files of providers that hold the figures in another shape: what tells them, what they are, and which to ask for.
STRANGERS = (
    (re.compile(r"\\\\?time(_period)?\s*\t", re.I), "Eurostat’s TSV, one column a period",
     "download it as SDMX-CSV (in the Data Browser: “SDMX-CSV 1.0”; by the API: format=SDMX-CSV)"),
    (re.compile(r"\bTIME_PERIOD:"), "Eurostat’s SDMX-CSV with labels written to the codes",
     "download it again with labels: ID, or name beside code (by the API: labels=id)"),
    (re.compile(r"\bsource key,", re.I), "the EIA’s Data Browser, one column a month",
     "take the rows from the EIA’s API or its API browser (electricity/retail-sales)"),
    (re.compile(r"^(?=.*\btokens_prompt\b).*\bmodel_permaslug\b", re.M),
     "OpenRouter’s log of one account, one row a request",
     "add up tokens_prompt + tokens_completion by the day of created_at and by model_permaslug, in columns date, "
     "model and tokens"),
    (re.compile(r"\bbyok_usage_inference\b"), "OpenRouter’s activity of one account, whose “usage” is in USD",
     "add a column tokens = prompt_tokens + completion_tokens and sum it by date and model_permaslug"),
    (re.compile(r'^"[^",;\t]+"( "[^",;\t]+")+$', re.M),
     "a table with blanks between its cells, such as R’s write.table writes",
     "write it with commas (in R: write.csv(frame, \"my.csv\", row.names = FALSE))"),
    (re.compile(r"^[\"']?(date|day|日期)\b.*?[,;\t][\"']?[a-z][\w.-]*/[\w.:-]+[\"']?([,;\t]|$)", re.I | re.M),
     "a table with a column for each model or pair",
     "write a row for each cell, beside the name of its column (in pandas: frame.melt(id_vars=\"date\"))"),
    (re.compile(r"date,\s*usd,\s*jpy,", re.I), "the ECB’s daily reference rates, one column a currency",
     "download monthly averages from the ECB’s Data Portal (series EXR.M.USD.EUR.SP00.A and EXR.M.CNY.EUR.SP00.A)"),
)  # fmt: skip


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers, days and letters, where that cannot be seen.

    Attributes
    ----------
    decimal, thousands : str
        The marks in numbers.
    dates : str
        One of `DAY_ORDERS`, or `EXCEL` for its count of days; empty where the year comes first or the month is in
        letters.
    encoding : str
        As Python names it; empty for Unicode.
    """

    decimal: str = "."
    thousands: str = ""
    dates: str = ""
    encoding: str = ""

    def __post_init__(self) -> None:
        """Refuse marks that contradict each other."""
        if self.decimal not in (".", ","):
            raise UserError(f"--decimal “{self.decimal}”: expected . or ,")
        if self.thousands and (self.thousands == self.decimal or self.thousands not in (".", ",", " ", "'", "’", "_")):
            raise UserError(f"--thousands “{self.thousands}”: expected . or , or ' or a space, other than --decimal.")
        orders = (*DAY_ORDERS, EXCEL)
        if self.dates and self.dates not in orders:
            raise UserError(f"--dates {self.dates}: expected {' or '.join(orders)}; YYYY-MM-DD needs none.")
        if self.encoding and not _is_encoding(self.encoding):
            raise UserError(
                f"--encoding {self.encoding}: expected such as cp1252, cp1251, mac_roman, gb18030, shift_jis."
            )

    def list_options(self) -> list[str]:
        """List the options of the command line that say this."""
        given = (("decimal", "."), ("thousands", ""), ("dates", ""), ("encoding", ""))
        return [
            word for name, usual in given if getattr(self, name) != usual for word in (f"--{name}", getattr(self, name))
        ]


def _is_encoding(name: str) -> bool:
    try:
        return isinstance(b"x".decode(name), str)
    except (LookupError, UnicodeError):
        return False


@dataclass
class Listing:
    """A file as read: its header, the line of that (0 where it has none), and each row with its line."""

    header: list[str]
    line: int
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)


# -------------------------------------------------------------------------------------------------------- the text


def _read_text(file: Path, encoding: str = "") -> str:
    """Read a file as text: Unicode, such as Excel’s “Unicode text”, unless another encoding is named.

    Raises
    ------
    UserError
        When it cannot be read, is too large, is of another kind, or holds characters that are no text.
    """
    name = str(file)
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise UserError(f"{name}: {(problem.strerror or 'cannot be read').lower()}. Name a CSV file.") from None
    if len(content) > MOST_BYTES:
        raise UserError(f"{name}: {len(content) / 1e6:.0f} MB — expected at most {MOST_BYTES / 1e6:.0f}. Split it.")
    mark = _find_other_kind(content)
    if mark:
        kind, remedy = OTHER_KINDS[mark]
        raise UserError(f"{name}: this is {kind}; a CSV is expected. To import it, {remedy}.")
    text = _compose(_decode(content, name, encoding))
    if not text.strip():
        raise UserError(f"{name}: the file is empty. `tokencheck import usage --template` gives the header.")
    found = HARMFUL.search(text)
    if found:
        row = text.count("\n", 0, found.start()) + 1
        cell = re.split(r"[,;\t\r\n]", text[: found.start()])[-1] + re.split(r"[,;\t\r\n]", text[found.start() :])[0]
        raise UserError(
            f"{name}, row {row}: “{make_visible(cell[:60])}” holds the character {name_harmful(text)}, which a "
            "terminal or a page could take for something other than text. Remove it."
        )
    return text


def _find_other_kind(content: bytes) -> bytes:
    """Give the mark of `OTHER_KINDS` with which a file begins; empty for text."""
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((mark for mark in OTHER_KINDS if start.startswith(mark)), b"")


def _compose(text: str) -> str:
    """Write as one letter what macOS writes as two: names are compared letter by letter."""
    return unicodedata.normalize("NFC", text.lstrip("\ufeff"))


def _guess_encoding(content: bytes) -> str:
    """Tell the forms of Unicode apart, by their marks or by where the zeros of plain letters stand."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:40]
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        if len(start) == 40 and not any(zeros) and any(start):
            return encoding
    return "utf-8-sig"


def _decode(content: bytes, name: str, encoding: str = "") -> str:
    taken = encoding or _guess_encoding(content)
    try:
        return content.decode(taken)
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        shown = encoding or re.match(r"UTF-\d+", taken.upper())[0]
        byte = f"{name}, row {line}: byte {problem.start} (0x{content[problem.start]:02x}) is not {shown}. "
        if encoding or taken != "utf-8-sig":
            raise UserError(f"{byte}Name the encoding that the file has, or save it as UTF-8.") from None
        old = _guess_old_encoding(content)
        option = f", or add --encoding {old}" if old else ""
        raise UserError(f"{byte}Save the file as UTF-8 (in Excel: “CSV UTF-8”){option}.") from None


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _guess_old_encoding(content: bytes) -> str:
    """Guess what is written where no Unicode was asked for: by Windows Chinese or Western European, else by a Mac."""
    if _decodes(content, "gb18030") and re.search("[\u4e00-\u9fff]{2}", content.decode("gb18030")):
        return "gb18030"
    return next((one for one in OLD_ENCODINGS if _decodes(content, one)), "")


def suggest_encoding(file: Path, encoding: str = "") -> str:
    """Name the encoding in which a file can be read.

    Parameters
    ----------
    file : Path
    encoding : str
        The one that was asked for; empty for Unicode.

    Returns
    -------
    str
        The one that was asked for where it can be read in that, or in none that is known.
    """
    content = file.read_bytes() if file.is_file() else b""
    plain = _guess_encoding(content)
    if _decodes(content, encoding or plain) or _find_other_kind(content):  # any bytes are letters of an old Mac
        return encoding
    if plain != "utf-8-sig":  # its letters are not of one byte each
        return "" if _decodes(content, plain) else encoding
    return "" if _decodes(content, plain) else _guess_old_encoding(content) or encoding


def parse_records(text: str, name: str, delimiter: str = "", first: int = 1) -> list[tuple[int, list[str]]]:
    """Split a CSV into records with the line each begins on; cells are stripped, blank lines left out.

    Parameters
    ----------
    text : str
        The file, from the header on.
    name : str
        The file's name, for messages.
    delimiter : str
        What stands between cells; by default the comma, semicolon or tab that the first line has most of.
    first : int
        The line on which the text begins.

    Returns
    -------
    list of (int, list of str)
        The header is the first.

    Raises
    ------
    UserError
        When quotes do not match.

    Examples
    --------
    >>> parse_records("a;b\\n\\n1;2\\n", "my.csv")
    [(1, ['a', 'b']), (3, ['1', '2'])]
    """
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = delimiter or max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records, line = [], first
    try:
        for row in reader:
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise csv.Error(TOO_LONG)
            cells = [_strip(cell) for cell in row]
            if any(cells):
                records.append((line, cells))
            line = reader.line_num + first
    except csv.Error as problem:
        if TOO_LONG in str(problem):
            raise UserError(
                f"{name}, row {line}: a cell is longer than {LONGEST_CELL:,} characters. Close the quote that begins "
                "it, or name a CSV."
            ) from None
        raise UserError(
            f"{name}, row {line}: the quotes do not match ({problem}). Close or double the quote."
        ) from None
    return records


def _strip(cell: str) -> str:
    cell = cell.strip()
    kept = TEXT_FORMULA.fullmatch(cell) if cell[:1] == "=" else None
    return kept[1].strip() if kept else cell


def read_listing(file: Path, suits: Callable[[Sequence[str]], bool], encoding: str = "") -> Listing:
    """Read a file and find its header: the first line whose cells suit, else the first line.

    Parameters
    ----------
    file : Path
    suits : callable
        Says whether cells could be the header.
    encoding : str
        See `Notation`.

    Returns
    -------
    Listing
        Without columns that have neither name nor content; its notes say what was left out.

    Raises
    ------
    UserError
        When there is nothing to read in it, quotes do not match, or it has the figures in another shape.
    """
    text, name = _read_text(file, encoding), str(file)
    document = tabulate_json(text, name)
    if document:
        header, cells = document
        if not suits(header):
            _refuse_stranger(",".join(header), name)
        return Listing(header, 0, list(enumerate(cells, 1)))
    lines = io.StringIO(text, newline="").readlines()
    skipped, above, delimiter = _find_header(lines, suits)
    if not delimiter:
        _refuse_stranger("".join(lines[: skipped + MOST_LINES_ABOVE]), name)
    records = parse_records("".join(lines[skipped + above :]), name, delimiter, skipped + above + 1)
    if not records:
        raise UserError(f"{name}: the file holds nothing but separators. Name a CSV with a header and rows.")
    (line, header), rows = records[0], records[1:]
    listing = Listing(header, line, rows)
    if any(one.strip() for one in lines[skipped : line - 1]):
        listing.notes.append(f"What stands above the header in row {line} was left out.")
    _drop_nameless(listing)
    return _unfold_series(listing)


def _find_header(lines: Sequence[str], suits: Callable[[Sequence[str]], bool]) -> tuple[int, int, str]:
    """Find the header of a file.

    Returns
    -------
    tuple of (int, int, str)
        The lines of Excel's own above it, other lines above it, and what stands between its cells; that is empty where
        no line suits and none says it.
    """
    stated = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    delimiters, skipped = (stated[1], 1) if stated else (DELIMITERS, 0)
    for above, line in enumerate(lines[skipped : skipped + MOST_LINES_ABOVE]):
        for delimiter in sorted(delimiters, key=line.count, reverse=True):
            if suits(_split_line(line, delimiter)):
                return skipped, above, delimiter
    return skipped, 0, delimiters if stated else ""


def _split_line(line: str, delimiter: str) -> list[str]:
    """Split one line into its cells; none where one is longer than a cell may be, whatever the reader takes."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # longer than Python's own reader takes, which other libraries let take more
        return []
    return [] if max(map(len, cells), default=0) > LONGEST_CELL else [_strip(cell) for cell in cells]


def read_head(file: Path, suits: Callable[[Sequence[str]], bool], encoding: str = "") -> Listing | None:
    """Read which line is the header of a file that is refused, whatever stands below it.

    Parameters
    ----------
    file : Path
    suits : callable
        Says whether cells could be the header.
    encoding : str
        See `Notation`; letters that are not of it do not matter.

    Returns
    -------
    Listing or None
        Without rows; None where the file is no table.
    """
    content = file.read_bytes()[:MOST_BYTES] if file.is_file() else b""
    if _find_other_kind(content):
        return None
    text = _compose(content.decode(encoding or _guess_encoding(content), "replace"))
    try:
        document = tabulate_json(text, str(file))
    except UserError:
        return None
    if document:
        return Listing(document[0], 0, [])
    lines = io.StringIO(text, newline="").readlines()
    skipped, above, delimiter = _find_header(lines, suits)
    if not delimiter:
        stranger = _find_stranger("".join(lines[: skipped + MOST_LINES_ABOVE]))
        above = max(stranger[0] - 1 - skipped, 0) if stranger else 0
    numbered = enumerate(lines[skipped + above :], skipped + above + 1)
    number, line = next(((number, line) for number, line in numbered if line.strip()), (0, ""))
    columns = _split_line(line, delimiter or max(DELIMITERS, key=line.count))
    return Listing([one for one in columns if one], number, []) if any(columns) else None


def _find_stranger(head: str) -> tuple[int, str, str] | None:
    """Give the line of a header that no option would make a table of, what such a file is, and which would do."""
    for mark, kind, remedy in STRANGERS:
        found = mark.search(head)
        if found:
            return head.count("\n", 0, found.start()) + 1, kind, remedy
    return None


def _refuse_stranger(head: str, name: str) -> None:
    """Refuse a provider's file that no option would make a table of, and say which of its files would do."""
    stranger = _find_stranger(head)
    if stranger:
        line, kind, remedy = stranger
        raise UserError(f"{name}, row {line}: this is {kind}. To import it, {remedy}.")


def _drop_nameless(listing: Listing) -> None:
    """Leave out what Excel and pandas add: columns without a name, and empty cells beyond the header."""
    width = len(listing.header)
    rows = [
        (line, cells[:width] if len(cells) > width and not any(cells[width:]) else cells)
        for line, cells in listing.rows
    ]
    nameless = [place for place, name in enumerate(listing.header) if not name]
    filled = [place for place in nameless if any(len(cells) > place and cells[place] for _, cells in rows)]
    if filled:
        shown = ", ".join(str(place + 1) for place in filled)
        listing.notes.append(f"Without a name in the header, and left out: column {shown}.")
    kept = [place for place in range(width) if place not in nameless]

    def pick(cells: list[str]) -> list[str]:
        if len(cells) == width:
            return [cells[place] for place in kept]
        if len(cells) == len(kept) and kept != list(range(len(kept))):
            return cells[:-1]  # it lacks a cell, and has to be told so
        return cells

    listing.rows = [(line, pick(cells)) for line, cells in rows]
    listing.header = [listing.header[place] for place in kept]


def _unfold_series(listing: Listing) -> Listing:
    """Make a row of each cell where each column is a series of the ECB, in the columns of its SDMX-CSV."""
    places = dict(enumerate(map(SERIES_KEY.fullmatch, listing.header)))
    series = {place: found.groups() for place, found in places.items() if found}
    if not series or not {*listing.header} >= {*SERIES_DATES}:
        return listing
    day = listing.header.index(SERIES_DATES[0])
    rows = [
        (line, [*key, cells[day][: PERIOD_LENGTHS.get(key[0])], cells[place]])
        for line, cells in listing.rows
        for place, key in series.items()
        if len(cells) == len(listing.header)
    ]
    short = [(line, cells[:1]) for line, cells in listing.rows if len(cells) != len(listing.header)]
    return Listing([*SERIES_COLUMNS], listing.line, sorted([*rows, *short], key=lambda row: row[0]), listing.notes)


# ------------------------------------------------------------------------------------------------------- the header


def simplify(name: str) -> str:
    """Write a column's name without what programs change in it: case, blanks, hyphens.

    Examples
    --------
    >>> simplify(" Input USD-per MTok ")
    'input_usd_per_mtok'
    """
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def find_layout(header: Iterable[str], tables: Iterable[str]) -> Layout | None:
    """Find the provider whose own columns a header has, among those whose rows go to one of the tables."""
    header, tables = set(header), set(tables)
    return next((one for one in LAYOUTS if one.table in tables and header >= one.columns.keys()), None)


def name_columns(header: Sequence[str], columns: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Say what each column of a file means: as mapped, as the contract writes it, or as it stands.

    Examples
    --------
    >>> name_columns(["Date", "Model", "Total", "x"], {"Total": "tokens"}, ["date", "model", "tokens"])
    ['date', 'model', 'tokens', 'x']
    """
    mapped = {simplify(theirs): ours for theirs, ours in columns.items()}
    simple = {simplify(one): one for one in known}
    exact = set(header) & set(simple.values())
    taken = exact | set(columns.values())  # what is there or mapped is not guessed as well
    stated = {
        simplify(theirs) for theirs in columns.keys() & set(header)
    }  # what is there letter for letter comes first
    means = []
    for theirs in header:
        ours = columns.get(theirs) or (None if simplify(theirs) in stated else mapped.get(simplify(theirs)))
        guess = simple.get(simplify(theirs), theirs)
        means.append(ours or (theirs if theirs in exact or guess in taken else guess))
    return means


# -------------------------------------------------------------------------------------------------------- the cells


def write_plainly(cell: str, kind: str, notation: Notation) -> str:
    """Write a cell as the contract does, where the file's form leaves no doubt; else as it stands.

    Parameters
    ----------
    cell : str
    kind : str
        Type of the contract.
    notation : Notation

    Examples
    --------
    >>> plain = Notation()
    >>> [write_plainly(one, "integer", plain) for one in ("1.0E+06", "1000000.0", "1.5", "1,5")]
    ['1000000', '1000000', '1.5', '1,5']
    >>> write_plainly("1.234,5", "number", Notation(decimal=",", thousands="."))
    '1234.5'
    >>> write_plainly("31/12/2026", "date", Notation(dates="dmy")), write_plainly("2026-10-10 00:00:00", "date", plain)
    ('2026-12-31', '2026-10-10')
    >>> [write_plainly(one, "date", plain) for one in ("2026年1月5日", "Monday, January 5, 2026", "5/1/2026")]
    ['2026-01-05', '2026-01-05', '5/1/2026']
    >>> [write_plainly(one, "date", plain) for one in ("1767571200000", "1767571200", "1767571201")]
    ['2026-01-05', '2026-01-05', '1767571201']
    """
    if kind != "string" and cell in MISSING:
        return ""
    if kind in ("integer", "number"):
        return _write_number(cell, kind, notation)
    if kind == "date":
        return _write_day(cell, notation)
    return cell.lower() if kind == "boolean" else cell


def _write_number(cell: str, kind: str, notation: Notation) -> str:
    text = WIDE_BLANKS.sub(" ", cell)
    if notation.thousands and re.fullmatch(
        rf"-?[1-9]\d{{0,2}}({re.escape(notation.thousands)}\d{{3}})+({re.escape(notation.decimal)}\d+)?([eE][+-]?\d+)?",
        text,
    ):
        text = text.replace(notation.thousands, "")
    if notation.decimal == ",":
        if "." in text:
            return cell  # one of the two marks is not what was said
        text = text.replace(",", ".")
    if not CELL_TYPES["number"].written.fullmatch(text):
        return cell
    if kind == "number":
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return cell
    whole = number == number.to_integral_value() and number.adjusted() < 18
    return format(number.quantize(Decimal(1)), "f") if whole and not text.isdigit() else text


def _write_day(cell: str, notation: Notation) -> str:
    text = re.sub(r"[ T]0?0:00(:00(\.0+)?)?(Z|\+00:00)?$", "", cell, flags=re.ASCII)  # midnight says nothing more
    if UNIX_TIME.fullmatch(text):
        days, rest = divmod(int(text[:10]), DAY_SECONDS)
        return cell if rest or int(text[10:] or 0) else (UNIX_START + timedelta(days=days)).isoformat()
    if notation.dates == EXCEL:
        return _read_excel_day(text) or cell
    parts = _split_day(WEEKDAY.sub("", text), notation.dates)
    try:
        return date(*parts).isoformat() if parts else cell
    except ValueError:  # such as 2026-02-30
        return cell


def _read_excel_day(text: str) -> str:
    """Read Excel's count of a day; empty for what is none of these years."""
    found = EXCEL_DAY.fullmatch(text)
    day = EXCEL_START + timedelta(days=int(found[1])) if found else None
    return day.isoformat() if day and day.year in EXCEL_YEARS else ""


def _split_day(text: str, order: str) -> tuple[int, int, int] | None:
    """Give year, month and day; None where the text does not tell which is which."""
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = (int(found[place]) for place in (1, *(one for one in range(3, 9) if found[one])))
        return year, month, day
    if found := MONTH_IN_LETTERS.fullmatch(text):
        day, month, year = found.groups()[:3] if found[1] else (found[5], found[4], found[6])
        return (int(year), number, int(day)) if (number := _find_month(month)) else None
    found = SHORT_DAY.fullmatch(text) if order else None
    if not found:
        return None
    if found[3].isdigit():
        parts = found[1], found[3], found[4]
        year, month, day = (int(parts[place]) for place in DAY_ORDERS[order])
    elif number := _find_month(found[3]):
        year, month, day = int(found[4]), number, int(found[1])
    else:
        return None
    return (year + 2000 if len(found[4]) == 2 else year), month, day


def _find_month(word: str) -> int:
    """Give the number of the month that a word of English, or its beginning, names; 0 where it is none."""
    return next((number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(word.lower())), 0)


def drop_currency(cell: str, unit: str) -> str:
    """Leave out the sign of the currency that a column is in anyway; another one stays, and is refused.

    Examples
    --------
    >>> drop_currency("$1,250.00", "USD per kWh"), drop_currency("0,18 €", "EUR per kWh"), drop_currency("€5", "USD")
    ('1,250.00', '0,18', '€5')
    """
    sign = CURRENCIES.get(unit[:3])
    found = re.fullmatch(rf"(?:{sign})?\s?([\d.,'’ ]*\d)\s?(?:{sign})?", WIDE_BLANKS.sub(" ", cell)) if sign else None
    return found[1].strip() if found else cell


def write_period(cell: str) -> str:
    """Write a month or a quarter as the contract does, where the file's form leaves no doubt; else as it stands.

    Examples
    --------
    >>> [write_period(one) for one in ("Jul-26", "July 2026", "2026Jul", "2026/7", "202607", "7/2026", "2026年7月")]
    ['2026-07', '2026-07', '2026-07', '2026-07', '2026-07', '2026-07', '2026-07']
    >>> [write_period(one) for one in ("2026Q3", "Q3 2026", "2026", "2026-07-01", "202613")]
    ['2026-Q3', '2026-Q3', '2026', '2026-07-01', '202613']
    """
    if found := _QUARTER.fullmatch(cell):
        return f"{found[1] or found[4]}-Q{found[2] or found[3]}"
    if found := MONTH_IN_DIGITS.fullmatch(cell):
        year, month = found[1] or found[4], int(found[2] or found[3])
        return f"{year}-{month:02}" if 1 <= month <= 12 else cell
    if found := MONTH_WITH_YEAR.fullmatch(cell):
        year, month = found[2] or found[3], _find_month(found[1] or found[4])
        if month:
            return f"{year if len(year) == 4 else f'20{year}'}-{month:02}"
    return cell


def suggest_notation(cells: Iterable[str], kind: str) -> dict[str, str]:
    """Say which options would read the cells of a column that were refused; empty when none is known.

    Examples
    --------
    >>> columns = (["1.234.567"], "integer"), (["0,07"], "number"), (["1/2/2026", "1/13/2026"], "date")
    >>> [suggest_notation(*column) for column in (*columns, (["46305"], "date"), (["1,2E+13"], "integer"))]
    [{'thousands': '.', 'decimal': ','}, {'decimal': ','}, {'dates': 'mdy'}, {'dates': 'excel'}, {'decimal': ','}]
    """
    cells = [WIDE_BLANKS.sub(" ", cell) for cell in cells]
    if kind == "date":
        for order in ("dmy", "mdy", EXCEL):
            if cells and all(_write_day(cell, Notation(dates=order)) != cell for cell in cells):
                return {"dates": order}
        return {}
    if kind not in ("integer", "number"):
        return {}
    for thousands, decimal in ((".", ","), (",", "."), (" ", ","), ("'", "."), ("’", ".")):
        pattern = rf"-?[1-9]\d{{0,2}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d+)?"
        several = [cell for cell in cells if re.fullmatch(pattern, cell)]
        if any(cell.count(thousands) > 1 or decimal in cell or kind == "integer" for cell in several):
            return {"thousands": thousands} | ({"decimal": ","} if decimal == "," else {})
    return {"decimal": ","} if any(re.fullmatch(r"-?\d+,\d+(e[+-]?\d+)?", cell, re.I) for cell in cells) else {}
