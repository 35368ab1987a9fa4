"""Lists of SKUs on pages: the first few, and the others to be opened."""

import re
from collections.abc import Sequence
from typing import Any

from services.catalog.page.views import ENVIRONMENT
from services.catalog.scope import Scope


def told(links: Sequence[Any], part: Scope | None = None) -> str:
    found = ENVIRONMENT.get_template("_some.html").module.products(links, part, "1")  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", str(found)).strip()


def test_a_few_stand_alone_and_of_many_the_others_are_opened() -> None:
    skus = [f"S/{n}" for n in range(6)]
    assert "details" not in told(skus[:4]) and told(skus[:4]).count("<a ") == 4
    first, opened = told(skus).split('<details class="rest" id="rest-1"><summary>and 2 more</summary>')
    assert re.findall(r">(S/\d)<", first) == skus[:4] and 'href="/products/S/0"' in first
    assert re.findall(r">(S/\d)<", opened) == skus[4:] and opened.endswith("</details>")


def test_roles_stand_beside_and_groups_lead_to_no_product() -> None:
    found = told([{"sku": "RED-42", "role": "main"}, {"sku": "category:Men/Shoes", "role": "campaign"}])
    assert '<a href="/products/RED-42">RED-42</a> <span class="role">main</span>' in found
    assert found.count("<a ") == 1 and "category:" not in found


def test_who_sees_no_products_is_led_to_none() -> None:
    assert told(["RED-42"], Scope(folders=("autumn",))) == "RED-42"
    assert "<a " in told(["RED-42"], Scope(brands=("Luma",)))
