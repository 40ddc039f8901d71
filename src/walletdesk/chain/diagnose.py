"""From a text to diagnoses: find what it names, ask the networks at once, apply the rules.

Takes at most `DEADLINE` seconds whatever the networks do. What could not be asked is said. Nothing
that may be a private key is ever part of a question.
"""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final

from walletdesk.chain import evidence
from walletdesk.chain.memory import Memory, ProcessMemory
from walletdesk.chain.networks import Book, Network
from walletdesk.chain.plans import PLANS
from walletdesk.chain.readers.base import Desk, Reader
from walletdesk.chain.readers.bitcoin import BitcoinReader
from walletdesk.chain.readers.evm import EvmReader
from walletdesk.chain.readers.solana import SolanaReader
from walletdesk.chain.readers.tron import TronReader
from walletdesk.chain.refs import Guard, find_refs, spelled
from walletdesk.chain.rules import decide, message
from walletdesk.chain.rules.common import Context
from walletdesk.chain.transport import Transport, Unreachable
from walletdesk.chain.types import Confidence, Diagnosis, Facts, Family, Finding, Kind, Ref, Verdict

DEADLINE: Final = 5.0
GRACE: Final = 0.15  # how long others may still answer once one network knows a transaction
_READERS: Final[dict[Family, Callable[[Desk], Reader]]] = {
    Family.EVM: EvmReader,
    Family.BITCOIN: BitcoinReader,
    Family.TRON: TronReader,
    Family.SOLANA: SolanaReader,
}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process diagnoses with. Keep it as long as the process: it holds cache and memory."""

    book: Book
    guard: Guard
    transport: Transport
    memory: Memory = field(default_factory=ProcessMemory)
    deadline: float = DEADLINE


@dataclass(slots=True)
class _Answers:
    """What the networks said about one reference."""

    facts: dict[str, Facts] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)


async def diagnose(
    text: str, setup: Setup, *, network: str | None = None, known: AbstractSet[str] = frozenset()
) -> list[Diagnosis]:
    """Return a diagnosis of each reference in the text, the most serious first.

    `network` is the id of the network that the asker named, `known` the customer's addresses.
    Raises `BadRef` when the text names nothing, and `NetworksError` for an unknown network.
    """
    named = None if network is None else setup.book.find(network)
    refs = find_refs(text, setup.book, setup.guard, network=named, known=known)
    here = {ref.text for ref in refs if ref.kind is Kind.ADDRESS} | known
    found = await asyncio.gather(*(_one(ref, setup, frozenset(here - {ref.text})) for ref in refs))
    return sorted(found, key=lambda diagnosis: -diagnosis.plan.weight)


async def _one(ref: Ref, setup: Setup, known: frozenset[str]) -> Diagnosis:
    settled = {Kind.SECRET: Verdict.SECRET_SHOWN, Kind.UNDECIDED: Verdict.UNDECIDED_HEX}
    if ref.kind in settled:
        return _unasked(ref, Finding(settled[ref.kind]))
    networks = _candidates(ref, setup.book)
    if not networks:
        return _unasked(ref, Finding(Verdict.NOT_READABLE, fields={"chain": ref.why}))
    answers = await _ask_all(ref, networks, setup)
    if not answers.facts:
        return _nothing(ref, networks, answers)
    if ref.kind is Kind.ADDRESS:
        return _address(ref, setup.book, answers, known)
    return _transaction(ref, setup.book, answers, known)


def _candidates(ref: Ref, book: Book) -> list[Network]:
    """Return the networks that can have it; the named one first."""
    found = [
        network
        for network in book.networks.values()
        if network.family in ref.families and (not ref.networks or network.id in ref.networks)
    ]
    return sorted(found, key=lambda network: network.id != ref.network)


async def _ask_all(ref: Ref, networks: Sequence[Network], setup: Setup) -> _Answers:
    answers = _Answers()
    desks = [Desk(setup.transport, network, setup.book, setup.memory) for network in networks]
    tasks = {asyncio.ensure_future(_read(ref, desk)): desk.network for desk in desks}
    loop = asyncio.get_running_loop()
    end = loop.time() + setup.deadline
    waiting = set(tasks)
    while waiting and loop.time() < end:
        done, waiting = await asyncio.wait(
            waiting, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            _sort_in(answers, tasks[task], task)
        if ref.kind is Kind.TRANSACTION and _known(answers, ref):
            end = min(end, loop.time() + GRACE)
    for task in waiting:
        task.cancel()
        answers.silent[tasks[task].id] = "late"
    await asyncio.gather(*waiting, return_exceptions=True)
    return answers


def _known(answers: _Answers, ref: Ref) -> bool:
    """Tell whether a network has it; a named one that has not answered yet is waited for."""
    if ref.network is not None and ref.network not in {
        *answers.facts, *answers.empty, *answers.silent,
    }:  # fmt: skip
        return False
    return any(not facts.false("found") for facts in answers.facts.values())


def _sort_in(answers: _Answers, network: Network, task: asyncio.Task[Facts | None]) -> None:
    try:
        facts = task.result()
    except Unreachable as error:
        answers.silent[network.id] = str(error) or "unreachable"
        return
    if facts is None:
        answers.empty.append(network.id)
    else:
        answers.facts[network.id] = facts


async def _read(ref: Ref, desk: Desk) -> Facts | None:
    if not desk.network.endpoints:
        raise Unreachable("no_endpoint")
    reader = _READERS[desk.network.family](desk)
    text = spelled(ref, desk.network.family)
    if ref.kind is Kind.ADDRESS:
        return await reader.address(text)
    return await reader.transaction(text)


def _unasked(ref: Ref, finding: Finding) -> Diagnosis:
    facts = Facts(ref.network or "")
    facts.put("reference", ref.kind.value, "the text itself")
    plan = PLANS[finding.verdict]
    return Diagnosis(ref, ref.network or "", "", finding, plan, facts)


def _nothing(ref: Ref, networks: Sequence[Network], answers: _Answers) -> Diagnosis:
    """Say that it is not known, or that nobody could be asked."""
    facts = _with_silence(Facts(ref.network or ""), answers)
    for name in answers.empty:
        facts.put(f"known_on_{name}", value=False, call="look-up")
    verdict = Verdict.NOT_FOUND if answers.empty else Verdict.UNREACHABLE
    sure = Confidence.POSSIBLE if answers.silent else Confidence.LIKELY
    if verdict is Verdict.UNREACHABLE:
        sure = Confidence.CERTAIN
    names = [network.name for network in networks]
    quiet = [network.name for network in networks if network.id in answers.silent]
    finding = Finding(
        verdict,
        tuple(fact.name for fact in facts),
        sure,
        {"networks": [*names], "silent": [*quiet]},
    )
    only = networks[0] if len(networks) == 1 else None
    return Diagnosis(
        ref, only.id if only else ref.network or "", only.name if only else "", finding,
        PLANS[verdict], facts, asked=tuple(answers.empty), silent=tuple(answers.silent),
    )  # fmt: skip


def _with_silence(facts: Facts, answers: _Answers) -> Facts:
    for name, reason in answers.silent.items():
        facts.miss(f"known_on_{name}", "look-up", reason)
    return facts


def _transaction(ref: Ref, book: Book, answers: _Answers, known: frozenset[str]) -> Diagnosis:
    """Decide on the network that has it: mined before waiting before remembered."""

    def rank(facts: Facts) -> tuple[bool, bool, bool]:
        return facts.false("found"), facts.true("waiting"), facts.network != ref.network

    facts = min(answers.facts.values(), key=rank)
    network = book.networks[facts.network]
    context = Context(network, book, known)
    findings = decide(ref.kind, facts, context)
    if ref.network in answers.empty and not facts.false("found"):
        assert ref.network is not None  # noqa: S101 - it is among the empty ones
        findings.insert(0, message.other_network(facts, book.networks[ref.network], network))
    return _diagnosis(
        replace(ref, text=spelled(ref, network.family)), facts, findings, context, answers
    )


def _address(ref: Ref, book: Book, answers: _Answers, known: frozenset[str]) -> Diagnosis:
    """Decide on the network that matters most: the named one, else the most serious finding."""
    found = {
        name: decide(ref.kind, facts, Context(book.networks[name], book, known))
        for name, facts in answers.facts.items()
    }

    def rank(name: str) -> tuple[bool, int, bool, bool]:
        facts = answers.facts[name]
        used = bool(facts.number("account_nonce"))
        weight = PLANS[found[name][0].verdict].weight
        return name != ref.network, -weight, not used, not facts.number("balance")

    first = min(found, key=rank)
    facts, network = answers.facts[first], book.networks[first]
    context = Context(network, book, known)
    findings = found[first]
    extra = message.funds_elsewhere(answers.facts, book, named=ref.network)
    extra = extra or message.look_alike_pair(ref, known)
    if extra is not None and PLANS[extra.verdict].weight > PLANS[findings[0].verdict].weight:
        findings = [extra, *findings]
    elif extra is not None:
        findings = [*findings, extra]
    others = tuple(answers.facts[name] for name in found if name != first)
    return replace(_diagnosis(ref, facts, findings, context, answers), elsewhere=others)


def _diagnosis(
    ref: Ref, facts: Facts, findings: Sequence[Finding], context: Context, answers: _Answers
) -> Diagnosis:
    first = findings[0]
    return Diagnosis(
        ref=ref,
        network=context.network.id,
        network_name=context.network.name,
        finding=first,
        plan=PLANS[first.verdict],
        facts=_with_silence(facts, answers),
        also=tuple(findings[1:]),
        evidence=evidence.pack(ref, facts, first, context),
        asked=(*answers.facts, *answers.empty),
        silent=tuple(answers.silent),
    )
