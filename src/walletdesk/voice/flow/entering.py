"""From the first ring to the queue: language, menu, one-time code, consent."""

from walletdesk.voice.flow.states import CheckCode, CodeChecked, Enqueue, Note, SendCode, Stage
from walletdesk.voice.flow.waiting import call_back, leave_message, offer_choices, send_link
from walletdesk.voice.flow.writing import Writer
from walletdesk.voice.menu import Do, Entry, at, entry
from walletdesk.voice.types import Answer, Collect, Digits, Said

TRIES = 3
LANGUAGE_KEYS = "123456789"
CODE_DIGITS = 6
GENERAL = Entry(key="0", words={}, do=Do.QUEUE)


def begin(write: Writer) -> None:
    """Take a call up."""
    write.go(Stage.GREETING, within=30.0, language=write.facts.language)
    write.follow(Note("came"))
    write.do(Answer())


def greet(write: Writer) -> None:
    """Greet in the number's languages; who called out of a chat has chosen already."""
    languages = write.facts.line.languages
    if write.state.language in languages or len(languages) == 1:
        if write.state.language not in languages:
            write.set(language=languages[0])
        show_menu(write, [write.say("greeting"), write.say("no_phrase")])
        return
    say = write.facts.phrases.say
    named = list(zip(LANGUAGE_KEYS, languages, strict=False))
    said = [say(language, "greeting") for _key, language in named[:1]]
    said += [say(language, f"language_{key}") for key, language in named]
    choices = tuple((key, say(language, "language_name").text) for key, language in named)
    write.ask(Stage.GREETING, said, collect=Collect(seconds=5.0), choices=choices)


def choose_language(write: Writer, heard: Digits) -> None:
    """Take the language; who presses nothing twice hears the first one."""
    languages = write.facts.line.languages
    index = LANGUAGE_KEYS.find(heard.keys) if len(heard.keys) == 1 else -1
    if not 0 <= index < len(languages):
        if write.state.tries == 0:
            write.set(tries=1)
            greet(write)
            return
        index = 0
    write.set(language=languages[index], tries=0)
    show_menu(write, [write.say("no_phrase")])


def show_menu(write: Writer, before: list[Said] | None = None) -> None:
    """Speak the entries that stand at the caller's place in the menu."""
    facts, said = write.facts, list(before or [])
    if not facts.open and not write.state.path:
        said.append(write.say("closed"))
    choices = []
    for each in at(facts.menu, write.state.path):
        words = each.words.get(write.language) or next(iter(each.words.values()), "")
        said.append(facts.phrases.entry(write.language, each.key, words))
        choices.append((each.key, words))
    said.append(write.say("menu_person"))
    choices.append(("0", write.say("person").text))
    if write.state.path:
        choices.append(("*", write.say("back").text))
    write.ask(Stage.MENU, said, collect=Collect(seconds=6.0), choices=tuple(choices))


def choose_entry(write: Writer, heard: Digits) -> None:
    """Follow a key; who presses none or wrong ones comes to a person: no menu is a dead end."""
    state, key = write.state, heard.keys
    found = entry(at(write.facts.menu, state.path), key)
    if key == "0":
        follow_entry(write, GENERAL)
    elif key == "*":
        write.set(path=state.path[:-1], tries=0)
        show_menu(write)
    elif found is not None:
        write.set(tries=0)
        follow_entry(write, found)
    elif state.tries + 1 >= TRIES:
        follow_entry(write, GENERAL)
    else:
        write.set(tries=state.tries + 1)
        wrong = key and key != "#"
        show_menu(write, [write.say("not_understood")] if wrong else [])


def follow_entry(write: Writer, chosen: Entry) -> None:
    """Do what an entry says."""
    state = write.state
    match chosen.do:
        case Do.MENU:
            write.set(path=state.path + chosen.key)
            show_menu(write)
        case Do.SAY:
            words = chosen.answer.get(write.language) or next(iter(chosen.answer.values()), "")
            show_menu(write, [write.facts.phrases.entry(write.language, "", words)])
        case Do.STATUS:
            write.set(tries=0)
            write.follow(SendCode())
            ask_code(write, [])
        case Do.CALL_BACK:
            _chosen(write, chosen)
            call_back(write)
        case Do.MESSAGE:
            _chosen(write, chosen)
            leave_message(write)
        case Do.LINK:
            _chosen(write, chosen)
            send_link(write)
        case Do.QUEUE:
            _chosen(write, chosen)
            ask_consent(write)


def _chosen(write: Writer, chosen: Entry) -> None:
    write.set(
        topic=chosen.topic,
        urgency=chosen.urgency,
        team=chosen.team,
        always=chosen.always,
        tries=0,
    )


# --- one-time code ------------------------------------------------------------------------


def ask_code(write: Writer, before: list[Said]) -> None:
    """Ask for the code that the app, the chat or an SMS shows: a caller's number proves nothing."""
    collect = Collect(digits=CODE_DIGITS, seconds=12.0, hidden=True)
    write.ask(Stage.CODE, [*before, write.say("code")], collect=collect)


def take_code(write: Writer, heard: Digits) -> None:
    """Have a code checked."""
    if len(heard.keys) != CODE_DIGITS:
        refuse_code(write)
        return
    write.follow(CheckCode(heard.keys))


def code_checked(write: Writer, news: CodeChecked) -> None:
    """Tell how their request stands, or ask again."""
    if news.good:
        write.set(tries=0, path="")
        write.follow(Note("known"))
        show_menu(write, [write.say(f"status_{news.status}")])
    else:
        refuse_code(write)


def refuse_code(write: Writer) -> None:
    """Ask again, at most TRIES times; all that fails sounds alike."""
    if write.state.tries + 1 >= TRIES:
        write.set(tries=0, path="")
        show_menu(write, [write.say("code_wrong")])
    else:
        write.set(tries=write.state.tries + 1)
        ask_code(write, [write.say("code_wrong")])


# --- consent ------------------------------------------------------------------------------


def ask_consent(write: Writer) -> None:
    """Ask or tell that the call is recorded; when nobody is there offer something else."""
    if (not write.facts.open and not write.state.always) or write.facts.full:
        offer_choices(write, "closed_choices" if not write.facts.open else "full")
    elif write.facts.line.record == "ask":
        choices = (("1", write.say("yes").text), ("2", write.say("no").text))
        said = [write.say("consent")]
        write.ask(Stage.CONSENT, said, collect=Collect(seconds=5.0), choices=choices)
    else:
        enqueue(write, consent=write.facts.line.record == "announce")


def take_consent(write: Writer, heard: Digits) -> None:
    """Only a clear yes is one."""
    enqueue(write, consent=heard.keys == "1")


def enqueue(write: Writer, *, consent: bool) -> None:
    """Have the caller wait for a person; what they hear then depends on their place."""
    now = write.facts.now
    write.set(consent=consent, queued=True, waits=now, spoke=now, tries=0, play=0)
    write.go(Stage.WAITING, within=float(write.facts.line.announce_seconds))
    write.follow(Enqueue(), Note("waits"))
