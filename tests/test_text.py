"""What a reader could follow or see in a text part: link targets and words."""

from __future__ import annotations

import pytest

from auditor.text import MAX_LINKS, read_html, read_plain


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ('<a href="https://evil.test/">x</a>', "https://evil.test/"),
        ('<a xml:base="//evil.test/" href="x">x</a>', "//evil.test/"),
        ('<svg><a><set attributeName=href to="//evil.test"/></a></svg>', "//evil.test"),
        ('<svg><a><animate attributeName="href" values="#;//evil.test"/></a></svg>', "//evil.test"),
        ('<meta http-equiv="refresh" content="0;url=//evil.test">', "//evil.test"),
        ('<meta http-equiv="refresh" content="+0;url=//evil.test">', "//evil.test"),
        ('<meta http-equiv="refresh" content="0;;url=//evil.test">', "//evil.test"),
        ('<meta http-equiv="refresh" content="0, https://evil.test/?url=https://own.test">', None),
        ("<iframe srcdoc='<a href=\"//evil.test\">x</a>'>", "//evil.test"),
        ('<!--[if mso]><a href="//evil.test">x</a><![endif]-->', "//evil.test"),
    ],
)
def test_a_target_is_found_wherever_it_stands(page: str, target: str | None) -> None:
    assert (target or "https://evil.test/?url=https://own.test") in read_html(page).targets


@pytest.mark.parametrize("page", ['<img src="//i.test/x.png">', '<link href="//evil.test/x.css">', '<p to="//x.test">'])
def test_what_is_no_link_is_no_target(page: str) -> None:
    assert read_html(page).targets == ()


@pytest.mark.parametrize("name", ["alt", "title", "value", "placeholder", "label", "aria-label", "ALT"])
def test_words_of_attributes_are_words(name: str) -> None:
    assert read_html(f'<p>Sold</p><img {name}="see evil.com">').words.split() == ["Sold", "see", "evil.com"]


def test_an_address_in_words_of_an_attribute_is_a_target() -> None:
    assert read_html('<img alt="www.evil.test/x">').targets == ("www.evil.test/x",)


@pytest.mark.parametrize(
    "form",
    ["<!--{}-->", "<script>{}</script>", "<iframe srcdoc='{}'></iframe>", "<svg><set to='{}'></svg>", "{}"],
    ids=["comment", "script", "frame", "animation", "links"],
)
def test_more_targets_than_can_be_looked_at_are_not_read(form: str) -> None:
    def page(count: int) -> str:
        each = {"<svg><set to='{}'></svg>": "//a{}.test;", "{}": "<a href=a{}>x</a>"}.get(form, "href=a{} ")
        return form.format("".join(each.format(n) for n in range(count)))

    assert read_html(page(MAX_LINKS // 2)).unread == ""
    assert len(read_html(page(MAX_LINKS // 2)).targets) == MAX_LINKS // 2
    assert read_html(page(MAX_LINKS + 1)).unread != ""


def test_the_same_target_over_and_over_in_a_comment_is_not_read_on() -> None:
    """Each costs time, though all are one."""
    assert read_html("<!--" + "href=/ " * (MAX_LINKS + 1) + "-->").unread != ""


def test_plain_text_has_the_addresses_that_programs_make_links_of() -> None:
    assert read_plain("see https://a.test/x and www.b.test").targets == ("https://a.test/x", "www.b.test")
