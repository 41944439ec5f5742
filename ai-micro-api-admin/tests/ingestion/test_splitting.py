import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.chunking.splitting import split
from app.ingestion.pages import Page

SETTINGS = SplitSettings(size=100, overlap=20)


def texts(*pages: Page, settings: SplitSettings = SETTINGS) -> list[str]:
    return [chunk.text for chunk in split(pages, settings)]


def test_a_short_page_is_one_chunk() -> None:
    assert texts(Page(None, "短い文。")) == ["短い文。"]


def test_a_japanese_chunk_ends_with_the_mark_of_its_sentence() -> None:
    chunks = texts(Page(None, "これは一つの文です。本当ですか？はい、そうです！" * 20))
    assert len(chunks) > 3
    assert all(chunk[-1] in "。？！" for chunk in chunks)


def test_a_closing_bracket_stays_with_its_sentence() -> None:
    chunks = texts(Page(None, "「これは発言です。」" * 40))
    assert all(chunk.startswith("「") and chunk.endswith("」") for chunk in chunks)


def test_a_long_sentence_is_cut_behind_a_comma() -> None:
    assert all(chunk.endswith("、") for chunk in texts(Page(None, "とても長い文で、" * 60)))


def test_english_is_cut_between_sentences() -> None:
    assert all(chunk.endswith(".") for chunk in texts(Page(None, "The fox jumps over the dog. " * 30)))


def test_paragraphs_are_kept_together_where_they_fit() -> None:
    assert texts(Page(None, "一" * 90 + "\n\n" + "二" * 90)) == ["一" * 90, "二" * 90]


def test_neighbouring_chunks_overlap() -> None:
    first, second = texts(Page(None, " ".join(f"word{number:03}" for number in range(20))))[:2]
    assert first.split()[-1] in second.split()


def test_chunks_know_their_page_and_place() -> None:
    chunks = list(split([Page(1, "一" * 150), Page(4, "二")], SETTINGS))
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert {chunk.page for chunk in chunks if "一" in chunk.text} == {1}
    assert chunks[-1].page == 4


def test_every_chunk_of_a_section_carries_its_headings() -> None:
    chunks = texts(Page(None, "Text of a section. " * 20, "Guide > Backup"))
    assert len(chunks) > 1
    assert all(chunk.startswith("Guide > Backup\nText") for chunk in chunks)


def test_of_a_long_context_the_nearest_headings_stay() -> None:
    (chunk,) = texts(Page(None, "Text.", "x" * 500 + " > Backup"))
    assert chunk.endswith("x > Backup\nText.")
    assert len(chunk) <= SETTINGS.size


TABLE = "\n".join(["品名 | 価格", *(f"品{number} | {number}円" for number in range(60))])


def test_every_chunk_of_a_table_begins_with_its_header() -> None:
    chunks = texts(Page(None, TABLE, "料金", "品名 | 価格"))
    assert len(chunks) > 5
    assert all(chunk.startswith("料金\n品名 | 価格\n品") and len(chunk) <= SETTINGS.size for chunk in chunks)
    rows = [row for chunk in chunks for row in chunk.split("\n")[2:]]
    assert rows == TABLE.split("\n")[1:]


def test_of_a_long_header_the_beginning_is_repeated_and_all_of_it_stands_there_once() -> None:
    header = " | ".join(f"列{number}" for number in range(60))
    chunks = texts(Page(None, f"{header}\n" + "値 | " * 200, "", header))
    assert len(chunks) > 5
    assert all(chunk.startswith("列0 | 列1") and len(chunk) <= SETTINGS.size for chunk in chunks)
    assert all(any(f"列{number}" in chunk for chunk in chunks) for number in range(60))


def test_a_header_alone_is_a_chunk() -> None:
    assert texts(Page(None, "品名 | 価格", "", "品名 | 価格")) == ["品名 | 価格"]


def test_small_parts_under_one_heading_share_a_chunk() -> None:
    parts = [
        Page(None, "前文", "料金"),
        Page(None, "品名 | 価格\n茶 | 1円", "料金", "品名 | 価格"),
        Page(None, "後文", "料金"),
    ]
    assert texts(*parts) == ["料金\n前文\n品名 | 価格\n茶 | 1円\n後文"]


def test_parts_of_one_table_share_a_chunk_under_one_header() -> None:
    parts = [Page(None, f"品名 | 価格\n茶{number} | 1円", "", "品名 | 価格") for number in range(3)]
    assert texts(*parts) == ["品名 | 価格\n茶0 | 1円\n茶1 | 1円\n茶2 | 1円"]


def test_parts_of_two_pages_never_share_a_chunk() -> None:
    assert texts(Page(1, "一"), Page(2, "二")) == ["一", "二"]


def test_the_beginning_of_a_long_part_shares_a_chunk_with_what_is_above_it() -> None:
    first, *others = texts(Page(None, "前文"), Page(None, TABLE, "", "品名 | 価格"))
    assert first.startswith("前文\n品名 | 価格\n品0")
    assert all(chunk.startswith("品名 | 価格\n") for chunk in others)


def test_white_space_gives_no_chunk() -> None:
    assert texts(Page(1, " \n\n　\t"), Page(2, "")) == []


def test_a_megabyte_without_a_place_to_cut_is_cut_anyway() -> None:
    chunks = texts(Page(None, "漢" * 1_000_000), settings=SplitSettings())
    assert max(map(len, chunks)) <= 800
    assert sum(map(len, chunks)) >= 1_000_000


@given(
    st.text(st.sampled_from("漢字かな。、！？「」 \nabc.,!\0\x07🎉"), max_size=2000),
    st.text(max_size=150),
    st.integers(100, 300),
)
def test_chunks_stay_within_their_size_and_lose_nothing(text: str, context: str, size: int) -> None:
    chunks = texts(Page(None, text, context), settings=SplitSettings(size=size, overlap=0))
    assert all(0 < len(chunk) <= size for chunk in chunks)
    assert all("\0" not in chunk for chunk in chunks)
    if not context.strip():
        wanted = "".join(text.replace("\0", "").replace("\x07", "").split())
        assert "".join("".join(chunks).split()) == wanted


@pytest.mark.parametrize(("size", "overlap"), [(99, 0), (20_001, 0), (200, -1), (200, 101)])
def test_settings_without_sense_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="must be between"):
        SplitSettings(size=size, overlap=overlap)
