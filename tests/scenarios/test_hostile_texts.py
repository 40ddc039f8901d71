"""Whatever people write stays text on every screen (catalogue S17, S26)."""

from itertools import product

from playwright.sync_api import Page

from tests.scenarios.conftest import Stage
from tests.scenarios.people import Person
from tests.scenarios.words import WORDS

DO = "canary('{}')"
TAGS = ("img", "svg", "video", "details", "iframe", "body", "object", "input", "math", "marquee")
HANDLERS = ("onerror", "onload", "ontoggle", "onfocus", "onmouseover", "onbegin", "onstart")
WRAPPINGS = (
    "<{tag} {handler}={do} src=x autofocus open>",
    "\"><{tag}/{handler}='{do}' src=//x.invalid/x>",
    "</textarea></title></style><{tag} {handler}={do}>",
)
SCHEMES = (
    "javascript:{do}",
    "JaVaScRiPt:{do}",
    " javascript:{do}",
    "java\tscript:{do}",
    "data:text/html,<script>{do}</script>",
    "vbscript:{do}",
    "https://x.invalid/?javascript:{do}",
)
PLACES = (
    '<a href="{url}">x</a>',
    "[x]({url})",
    "![x]({url})",
    "<{url}>",
    '<form action="{url}"><button>x',
    '<meta http-equiv=refresh content="0;url={url}">',
    '<base href="{url}">',
    '<link rel=stylesheet href="{url}">',
)
OTHERS = (
    "<script>{do}</script>",
    "<scr<script>ipt>{do}</script>",
    "<svg><script>{do}</script></svg>",
    "<svg><style><img src=x onerror={do}></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={do}>",
    "<noscript><p title='</noscript><img src=x onerror={do}>'>",
    "<template><img src=x onerror={do}></template>",
    "<!--><img src=x onerror={do}>-->",
    "<style>@import 'https://x.invalid/x'; *{{background:url(https://x.invalid/x)}}</style>",
    "{{{{constructor.constructor('{do}')()}}}} ${{{do}}} <%= {do} %>",
    "\U000e0041\U000e0042\u202e<img src=x onerror={do}>\u2028",
    "';{do};//\";{do};//</script><script>{do}</script>",
)


def vectors() -> list[str]:
    """Return the attacks, each with a number of its own."""
    shapes = [
        w.replace("{tag}", t).replace("{handler}", h)
        for w, t, h in product(WRAPPINGS, TAGS, HANDLERS)
    ]
    shapes += [place.replace("{url}", url) for place, url in product(PLACES, SCHEMES)]
    shapes += [other.replace("{{", "{").replace("}}", "}") for other in OTHERS]
    return [shape.replace("{do}", DO.format(n)) for n, shape in enumerate(shapes)]


def messages(longest: int = 3_900) -> list[str]:
    """Return the attacks as few messages as fit."""
    packed = [""]
    for vector in vectors():
        if len(packed[-1]) + len(vector) + 1 > longest:
            packed.append("")
        packed[-1] += vector + "\n"
    return packed


def watch(person: Person) -> list[str]:
    """Have a page note every attack that runs and every request that leaves the desk."""
    left: list[str] = []
    person.page.add_init_script("window.ran = []; window.canary = (n) => window.ran.push(n);")
    person.page.on("dialog", lambda dialog: (left.append(dialog.message), dialog.dismiss()))
    person.page.on(
        "request",
        lambda r: None if r.url.startswith((person.url, "data:", "blob:")) else left.append(r.url),
    )
    return left


FRAMES_TOO = """() => [window, ...Array.from(frames)].flatMap((each) => {
  try { return each.ran || []; } catch { return []; }
})"""


def ran(page: Page) -> list[str]:
    """Return the attacks that ran, once the page stands and had time to be attacked."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    found: list[str] = page.evaluate(FRAMES_TOO)
    return found


def test_no_text_ever_runs_or_calls_out(stage: Stage) -> None:
    assert len(vectors()) >= 270
    texts = messages()
    customer = stage.customer(WORDS["en"])
    left = watch(customer)
    customer.page.reload()
    customer.asks("Hello, I need a person")
    for text in texts:
        customer.writes(text)
        customer.thread.locator(".is-pending").first.wait_for(state="detached")

    agent = stage.agent("alex")
    left_desk = watch(agent)
    agent.watches("queue")
    agent.opens(customer)
    agent.takes_it()
    agent.notes(f"Note {texts[0][:3000]}")
    agent.answers(f"Answer {texts[1][:3000]}")
    customer.sees("canary('1')")
    assert (ran(customer.page), left) == ([], [])
    for address in ("/desk/mine/", f"/desk/all/{customer.ref}/", "/desk/mentions/"):
        agent.page.goto(f"{agent.url}{address}")
        assert ran(agent.page) == [], address
    agent.page.goto(f"{agent.url}/help/aurora/en/?q=%3Cimg%20src%3Dx%20onerror%3Dcanary('q')%3E")
    assert (ran(agent.page), left_desk) == ([], [])
    customer.page.reload()
    customer.sees("canary('1')")
    assert (ran(customer.page), left) == ([], [])
