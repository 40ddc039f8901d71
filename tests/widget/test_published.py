"""Files for browsers, made small: the joined script does what its modules did."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from walletdesk.kit.short_names import short_names
from walletdesk.site.minify import joined_script, joined_sheet, minify
from walletdesk.site.unused_styles import without_unused

STATIC = Path(settings.STATIC_FOLDER)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_modules_become_one_and_each_is_there_once(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import { a } from "./one.js";\nimport { b as c } from "./two.js";\nrun(a, c);\n',
        one='import { b } from "./two.js";\nexport const a = () => b;\nconst hidden = 1;\n',
        two="export class b {\n  #secret = 1;\n  get() {\n    return this.#secret;\n  }\n}\n",
    )
    text = joined_script(entry)
    assert not re.search(r"^(?:import|export)", text, re.MULTILINE)
    assert text.count("class b") == 1
    assert text.index("class b") < text.index("const a") < text.index("run(a, c)")
    assert "const c = b;" in text
    assert "#secret" not in text
    assert "this._a" in text


@pytest.mark.parametrize(
    "line",
    ['import * as x from "./one.js";', "export { a };", "export default 1;", 'import x from "y";'],
)
def test_a_form_that_we_do_not_use_is_refused(tmp_path: Path, line: str) -> None:
    entry = write(tmp_path, main=f"{line}\n", one="export const a = 1;\n")
    with pytest.raises(ValueError, match="cannot be joined"):
        joined_script(entry)


def test_a_module_may_not_be_joined_and_come_later_too(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import { a } from "./one.js";\na(() => import("./one.js"));\n',
        one="export const a = (later) => later();\n",
    )
    with pytest.raises(ValueError, match="twice"):
        joined_script(entry)


def test_two_modules_may_not_give_the_same_name(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import { a } from "./one.js";\nimport { a as b } from "./two.js";\nrun(a, b);\n',
        one="export const a = 1;\n",
        two="export const a = 2;\n",
    )
    with pytest.raises(ValueError, match="is given by"):
        joined_script(entry)


SCRIPT = (
    r'const shortest=1,greeting="greeting";class Visitor{greet(visitor){return`${greeting},'
    r" ${visitor.name} ${`${shortest}`} greeting`}}function waiting(){return"
    r'/greeting[/]\/"/.test(greeting)?shortest/2/shortest:{waiting:1}}'
    r"const listed={greeting,plain:shortest};const status=4;"
    r"use(new Visitor,waiting,listed.greeting,status)"
)


def test_names_become_short_and_what_is_looked_up_stays() -> None:
    text = short_names(SCRIPT)
    for gone in ("shortest", "Visitor", "listed", "visitor", "status"):
        assert gone not in text
    for kept in ('="greeting"', "{greeting:", "{waiting:1}", "plain:", ".greeting", "greet("):
        assert kept in text
    assert r'/greeting[/]\/"/.test(' in text
    assert " greeting`" in text
    assert text.startswith("let e=1,t=")


@pytest.mark.parametrize(
    ("script", "short"),
    [
        (
            "const a=(b,c)=>b+c;const d=a(e,t);window.f=d",
            "let n=(e,t)=>e+t;let r=n(e,t);window.f=r",
        ),
        ("function a(b){const c=1;return b?c:d}", "function e(e){let t=1;return e?t:d}"),
        (
            "const a=({b,c:{x=b,...y},...z})=>({b,x,y,z})",
            "let e=({b:e,c:{x:t=e,...n},...r})=>({b:e,x:t,y:n,z:r})",
        ),
        ("let a=1;{let a=2;b(a)}b(a)", "let e=1;{let e=2;b(e)}b(e)"),
        ("for(const a of b)if(a)c(a);a()", "for(let e of b)if(e)c(e);a()"),
        ("try{a()}catch(b){c(b)}b()", "try{a()}catch(e){c(e)}b()"),
        (
            "class A{open;#b=1;async c(d=this.#b){await d}}",
            "class e{open;#b=1;async c(e=this.#b){await e}}",
        ),
        ("const a=b=>b?c=>c:d=>({class:d});b", "let e=e=>e?e=>e:e=>({class:e});b"),
        (
            "const a={b(c){return c},get d(){return c??e}};a",
            "let t={b(e){return e},get d(){return c??e}};t",
        ),
    ],
)
def test_a_short_name_holds_where_its_name_held(script: str, short: str) -> None:
    assert short_names(script) == short


def test_the_top_of_a_module_or_a_page_s_script_keeps_its_names() -> None:
    script = "export function view(start){return start}const kept=view"
    assert short_names(script, whole=False) == "export function view(e){return e}let kept=view"


def test_lazy_modules_are_named_from_where_the_joined_script_lies(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "page").mkdir()
    write(tmp_path / "common", one='export const a = () => import("./lazy.js");\n', lazy="run();\n")
    entry = write(tmp_path / "page", main='import { a } from "../common/one.js";\na();\n')
    assert 'import("./../common/lazy.js")' in joined_script(entry)


def test_the_page_s_sheet_holds_its_parts_in_order() -> None:
    sheet = joined_sheet(STATIC / "widget" / "page.css")
    assert "@import" not in sheet
    assert (
        sheet.index("--s-1:")
        < sheet.index(".btn {")
        < sheet.index(".wd-row {")
        < sheet.index(".hero {")
    )


def test_the_desk_is_one_script_and_one_sheet() -> None:
    script = joined_script(STATIC / "desk" / "desk.js")
    assert not re.search(r"^(?:import|export)", script, re.MULTILINE)
    beside = re.findall(r'(?:import|new URL)\("([^"]+)"', script)
    assert "./../common/icons.svg" in beside
    for address in beside:
        assert (STATIC / "desk" / address).resolve().is_file(), address
    sheet = joined_sheet(STATIC / "desk" / "page.css")
    assert "@import" not in sheet
    page = (STATIC.parent / "templates" / "desk" / "page.html").read_text()
    assert re.findall(r"[\w-]+/[\w-]+\.css", page) == ["desk/page.css"]


def test_rules_for_what_a_page_has_not_are_left_out() -> None:
    css = (
        ".used{a:1}.unused,.used:hover{b:2}.tone-3{c:3}.unused .used{d:4}"
        "@media print{.unused{e:5}}@media x{.used{f:6}}p:is(.unused,.other){g:7}"
        '@keyframes k{from{h:8}}[audience="staff"] .used{i:9}[audience="customer"] .used{j:9}'
    )
    code = 'class="used" audience="customer" `tone-${n}`'
    assert without_unused(css, code) == (
        ".used{a:1}.used:hover{b:2}.tone-3{c:3}@media x{.used{f:6}}"
        'p:is(.unused,.other){g:7}@keyframes k{from{h:8}}[audience="customer"] .used{j:9}'
    )


def test_what_others_made_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    for folder in (tmp_path, tmp_path / "vendor"):
        (folder / "a.js").write_text("/* a comment */\nlet  a  =  1;\n")
    minify(tmp_path)
    assert (tmp_path / "a.js").read_text() == "let a=1;"
    assert "a comment" in (tmp_path / "vendor" / "a.js").read_text()
