"""Give the names of a script short ones, each where it holds.

A name is short wherever it means the same thing: from its declaration on, in the block, function or
loop that it belongs to. No short name is one that is used there for something from outside.
What is looked up by its spelling keeps it: properties, keys, globals.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from walletdesk.kit.script_words import tokens

_CLOSES = {")": "(", "]": "[", "}": "{"}
_DECLARES = frozenset({"const", "let", "var"})
_CONDITIONS = frozenset({"if", "while", "switch", "for", "await"})
_BEFORE_OBJECT = frozenset(
    {*"(,=:[?&|+!", "??", "...", "return", "const", "let", "of", "in", "await", "throw"}
)
_MODIFIERS = frozenset({"async", "get", "set", "static"})
_SHORT = {"true": "!0", "false": "!1"}
_EMPTY = frozenset({"while", "for", "if", "await", "with"})  # (…); is a statement without a body
_WORDS = frozenset({"do", "if", "in", "of", "as", "is"})
# The letters as often as texts have them, which packs best.
_LETTERS = "etnrisouafldcpmhgbvykwxqjzETNRISOUAFLDCPMHGBVYKWXQJZ"
_FRESH = [
    name
    for size in (1, 2)
    for name in map("".join, product(_LETTERS, repeat=size))
    if name not in _WORDS
]


@dataclass(eq=False)
class _Scope:
    """A stretch of words in which names hold; `names`: the places of each."""

    first: int
    last: int
    names: dict[str, list[int]] = field(default_factory=dict)


def short_names(script: str, *, whole: bool = True) -> str:
    """Return a minified script with short names; without `whole` those of the top keep theirs."""
    return _Script(script).shortened(whole=whole)


class _Script:
    def __init__(self, script: str) -> None:
        self.all = list(tokens(script))
        self.places = [place for place, (kind, _) in enumerate(self.all) if kind != "space"]
        words = [self.all[place] for place in self.places]
        self.kinds = [kind for kind, _ in words]
        self.words = [text for _, text in words] + ["", ""]
        self.size = len(words)
        self._pair()
        self.classes = set(self._class_bodies())
        self.top = _Scope(0, self.size)
        self.scopes = [self.top]

    def shortened(self, *, whole: bool) -> str:
        self._find_scopes()
        self._declare()
        self._resolve()
        fresh = self._choose(whole=whole)
        for place in range(self.size):
            if self.words[place] == "const" and not self._is_property(place):
                self.all[self.places[place]] = ("name", "let")  # one word for both packs better
            elif self._is_last_comma(place) or self._is_last_semicolon(place):
                self.all[self.places[place]] = ("space", "")
            elif self.words[place] in _SHORT and not self._is_property(place):
                self.all[self.places[place]] = ("mark", _SHORT[self.words[place]])
        for place, name in fresh.items():
            old = self.words[place]
            full = f"{old}:{name}" if self._is_shorthand(place) else name
            self.all[self.places[place]] = ("name", full)
        return "".join(text for _, text in self.all)

    # --- brackets --------------------------------------------------------------------------

    def _pair(self) -> None:
        """Note for each bracket its other one, and for each word the bracket around it."""
        self.other: dict[int, int] = {}
        self.around: list[int] = []
        opened: list[int] = []
        for place in range(self.size):
            kind, word = self.kinds[place], self.words[place]
            is_hole = kind == "template"
            if (is_hole and word[0] == "}") or (kind == "mark" and word in _CLOSES):
                start = opened.pop()
                self.other[start], self.other[place] = place, start
            self.around.append(opened[-1] if opened else -1)
            if (is_hole and word.endswith("${")) or (kind == "mark" and word in _CLOSES.values()):
                opened.append(place)

    def _class_bodies(self) -> Iterator[int]:
        for place in range(self.size):
            if self.words[place] == "class" and self.words[place + 1] != ":":
                body = place + 1
                while self.words[body] != "{":
                    body = self._after(body)
                yield body

    def _after(self, place: int) -> int:
        """Return the next place on the same level."""
        return (self.other[place] if self._opens(place) else place) + 1

    def _opens(self, place: int) -> bool:
        return self.other.get(place, -1) > place

    def _is_object(self, place: int) -> bool:
        """Whether a brace holds keys: an object or a pattern of one."""
        if place < 0 or self.words[place] != "{" or place in self.classes:
            return False
        before = self.words[place - 1]
        return before in _BEFORE_OBJECT or (
            self.kinds[place - 1] == "template" and before.endswith("${")
        )

    # --- what a name is --------------------------------------------------------------------

    def _is_shorthand(self, place: int) -> bool:
        around = self.around[place]
        return (
            self._is_object(around)
            and self.words[place - 1] in {"{", ","}
            and self.words[place + 1] in {",", "}", "="}
        )

    def _is_property(self, place: int) -> bool:
        before, after, around = self.words[place - 1], self.words[place + 1], self.around[place]
        if before in {".", "?."}:
            return True
        while before in _MODIFIERS:
            place -= 1
            before = self.words[place - 1]
        if around in self.classes:
            return before in {"{", "}", ";"}
        return self._is_object(around) and before in {"{", ","} and after in {":", "("}

    def _is_last_semicolon(self, place: int) -> bool:
        """Whether a block ends here anyway."""
        if self.kinds[place] != "mark" or self.words[place : place + 2] != [";", "}"]:
            return False
        before = self.words[place - 1]
        if before == ")":
            return self.words[self.other[place - 1] - 1] not in _EMPTY
        return before not in {"else", "do", ";", "{", "}", ""}

    def _is_last_comma(self, place: int) -> bool:
        before, after = self.words[place - 1], self.words[place + 1]
        return self.words[place] == "," and after in _CLOSES and before not in {",", "["}

    # --- scopes ----------------------------------------------------------------------------

    def _find_scopes(self) -> None:
        found: list[tuple[int, int, int]] = []  # first, last, where parameters begin or -1
        for place in range(self.size):
            if self.kinds[place] == "name" and self.words[place] == "for":
                found.append((place, self._loop_end(place), -1))
            elif self.words[place] == "=>" and self.kinds[place] == "mark":
                start = self.other.get(place - 1, place - 1)
                found.append((start, self._arrow_end(place + 1), start))
            elif self.words[place] == "{" and self.kinds[place] == "mark":
                found += self._of_brace(place)
        for first, last, parameters in sorted(found, key=lambda each: (each[0], -each[1])):
            scope = _Scope(first, last)
            self.scopes.append(scope)
            if parameters >= 0:
                self._bind_parameters(scope, parameters)

    def _of_brace(self, place: int) -> Iterator[tuple[int, int, int]]:
        """Yield a block, or a function: what its body declares may not be named as a parameter."""
        before = self.words[place - 1]
        if self._is_object(place) or place in self.classes or before == "=>":
            return
        start = self.other[place - 1] if before == ")" else place
        is_function = before == ")" and self.words[start - 1] not in _CONDITIONS
        yield start if is_function else place, self.other[place], start if is_function else -1

    def _loop_end(self, place: int) -> int:
        while self.words[place] != "(":
            place += 1
        place = self.other[place] + 1
        while self.words[place] != ";" and place not in self.classes:
            if self.words[place] == "{" and not self._is_object(place):
                place = self.other[place]
                if self.words[place + 1] != "else":
                    return place
            place = self._after(place)
        return place

    def _arrow_end(self, place: int) -> int:
        if self.words[place] == "{":
            return self.other[place]
        questions = 0
        while place < self.size and not self._ends(place):
            questions += self.words[place] == "?"
            if self.words[place] == ":":
                if not questions:
                    break
                questions -= 1
            place = self._after(place)
        return place - 1

    def _ends(self, place: int) -> bool:
        """Whether an expression is over here."""
        if place >= self.size or self.other.get(place, self.size) < place:
            return True
        return self.kinds[place] == "mark" and self.words[place] in {",", ";"}

    # --- declarations ----------------------------------------------------------------------

    def _bind_parameters(self, scope: _Scope, place: int) -> None:
        if self.words[place] != "(":
            scope.names[self.words[place]] = []
        else:
            self._bind_list(scope, place)

    def _bind_list(self, scope: _Scope, opening: int) -> None:
        """Bind what a list of patterns names: parameters, or between brackets or braces."""
        place, end = opening + 1, self.other[opening]
        while place < end:
            if self.words[opening] == "{" and self._after(place) < end:
                key_end = self._after(place)
                if self.words[key_end] == ":":
                    place = key_end + 1
            if self.words[place] == "...":
                place += 1
            if self.words[place] != ",":
                self._bind(scope, place)
            place = self._expression_end(place) + 1

    def _expression_end(self, place: int) -> int:
        while not self._ends(place):
            place = self._after(place)
        return place

    def _bind(self, scope: _Scope, place: int) -> None:
        if self.kinds[place] == "name":
            scope.names.setdefault(self.words[place], [])
        elif self._opens(place):
            self._bind_list(scope, place)

    def _declare(self) -> None:
        for place in range(self.size):
            word = self.words[place]
            if self.kinds[place] != "name" or self._is_property(place):
                continue
            if word in _DECLARES:
                scope, end = self._inner(place), place
                while end == place or self.words[end] == ",":
                    self._bind(scope, end + 1)
                    end = self._expression_end(end + 1)
            elif word in {"function", "class"}:
                name = place + (2 if self.words[place + 1] == "*" else 1)
                if self.kinds[name] == "name" and self.words[name] != "extends":
                    self._bind(self._inner(place), name)

    def _inner(self, place: int) -> _Scope:
        return next(scope for scope in reversed(self.scopes) if scope.first <= place <= scope.last)

    # --- names -----------------------------------------------------------------------------

    def _resolve(self) -> None:
        """Note the places of each name with the scope that it belongs to."""
        self.owner: dict[int, _Scope | None] = {}
        waiting = iter([*self.scopes[1:], _Scope(self.size + 1, self.size + 1)])
        coming = next(waiting)
        inside = [self.top]
        for place in range(self.size):
            while inside[-1].last < place:
                inside.pop()
            while coming.first <= place:
                inside.append(coming)
                coming = next(waiting)
            word = self.words[place]
            if self.kinds[place] != "name" or self._is_property(place):
                continue
            scope = next((each for each in reversed(inside) if word in each.names), None)
            self.owner[place] = scope
            if scope:
                scope.names[word].append(place)

    def _choose(self, *, whole: bool) -> dict[int, str]:
        """Return the new name for each place, from the outermost scope to the innermost."""
        final = {place: self.words[place] for place in self.owner}
        fresh: dict[int, str] = {}
        for scope in self.scopes:
            if scope is self.top and not whole:
                continue
            taken = {
                final[place]
                for place in range(scope.first, min(scope.last + 1, self.size))
                if place in final and self._is_outside(place, scope)
            }
            free = (name for name in _FRESH if name not in taken)
            for places in scope.names.values():
                new = next(free)
                for place in places:
                    final[place] = fresh[place] = new
        return fresh

    def _is_outside(self, place: int, scope: _Scope) -> bool:
        owner = self.owner[place]
        return owner is None or owner.first < scope.first or owner.last > scope.last
