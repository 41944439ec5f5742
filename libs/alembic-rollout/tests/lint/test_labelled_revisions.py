"""The linter's word on labelled revisions: each that is dangerous is found for its reason, none that is safe is."""

import pytest

from lint.labelled.case import BASE, Case
from lint.labelled.dangerous_revisions import DANGEROUS
from lint.labelled.everyday_dangerous import EVERYDAY_DANGEROUS
from lint.labelled.everyday_safe import EVERYDAY_SAFE
from lint.labelled.nearly_dangerous import NEARLY_DANGEROUS
from lint.labelled.nearly_safe import NEARLY_SAFE
from lint.labelled.safe_revisions import SAFE
from lint.shop import Shop, rules


@pytest.mark.parametrize("case", [*DANGEROUS, *EVERYDAY_DANGEROUS, *NEARLY_SAFE], ids=lambda case: case.name)
def test_a_dangerous_revision_is_found_for_its_reason(shop: Shop, case: Case) -> None:
    assert judged(shop, case) - {"downgrade-missing", "downgrade-incomplete"} == set(case.rules)


@pytest.mark.parametrize("case", [*SAFE, *EVERYDAY_SAFE, *NEARLY_DANGEROUS], ids=lambda case: case.name)
def test_a_safe_revision_is_not_found(shop: Shop, case: Case) -> None:
    assert judged(shop, case) == set()


def judged(shop: Shop, case: Case) -> set[str]:
    shop.sql("001", BASE.replace("\n\n", "\n"), "SELECT 1", header='accepted = {"downgrade-incomplete": "the base"}')
    for number, script in enumerate(case.scripts, start=2):
        shop.project.revision(f"{number:03d}", script.upgrade, script.downgrade, header=script.header)
    return set(rules(shop.lint()))
