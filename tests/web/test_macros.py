"""The layouts and macros, without Flask and database: sound markup, bound labels, nothing the policy would block."""

import re

import pytest

from archives.core.language import LANGUAGES
from scripts.assets import ICONS
from tests.web.gallery import PAGES_SHOWN, ROOT, job, nodes, problems, render, render_part
from tests.web.markup import Element, Markup

REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "list", "form", "data-opens")


@pytest.fixture(scope="module", params=[(name, language) for name in PAGES_SHOWN for language in LANGUAGES])
def page(request: pytest.FixtureRequest) -> Markup:
    """Each page in each language."""
    return Markup(render(*request.param))


def test_nothing_stands_inline(page: Markup) -> None:
    for element in page.all():
        written = [name for name in element.attributes if name == "style" or name.startswith("on")]
        assert not written, f"<{element.tag}> carries {written}"
        assert element.tag != "style"
        assert element.tag != "script" or (element.get("src") and not "".join(element.text).strip())


def test_every_control_has_a_name(page: Markup) -> None:
    labelled = {element.get("for") for element in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-hidden")
        assert named or control.get("type") == "hidden", control.attributes


def test_every_button_and_link_says_something(page: Markup) -> None:
    for element in page.all("button", "a", "summary"):
        said = "".join(element.text).strip() or element.get("aria-label") or element.get("title")
        assert said, element.attributes


def test_ids_are_unique_and_what_refers_to_them_finds_them(page: Markup) -> None:
    ids = page.ids()
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    for element in page.all():
        for attribute in REFERENCES:
            wanted = set((element.get(attribute) or "").split())
            assert wanted <= set(ids), f"<{element.tag}> {attribute}: {wanted - set(ids)}"


def test_links_within_the_page_lead_somewhere(page: Markup) -> None:
    faults_of_other_forms = {"#field-" + str(problem.field) for problem in problems()}
    for link in page.all("a"):
        href = link.get("href") or ""
        if href.startswith("#") and href not in faults_of_other_forms:
            assert href[1:] in page.ids()


def test_every_post_form_carries_the_token(page: Markup) -> None:
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [control for control in page.all("input") if control.get("name") == "csrf_token"]
    assert len(tokens) == len(posts)


def test_every_icon_shown_is_in_the_sprite(page: Markup) -> None:
    shown = {(use.get("href") or "").rpartition("#icon-")[2] for use in page.all("use")}
    assert shown <= set(ICONS.split())


def test_the_page_names_its_language_and_has_one_heading() -> None:
    for language, tag in (("zh_Hans_CN", "zh-CN"), ("en", "en")):
        page = Markup(render("gallery", language))
        assert page.all("html")[0].get("lang") == tag
        assert len(page.all("h1")) == 1


def test_the_theme_of_the_cookie_is_there_before_any_script() -> None:
    assert Markup(render("login", "en", "dark")).all("html")[0].get("data-bs-theme") == "dark"
    assert Markup(render("login", "en", "auto")).all("html")[0].get("data-bs-theme") == "light"


def drawn(**given: object) -> Markup:
    """One field."""
    return Markup(render_part('{% from "macros/forms.html" import field %}{{ field(given) }}', given=given))


def control(page: Markup) -> Element:
    """The field's own control."""
    return page.all("input", "select", "textarea")[0]


def test_an_error_marks_its_field_and_is_read_with_it() -> None:
    error = problems()[0]
    page = drawn(name="day", label="Day", kind="date", value="2026-13-40", help="As in the report", problems=[error])
    assert control(page).get("aria-invalid") == "true"
    assert control(page).get("aria-describedby") == "field-day-help field-day-problems"
    assert control(page).get("value") == "2026-13-40"
    assert "GB/T 50328-2019 4.3.2" in "".join(page.all("ul")[0].text)


def test_a_remark_is_read_with_its_field_but_does_not_mark_it_wrong() -> None:
    page = drawn(name="size", label="Size", kind="number", problems=[problems()[1]])
    assert control(page).get("aria-invalid") is None
    assert control(page).get("aria-describedby") == "field-size-problems"


def test_a_field_says_its_unit() -> None:
    page = drawn(name="size", label="Size", kind="number", value=0, unit="m²")
    assert control(page).get("aria-describedby") == "field-size-unit"
    assert control(page).get("value") == "0"


def test_a_password_is_never_sent_back() -> None:
    assert control(drawn(name="password", label="Password", kind="password", value="secret")).get("value") is None


def test_a_select_keeps_its_value_and_offers_nothing_twice() -> None:
    choices = [("", "—"), ("1", "One"), ("2", "Two")]
    options = drawn(name="kind", label="Kind", kind="select", value=2, choices=choices).all("option")
    assert [option.get("value") for option in options] == ["", "1", "2"]
    assert [option.get("value") for option in options if "selected" in option.attributes] == ["2"]


def test_choices_are_boxes_for_a_list_and_buttons_for_one_value() -> None:
    choices = [("a", "A"), ("b", "B")]
    boxes = drawn(name="kept", label="Kept", kind="choices", value=["b"], choices=choices).all("input")
    assert [(box.get("type"), "checked" in box.attributes) for box in boxes] == [
        ("checkbox", False),
        ("checkbox", True),
    ]
    assert (
        drawn(name="kept", label="Kept", kind="choices", value="b", choices=choices).all("input")[0].get("type")
        == "radio"
    )


def test_what_people_typed_is_escaped() -> None:
    page = drawn(name="title", label="Title", value='"><script>alert(1)</script>', kind="text")
    assert not page.all("script")
    assert control(page).get("value") == '"><script>alert(1)</script>'


def test_only_an_open_job_asks_for_news() -> None:
    source = '{% from "macros/parts.html" import progress %}{{ progress(job, "/jobs/1") }}'
    running, done = (Markup(render_part(source, job=job(state, 5, 10))) for state in ("running", "done"))
    assert (running.elements[0].get("hx-get"), running.elements[0].get("hx-swap")) == ("/jobs/1", "outerHTML")
    assert done.elements[0].get("hx-get") is None
    assert running.all("progress")[0].get("value") == "5"


def test_a_branch_is_fetched_when_it_opens_and_a_leaf_cannot() -> None:
    source = '{% from "macros/parts.html" import tree %}{{ tree("Tree", nodes, "/more") }}'
    page = Markup(render_part(source, nodes=nodes()))
    items = {item.get("id"): item for item in page.all("a") if item.get("role") == "treeitem"}
    groups = {group.get("id"): group for group in page.all("ul")}
    assert items["node-1"].get("aria-expanded") == "true"
    assert groups["branch-1"].get("hx-get") is None
    assert groups["branch-2"].get("hx-get") == "/2/nodes"
    assert "hidden" in groups["branch-2"].attributes
    assert items["node-3"].get("aria-expanded") is None


def test_a_list_without_rows_says_what_to_do() -> None:
    source = (
        '{% from "macros/tables.html" import table %}'
        '{% call(row) table("Volumes", [], [], none_title="None.", none_href="/new", none_action="Add") %}{% endcall %}'
    )
    page = Markup(render_part(source))
    assert not page.all("table")
    assert page.all("a")[0].get("href") == "/new"


def test_the_pager_says_when_counting_stopped() -> None:
    source = '{% from "macros/tables.html" import pager %}{{ pager(none, "?after=9", 50, total, capped) }}'
    assert "more than 10,000 in all" in render_part(source, total=10000, capped=True)
    assert "50 rows shown, 812 in all" in render_part(source, total=812, capped=False)
    assert "50 rows" in render_part(source, total=None, capped=False)


def test_templates_and_scripts_write_no_inline_style() -> None:
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js")]
    forbidden = re.compile(
        r"\bstyle=|setAttribute\(\"style\"|\beval\(|new Function|javascript:|\bon(click|change|load|submit)="
    )
    assert {str(path) for path in sources if forbidden.search(path.read_text(encoding="utf-8"))} == set()


def test_the_stylesheet_fetches_nothing() -> None:
    sheet = (ROOT / "static/css/chengdang.css").read_text(encoding="utf-8")
    assert "url(" not in sheet
    assert "@import" not in sheet
