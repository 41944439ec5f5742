"""What kind of question it is."""

import pytest

from app.answers.classification import Kind, classify

KINDS = {
    Kind.SMALL_TALK: [
        "こんにちは",
        "ありがとうございます！",
        "こんにちは、よろしくお願いします。",
        "Hello!",
        "thank you very much",
        "Who are you?",
        "お疲れ様です",
        "ＨＥＬＬＯ",
    ],
    Kind.STATISTICS: [
        "文書は何件ありますか",
        "このナレッジベースにはいくつの資料が登録されていますか？",
        "ファイル数を教えて",
        "統計を見せてください",
        "How many documents are there?",
        "number of files in this knowledge base",
        "全部で何ページありますか",
        "社内規程には文書が何件ありますか",
    ],
    Kind.OVERVIEW: [
        "ここにはどんな資料がありますか",
        "このナレッジベースの概要を教えてください",
        "何が入っていますか",
        "全体の要約",
        "何を質問できますか",
        "社内規程の概要",
        "What is in here?",
        "Summarize this knowledge base",
        "What documents do you have?",
        "What topics are covered?",
        "give me an overview",
    ],
    Kind.CONTENT: [
        "有給休暇は何日もらえますか",
        "就業規則の概要",
        "旅費規程の要約",
        "契約書のファイルは何年保存しますか",
        "こんにちは、有給休暇は何日ですか",
        "How many days of leave do I get?",
        "What is the password policy?",
        "Summarize the travel policy",
        "how many characters",
        "パスワード",
        "xyzzy plugh",
        "!!!",
        "図書館は何時まで開いていますか",
        "What does the contract say about documents?",
        "何日ですか",
        "データベースを復元する権限",
    ],
}


@pytest.mark.parametrize(
    ("question", "kind"), [(question, kind) for kind, questions in KINDS.items() for question in questions]
)
def test_a_question_is_classified(question: str, kind: Kind) -> None:
    classification = classify(question, knowledge_base="社内規程")
    assert classification.kind is kind
    assert 0 < classification.confidence <= 1
