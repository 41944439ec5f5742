"""Sentences that answer a question, and the honest none."""

import pytest

from app.answers.extractive import Asked, Extract, Passage, extracts
from app.answers.follow_ups import context_of
from app.answers.language import Language
from tests.search.retrieval_corpus import PASSAGES, QUESTIONS

LIBRARY = Passage(
    "開館時間",
    "開館時間\n図書館は平日の午前九時から午後八時まで開いています。日曜日は休館です。ただし、試験期間は日曜日も開館します。",
)


def answer(question: str, *passages: Passage, context: str = "") -> list[str]:
    return [extract.text for extract in extracts(Asked(question, context), passages)]


def test_the_sentence_that_answers_is_given_alone() -> None:
    assert answer("図書館は何時まで開いていますか", LIBRARY) == ["図書館は平日の午前九時から午後八時まで開いています。"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("高橋さんの担当", "担当は髙橋です。"),
        ("ねこの餌", "ネコの餌は棚にあります。"),
        ("resume template", "The résumé templates are here."),
    ],
)
def test_spellings_of_a_word_are_one(question: str, text: str) -> None:
    assert answer(question, Passage("", text)) == [text]


def test_an_exception_comes_with_its_rule() -> None:
    assert answer("日曜日は休館ですか", LIBRARY) == ["日曜日は休館です。", "ただし、試験期間は日曜日も開館します。"]


UNANSWERED = [
    "社長の給料はいくらですか",
    "東京タワーの高さは？",
    "xyzzy plugh",
    "!!!",
    "Who won the world cup?",
    "犬の飼い方",
    "",
    "のはをに",
    "What is the capital of France?",
    "パスワードの歴史",
    "社員食堂のメニューは？",
    "What does the coffee machine cost?",
    "火星に水はありますか",
]


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_is_not_in_the_passages_has_no_answer(question: str) -> None:
    everything = [Passage(name, text) for name, text in PASSAGES.items() if name != "kyoto"]
    assert answer(question, LIBRARY, *everything) == []


def test_most_questions_of_the_corpus_are_answered_from_the_right_passage() -> None:
    unanswered = [
        question for question, name in QUESTIONS.items() if not extracts(Asked(question), [Passage("", PASSAGES[name])])
    ]
    assert len(unanswered) <= len(QUESTIONS) // 8, unanswered


def test_every_sentence_names_the_passage_that_has_it() -> None:
    passages = [Passage("a", "猫は寝る。"), Passage("b", "猫は魚を食べる。犬は走る。")]
    found = extracts(Asked("猫は何を食べる"), passages)
    assert found[0] == Extract("猫は魚を食べる。", 1)
    assert all(extract.text in passages[extract.passage].text for extract in found)


TALKATIVE = {
    "先日引っ越したのですが、住所変更の手続きを教えてください": "住所の変更は総務部に届け出ます。",
    "I moved last month. How do I change my address?": "Report a change of address to HR.",
    "お世話になっております。有給休暇は何日もらえますか。よろしくお願いします。": "有給休暇は十日です。",
}


@pytest.mark.parametrize("question", TALKATIVE)
def test_what_is_said_beside_the_question_does_not_count(question: str) -> None:
    assert answer(question, Passage("", TALKATIVE[question])) == [TALKATIVE[question]]


def test_the_same_sentence_is_given_once() -> None:
    assert answer("猫は何を食べる", *[Passage(str(n), "猫は魚を食べる。") for n in range(3)]) == ["猫は魚を食べる。"]


FOLLOW_UPS = {
    "日曜日は？": "日曜日は休館です。",
    "それは平日だけですか": "図書館は平日の午前九時から午後八時まで開いています。",
}


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_a_question_that_refers_back_is_understood_with_the_one_before(question: str) -> None:
    context = context_of(question, ["会議室は予約できますか", "図書館は何時まで開いていますか"])
    assert context == "図書館は何時まで開いていますか"
    assert answer(question, LIBRARY, context=context)[0] == FOLLOW_UPS[question]


def test_a_question_that_stands_alone_needs_no_other() -> None:
    assert context_of("有給休暇の申請期限はいつですか", ["図書館は何時まで開いていますか"]) == ""


def test_a_chain_of_questions_goes_back_to_its_subject() -> None:
    before = ["図書館の開館時間は何時ですか", "日曜日は？"]
    assert context_of("それはなぜ？", before) == " ".join(before)


def test_what_a_follow_up_asks_for_must_be_there() -> None:
    assert answer("駐車場は？", LIBRARY, context="図書館は何時まで開いていますか") == []


def test_a_passage_that_was_found_by_its_meaning_may_have_other_words() -> None:
    asked = Asked("休みの曜日を知りたい", by_words=False)
    assert next(extract.text for extract in extracts(asked, [LIBRARY])) == "日曜日は休館です。"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("図書館", Language.JAPANESE),
        ("ﾌﾟﾘﾝﾀｰ", Language.JAPANESE),
        ("Where is it?", Language.ENGLISH),
        ("？", Language.JAPANESE),
    ],
)
def test_the_answer_is_in_the_language_of_the_question(question: str, language: Language) -> None:
    assert Asked(question, "図書館はどこ").language is language
