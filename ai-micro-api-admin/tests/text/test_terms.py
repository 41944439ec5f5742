import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.normalization import normalize
from app.text.terms import (
    MAX_DOCUMENT_BYTES,
    MAX_QUERY_TERMS,
    MAX_TERM_CHARACTERS,
    document_terms,
    located_terms,
    query_terms,
)

MIXED = st.text(st.sampled_from("東京都の人口データーべabcZ09 　,。ｱﾞé한글_-\0🎉"), max_size=60)


def test_japanese_is_cut_into_bigrams_and_single_characters() -> None:
    assert document_terms("東京の") == ["東京", "京の", "東", "京", "の"]


def test_a_document_has_katakana_as_it_is_written_and_as_hiragana() -> None:
    assert document_terms("タワー") == ["タワ", "ワー", "たわ", "わー", "た", "わ"]


def test_latin_words_and_numbers_stay_whole() -> None:
    assert document_terms("PostgreSQL 18, released 2025-09-25") == [
        "postgresql",
        "18",
        "released",
        "releas",
        "2025",
        "09",
        "25",
    ]


def test_words_and_japanese_next_to_each_other_are_parted() -> None:
    assert document_terms("PostgreSQLの復元")[:3] == ["postgresql", "の復", "復元"]


def test_a_document_names_each_term_once() -> None:
    assert document_terms("abc ABC ＡＢＣ") == ["abc"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("高橋", "髙橋様"),
        ("髙橋", "高橋様"),
        ("渡辺", "渡邉と渡邊"),
        ("國體", "国体"),
        ("ねこ", "ネコ"),
        ("ﾈｺ", "ねこ"),
        ("resume", "my résumé"),
        ("Résumé", "RESUME.PDF"),
        ("Malmo", "Malmø"),
        ("5000円", "￥５，０００円"),
        ("1,234,567", "1234567"),
        ("C++", "C++言語"),
        ("C#", "C#とF#"),
        (".NET", "ASP と .NET の"),
        ("🎉", "done🎉🎉"),
        ("ぬ", "いぬ"),
        ("ヌ", "いぬ"),
        ("葛城", "葛\U000e0100城"),
        ("☎", "☎\ufe0f"),
        ("flight booking", "Book flights early"),
    ],
)
def test_spellings_of_a_word_are_found_by_each_other(query: str, text: str) -> None:
    assert query_terms(query)
    assert query_terms(query).keys() <= set(document_terms(text))


@pytest.mark.parametrize(("query", "text"), [("C++", "vitamin C"), ("C#", "C++"), (".NET", "the net"), ("🎉", "🎈")])
def test_a_name_is_not_found_by_a_part_of_it(query: str, text: str) -> None:
    assert not query_terms(query).keys() <= set(document_terms(text))


def test_documents_have_the_terms_that_earlier_releases_ask_for() -> None:
    """Both run beside each other while a release is rolled out."""
    earlier = {"髙橋", "ネコ", "résumé", "flights", "5", "000"}
    assert earlier <= set(document_terms("髙橋 ネコ résumé flights 5,000"))


def test_a_query_of_one_kanji_finds_it_at_the_end_of_a_word() -> None:
    assert query_terms("猫").keys() <= set(document_terms("黒猫"))


def test_particles_weigh_less_than_words() -> None:
    weights = query_terms("復元について")
    assert weights["復元"] > weights["つい"] > 0


def test_a_repeated_word_of_a_query_weighs_more() -> None:
    assert query_terms("backup backup index") == {"backup": 2.0, "index": 1.0}


@pytest.mark.parametrize("text", ["", "   ", "!?。、", "¥", "\0"])
def test_a_text_of_nothing_to_search_for_has_no_terms(text: str) -> None:
    assert document_terms(text) == []
    assert query_terms(text) == {}


@given(st.text())
def test_every_term_can_be_a_lexeme(text: str) -> None:
    for term in document_terms(text):
        assert 0 < len(term) <= MAX_TERM_CHARACTERS
        assert len(term.encode("utf-8")) <= 2046
        assert "\0" not in term
        assert not any(character.isspace() for character in term)


@given(MIXED)
def test_a_document_has_every_term_of_itself_as_a_query(text: str) -> None:
    assert query_terms(text).keys() <= set(document_terms(text))


@given(st.text(st.sampled_from("東京都人口"), min_size=2), st.text(st.sampled_from("県市町村"), max_size=5))
def test_a_japanese_phrase_is_found_inside_a_longer_one(phrase: str, around: str) -> None:
    assert query_terms(phrase).keys() <= set(document_terms(around + phrase + around))


@given(MIXED)
def test_terms_are_where_they_are_said_to_be(text: str) -> None:
    normalized = normalize(text)
    for term, start, end in located_terms(normalized):
        assert term in query_terms(normalized[start:end])


def test_a_very_long_word_is_found_by_its_beginning() -> None:
    assert query_terms("x" * 5000).keys() == set(document_terms("x" * 9000)) == {"x" * MAX_TERM_CHARACTERS}


def test_terms_of_a_huge_text_fit_into_a_tsvector() -> None:
    terms = document_terms(" ".join(f"word{number}" for number in range(200_000)))
    assert MAX_DOCUMENT_BYTES * 0.99 < sum(len(term.encode()) for term in terms) <= MAX_DOCUMENT_BYTES


def test_a_query_as_long_as_a_book_keeps_few_terms() -> None:
    assert len(query_terms(" ".join(f"w{number}" for number in range(10_000)))) == MAX_QUERY_TERMS
