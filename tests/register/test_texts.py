"""The short texts: numbers from the results, in two languages alike, and nothing that the results do not bear out."""

import re

import pytest

from tokencheck import wording
from tokencheck.errors import UserError
from tokencheck.register import guards, texts
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import words

REGISTER, FOUND, FACTS = load_register(with_measures=False), read_verdicts(), guards.read_facts()
KNOWN = guards.list_known(REGISTER, FOUND, FACTS)
RESULTS = {result.id: result for result in FOUND.claims}
IDS = sorted(RESULTS)


def tell(claim, known=KNOWN):
    return texts.tell_claim(claim, RESULTS[claim.id], known, FACTS)


def change(claim, language="en", **fields):
    """Change texts of a claim, for this test only."""
    told = getattr(claim, language).model_copy(update=fields)
    return claim.model_copy(update={language: told})


@pytest.mark.parametrize("claim_id", IDS)
def test_both_languages_say_the_same_numbers_within_the_limits(claim_id):
    told = RESULTS[claim_id].texts
    # What gives way is generated from one record, and Chinese tells a part 1/N in per cent.
    assert claim_id in list_failed(KNOWN) or not texts.compare_languages(told)
    for language, own in told.items():
        for field, most in texts.list_limits(language).items():
            assert texts.measure_length(getattr(own, field), language) <= most, f"{language}, {field}"
        assert not [text for text in own.model_dump().values() if "{" in text or not text]


HEDGES = {  # of the number that follows
    "en": re.compile(r"\b(?:about|around|roughly|some|nearly|nearer|near|approximately)\b.?{"),
    "zh": re.compile(r"(?:约|大致|接近|近乎)[^{}，。；]{0,9}{"),
}


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda claim: claim.id)
def test_no_language_hedges_a_number_alone(claim):
    """Chinese says 约 only where English says about, or the like; and the other way round."""
    for field in ("short", "answer", "found"):
        hedged = {
            language: len(hedge.findall(getattr(getattr(claim, language), field).lower()))
            for language, hedge in HEDGES.items()
        }
        assert hedged["en"] == hedged["zh"], field


def tells(text, told, language):
    """Tell whether a text says what was measured or found, and what was claimed where the article has words for it."""
    is_plain = told.claimed == wording.PLAIN_CLAIM[language]
    return told.measured in text and (told.claimed in text) is not is_plain


def list_failed(known):
    return {place.split()[2].rstrip(",") for place, *_ in texts.list_failures(REGISTER, known)}


@pytest.mark.parametrize("claim_id", IDS)
def test_every_guard_is_turned_by_a_change_and_the_texts_give_way_to_claimed_and_measured(claim_id):
    claim, result = REGISTER.find(claim_id), RESULTS[claim_id]
    assert result.texts == tell(claim), "run `make report`"
    if guards.parse(claim.when, KNOWN).decide(KNOWN) is not True:  # new data have turned it already
        assert claim_id in list_failed(KNOWN)
        assert all(tells(own.answer, own, language) for language, own in result.texts.items())
        return
    turned = KNOWN | guards.find_turn(guards.parse(claim.when, KNOWN), KNOWN)
    assert claim_id in list_failed(turned)
    before, after = tell(claim), tell(claim, turned)
    for language in before:
        own, other = before[language], after[language]
        assert other.short == own.short
        assert tells(other.answer, other, language)
        assert own.verdict in other.answer
        assert other.found != own.found and other.measured in other.found


def test_a_text_that_no_longer_holds_is_told_after_the_build():
    told = {one.place.split()[2].rstrip(",") for one in words.find_failures() if "claims.yml" in one.place}
    assert told == list_failed(KNOWN)
    claim = REGISTER.find("C05")
    other = claim.model_copy(update={"when": f"not (C05.share.platform {KNOWN['C05.share.platform'].said})"})
    register = REGISTER.model_copy(update={"claims": (other,)})
    [(place, guard, plain)] = texts.list_failures(register, KNOWN)
    assert (place, guard) == ("data/claims.yml: claim C05, when", other.when)
    assert "claimed 61 %; measured" in plain


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("C05.share.platfrom differs", "claim C05, when: .*there is no “C05.share.platfrom”; did you mean"),
        ("C05.share.platform < 50 or C05.share.platform >= 50", "claim C05, when: .*cannot fail"),
        ("C05.share.platform <= 100", "claim C05, when: .*cannot fail"),
        ("counts.supported >= 0 and C05.k >= 0 and C05.n > -1", "claim C05, when: .*cannot fail"),
    ],
)
def test_a_guard_that_is_wrong_or_cannot_fail_is_named(when, message):
    with pytest.raises(UserError, match=message):
        tell(REGISTER.find("C05").model_copy(update={"when": when}))


@pytest.mark.parametrize(
    ("text", "message"),
    [("{share.plat}", "claim C05, en, found: there is no “C05.share.plat”"), ("{share.world:x}", "“times”, not “x”")],
)
def test_a_number_that_nothing_has_is_named(text, message):
    with pytest.raises(UserError, match=message):
        tell(change(REGISTER.find("C05"), found=text))


FIGURE = {"usage-share-by-scope": {"claims": ["C05"]}, "other": {"claims": []}}


@pytest.mark.parametrize(
    ("language", "fields", "message"),
    [
        ("en", {"found": "It was {share.platform}, and 40 % later."}, "claim C05, en, found: 40 is typed"),
        ("zh", {"answer": "占比四成，不是40%"}, "claim C05, zh, answer: 40 is typed"),
        ("en", {"answer": "one " * 17}, "claim C05, en, answer: 17 words, at most 16"),
        ("zh", {"found": "一" * 81}, "claim C05, zh, found: 81 characters, at most 80"),
        ("en", {"answer": "It was {share.named}"}, "do not name the same numbers .*share.named"),
        ("en", {"found": "Three cases are known, and half a million of it."}, "en, found: 500000, 3 is typed"),
        ("zh", {"answer": "只见两例，约五十万"}, "zh, answer: 500000, 2 is typed"),
        ("en", {"answer": "Three times as much as that"}, "en, answer: “Three times” says how much"),
        ("zh", {"found": "众多平台都是如此"}, "zh, found: “众多” says how much"),
    ],
)
def test_what_is_wrong_with_a_text_is_found_by_the_check(language, fields, message):
    claim = change(REGISTER.find("C05"), language, **fields)
    register = REGISTER.model_copy(update={"claims": (claim,)})
    problems = list(texts.check_claim_texts(register, FIGURE, {}))
    assert any(re.search(message, problem) for problem in problems), problems


def test_numbers_that_change_places_in_one_language_are_found():
    claim = change(REGISTER.find("C05"), found="It was {share.named}, not {share.platform}.")
    claim = change(claim, "zh", found="是{share.platform}，不是{share.named}。")
    problems = list(texts.check_claim_texts(REGISTER.model_copy(update={"claims": (claim,)}), FIGURE, {}))
    assert any("C05, found: English and Chinese name their numbers in another order" in one for one in problems)


def test_a_number_of_a_finding_may_be_typed_where_the_finding_is_named():
    claim = change(REGISTER.find("C05"), found="One firm has 1,000 racks.")
    claim = change(claim, "zh", found="一家厂商有一千个机柜。")
    statements = {"C05-F98": "The firm said that it has 1,000 racks."}

    def list_typed(*cited):
        register = REGISTER.model_copy(update={"claims": (claim.model_copy(update={"cited": cited}),)})
        return [
            one for one in texts.check_claim_texts(register, FIGURE, statements) if "typed" in one or "cited" in one
        ]

    assert len(list_typed()) == 2 and not list_typed("C05-F98")
    assert any("there is no finding C05-F99" in one for one in list_typed("C05-F99"))


@pytest.mark.parametrize(
    ("name", "message"), [("none", "there is no figure “none”"), ("other", "does not name the claim")]
)
def test_a_key_figure_must_exist_and_show_the_claim(name, message):
    claim = REGISTER.find("C05").model_copy(update={"key_figure": name})
    [problem] = texts.check_claim_texts(REGISTER.model_copy(update={"claims": (claim,)}), FIGURE, {})
    assert message in problem


@pytest.mark.parametrize(
    ("english", "chinese", "same"),
    [
        ("4.12 trillion tokens", "4.12万亿Token", True),
        ("4.12 trillion tokens", "4.12亿Token", False),
        ("0.39–0.52 million characters", "39万至52万字", True),
        ("308,880 tokens", "30.888万Token", True),
        ("a third of 17 February 2026", "2026年2月17日的三分之一", True),
        ("40 %", "四成", True),
        ("40 %", "五成", False),
        ("65 % and 95 %", "六成半、九成五", True),
        ("60 %", "六成半", False),
        ("20 to 30 %", "两到三成", True),
        ("20 to 30 %", "两成至三成", True),
        ("60 % and 2.5 %", "百分之六十、百分之二点五", True),
        ("60 %", "百分之六", False),
        ("three fifths, a sixth and two thirds", "五分之三、六分之一、三分之二", True),
        ("1/3 to 1/5", "三分之一至五分之一", True),
        ("1/18, 1/20 and 1/100", "十八分之一、二十分之一、百分之一", True),
        ("1/18", "八十分之一", False),
        ("9–15 March", "3月9日至16日", False),
        ("half a million, a thousand", "五十万，一千", True),
        ("one and a half times, over twice", "一倍半，两倍以上", True),
        ("under half of a trillion a day", "一万亿的一半", True),
        ("5 and 5 of 7", "7项中5项", False),
        ("1,000 racks", "1,000个机柜", True),
        ("GLM-5 and again GLM-5: 7", "GLM-5为7", True),
    ],
)
def test_numbers_are_compared_after_chinese_sizes_and_fractions(english, chinese, same):
    assert (texts.list_numbers(english, "en") == texts.list_numbers(chinese, "zh")) is same
