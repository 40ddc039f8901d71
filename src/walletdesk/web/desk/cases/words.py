"""The words for security cases: kinds, steps, causes, what is at risk, and the wallet's orders."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.cases.types import (
    AddressRole,
    CaseKind,
    CaseState,
    Cause,
    CheckMethod,
    OrderKind,
    OrderState,
    Outcome,
    Phase,
    RiskKind,
    RiskState,
)

KINDS = {
    CaseKind.WALLET_STOLEN: gettext_noop("Wallet emptied"),
    CaseKind.SECRET_CAUGHT: gettext_noop("Secret given away"),
    CaseKind.PHISHING: gettext_noop("Phishing"),
    CaseKind.ACCOUNT_TAKEOVER: gettext_noop("Account taken over"),
}
STATES = {
    CaseState.OPEN: gettext_noop("Nobody has it"),
    CaseState.WORKING: gettext_noop("In progress"),
    CaseState.WAITING: gettext_noop("Waits for others"),
    CaseState.CLOSED: gettext_noop("Case closed"),
}
VIEWS = {
    "open": gettext_noop("Not closed"),
    "offered": gettext_noop("Nobody has it"),
    "mine": gettext_noop("Mine"),
    "due": gettext_noop("Due"),
    "waiting": gettext_noop("Waits for others"),
    "closed": gettext_noop("Case closed"),
    "all": gettext_noop("All"),
}
PHASES = {
    Phase.NOW: gettext_noop("Now"),
    Phase.UNDERSTAND: gettext_noop("What happened"),
    Phase.SAVE: gettext_noop("Save what is left"),
    Phase.REPORT: gettext_noop("Report it"),
    Phase.AFTER: gettext_noop("Afterwards"),
}
# name of the step, and how it is done
STEPS = {
    "second_scam": (
        gettext_noop("Warn of the second fraud"),
        gettext_noop(
            "Thieves come back as “recovery services”. The warning is sent to the customer in"
            " their language; a case that opens by itself has sent it already."
        ),
    ),
    "stop_deposits": (
        gettext_noop("Nothing goes to this wallet any more"),
        gettext_noop(
            "Tell the customer to send no coins there, not even for fees: a thief with the key"
            " takes them within seconds. Incoming payments must go to another address."
        ),
    ),
    "move_rest": (
        gettext_noop("Move what is left"),
        gettext_noop(
            "To a new wallet with a new recovery phrase, made on another device. The most valuable"
            " first; what is locked in staking or lending, as soon as it can be had."
        ),
    ),
    "freeze_account": (
        gettext_noop("Freeze the account"),
        gettext_noop(
            "Ask for it below under “The wallet”; a second person approves. If the customer has no"
            " account with us, mark it as not possible."
        ),
    ),
    "ask_story": (
        gettext_noop("Ask what happened"),
        gettext_noop(
            "When did they see it? What did they install, sign, scan or connect to before? Who"
            " wrote to them? Never ask for words, keys or codes."
        ),
    ),
    "references": (
        gettext_noop("Collect addresses and transactions"),
        gettext_noop(
            "What the customer wrote is taken over by itself. Say of each address whose it is:"
            " that decides what the chain can tell."
        ),
    ),
    "classify": (
        gettext_noop("Find out how it happened"),
        gettext_noop("Read the chain below. Where it cannot tell, say what you know and why."),
    ),
    "settle_risks": (
        gettext_noop("Settle everything that is at risk"),
        gettext_noop("Each line below is saved or given up."),
    ),
    "evidence": (
        gettext_noop("Make the evidence pack"),
        gettext_noop(
            "For the police and for exchanges, in their language. Give it to the customer."
        ),
    ),
    "police": (
        gettext_noop("Report to the police"),
        gettext_noop(
            "Only the customer can. Ask for the file number: exchanges freeze money on it."
        ),
    ),
    "exchanges": (
        gettext_noop("Tell exchanges and issuers"),
        gettext_noop(
            "Where the money went to an exchange or is a token whose issuer can freeze it, the"
            " pack goes there at once. Hours count."
        ),
    ),
    "clean_device": (
        gettext_noop("Clean device and accounts"),
        gettext_noop(
            "Remove unknown apps and browser extensions, change the password of the mailbox first,"
            " end all sessions, use a second factor."
        ),
    ),
    "follow_up": (
        gettext_noop("Set a day to look again"),
        gettext_noop("Ask whether the “recovery service” has written, and what the police say."),
    ),
    "new_wallet": (
        gettext_noop("Make a new wallet"),
        gettext_noop(
            "Whoever has seen the phrase or key has the money. A new recovery phrase is needed;"
            " a new password is not enough."
        ),
    ),
    "where_else": (
        gettext_noop("Where else was it typed?"),
        gettext_noop("A site, an app, a form, a chat: note the address. It becomes a report."),
    ),
    "do_not_open": (
        gettext_noop("Nobody opens the link"),
        gettext_noop("Not the customer, not you. Copy it as text."),
    ),
    "ask_entered": (
        gettext_noop("Was anything typed or signed there?"),
        gettext_noop(
            "If words or keys were typed, or a transaction signed, open a case “Wallet emptied” or"
            " “Secret given away” too."
        ),
    ),
    "report_site": (
        gettext_noop("Have the site taken down"),
        gettext_noop("Registrar, host, browser warning lists, and the platform that showed it."),
    ),
    "identity": (
        gettext_noop("Make sure that this is the owner"),
        gettext_noop(
            "Record below how you checked. Without it nothing is unlocked; it counts for a day."
        ),
    ),
    "reset_access": (
        gettext_noop("Reset the access"),
        gettext_noop("All sessions and second factors of the account end. Four eyes."),
    ),
    "unfreeze_account": (
        gettext_noop("Unlock the account"),
        gettext_noop("After the reset, with an identity check of today. Four eyes."),
    ),
}
CAUSES = {
    Cause.KEY_LEAK: (
        gettext_noop("The key or phrase is known to the thief"),
        gettext_noop(
            "The owner's own key signed. The wallet is lost for good: only a new wallet helps."
        ),
    ),
    Cause.APPROVAL: (
        gettext_noop("An approval was misused"),
        gettext_noop(
            "The customer once allowed a contract to take tokens. Take the approval back; the"
            " key itself is probably safe."
        ),
    ),
    Cause.PERMIT: (
        gettext_noop("A signed permit was misused"),
        gettext_noop(
            "A signature on a fake site gave the right to take, without a transaction. Take back"
            " what Permit2 allows, and move the token."
        ),
    ),
    Cause.POISONING: (
        gettext_noop("Sent to a look-alike address"),
        gettext_noop(
            "The customer copied a planted address from the history. Nothing else is in danger."
        ),
    ),
    Cause.PERMISSION_HIJACK: (
        gettext_noop("The permissions of the account were changed"),
        gettext_noop(
            "On TRON the owner alone can no longer sign. Send nothing there; the account is given"
            " up."
        ),
    ),
    Cause.FAKE_APP: (
        gettext_noop("A fake app took the phrase"),
        gettext_noop(
            "The app was not the real one. Everything that was ever in it needs a new wallet."
        ),
    ),
    Cause.UNKNOWN: (
        gettext_noop("Not known yet"),
        gettext_noop("Add transactions and addresses, and read the chain."),
    ),
}
CONFIDENCE = {
    "certain": gettext_noop("certain"),
    "likely": gettext_noop("very probable"),
    "possible": gettext_noop("possible"),
}
# what is at risk, and how it is saved
RISKS = {
    RiskKind.COIN: (
        gettext_noop("%(amount)s still there"),
        gettext_noop("Move it to the new wallet; leave nothing behind for fees."),
    ),
    RiskKind.TOKEN: (
        gettext_noop("%(amount)s still there"),
        gettext_noop("Move it to the new wallet before anything else is done there."),
    ),
    RiskKind.APPROVAL: (
        gettext_noop("%(spender)s may take %(symbol)s"),
        gettext_noop("Take the approval back in the wallet or on the explorer's approvals page."),
    ),
    RiskKind.PERMIT: (
        gettext_noop("%(spender)s may take %(symbol)s through Permit2"),
        gettext_noop("Take it back at Permit2, or take back the token's approval of Permit2."),
    ),
    RiskKind.DELEGATION: (
        gettext_noop("The account runs foreign code: %(spender)s"),
        gettext_noop(
            "Whatever arrives is swept away. Give the wallet up; save tokens only through a"
            " service that sends all steps in one block."
        ),
    ),
    RiskKind.PERMISSION: (
        gettext_noop("%(spender)s controls the account"),
        gettext_noop("The owner alone cannot move anything any more. Give the account up."),
    ),
}
# where the thief has the key, whoever is faster has the money
RACE = gettext_noop(
    "The thief has the key too: send it with a high fee, in one go, and put no coins for fees"
    " there beforehand."
)
RISK_STATES = {
    RiskState.OPEN: gettext_noop("At risk"),
    RiskState.SAVED: gettext_noop("Rescued"),
    RiskState.GIVEN_UP: gettext_noop("Given up"),
}
OUTCOMES = {
    Outcome.REST_SAVED: gettext_noop("What was left is saved"),
    Outcome.RECOVERED: gettext_noop("Money came back"),
    Outcome.LOST: gettext_noop("Everything is lost"),
    Outcome.NOTHING_LOST: gettext_noop("Nothing was lost"),
    Outcome.FALSE_ALARM: gettext_noop("False alarm"),
    Outcome.NO_ANSWER: gettext_noop("The customer does not answer"),
}
ROLES = {
    AddressRole.VICTIM: gettext_noop("the customer's"),
    AddressRole.THIEF: gettext_noop("the thief's"),
    AddressRole.OTHER: gettext_noop("not known"),
}
ORDERS = {
    OrderKind.LOOK_UP: gettext_noop("Look up the account"),
    OrderKind.TRANSACTIONS: gettext_noop("List its transactions"),
    OrderKind.FREEZE: gettext_noop("Freeze the account"),
    OrderKind.UNFREEZE: gettext_noop("Unlock the account"),
    OrderKind.RESET: gettext_noop("Reset the access"),
}
ORDER_STATES = {
    OrderState.REQUESTED: gettext_noop("Waits for a second person"),
    OrderState.APPROVED: gettext_noop("Under way"),
    OrderState.REFUSED: gettext_noop("Refused"),
    OrderState.DONE: gettext_noop("Done"),
    OrderState.FAILED: gettext_noop("Failed"),
}
METHODS = {
    CheckMethod.SIGNED_MESSAGE: gettext_noop("Message signed with the wallet's key"),
    CheckMethod.WALLET_LOGIN: gettext_noop("Signed in to the wallet"),
    CheckMethod.DOCUMENT: gettext_noop("Identity document"),
    CheckMethod.VIDEO_CALL: gettext_noop("Video call"),
}
ACCOUNT_STATES = {
    "active": gettext_noop("active"),
    "frozen": gettext_noop("frozen"),
}
PROBLEMS = {
    "no_answer": gettext_noop("The wallet does not answer."),
    "unsigned_answer": gettext_noop("The answer was not signed: something stands in between."),
    "unknown_account": gettext_noop("The wallet does not know this account."),
    "wrong_state": gettext_noop("The account is not in a state that allows this."),
    "bad_signature": gettext_noop("The wallet does not accept our signature: check the secret."),
    "stale": gettext_noop("The clocks of desk and wallet differ by more than five minutes."),
    "forbidden_address": gettext_noop("The wallet's address may not be asked."),
    "unreadable": gettext_noop("The account's number cannot be read any more."),
}
ENTRIES = {
    "opened": gettext_noop("Case opened: %(kind)s"),
    "taken": gettext_noop("Taken"),
    "warned": gettext_noop("Warned the customer of the second fraud"),
    "step": gettext_noop("%(step)s: %(state)s"),
    "references": gettext_noop("Added addresses or transactions"),
    "role": gettext_noop("Said whose %(address)s is: %(role)s"),
    "reference_removed": gettext_noop("Took out %(address)s"),
    "conversation": gettext_noop("Added a conversation"),
    "cause": gettext_noop("How it happened: %(cause)s"),
    "risk": gettext_noop("Something at risk on %(network)s: %(state)s"),
    "waiting": gettext_noop("Waits for others"),
    "going_on": gettext_noop("Goes on"),
    "closed": gettext_noop("Closed: %(outcome)s"),
    "reopened": gettext_noop("Taken up again"),
    "evidence": gettext_noop("Evidence pack made (%(form)s)"),
    "follow_up": gettext_noop("Day to look again set"),
    "followed_up": gettext_noop("Looked again"),
    "came_up": gettext_noop("Came up again"),
    "identity": gettext_noop("Identity checked: %(method)s"),
    "secret": gettext_noop("A secret was caught in a message and removed"),
    "same_secret": gettext_noop("The same secret was caught before, in another case"),
    "wallet_asked": gettext_noop("Asked the wallet: %(order)s"),
    "wallet_approved": gettext_noop("Approved: %(order)s"),
    "wallet_refused": gettext_noop("Refused: %(order)s"),
    "wallet_done": gettext_noop("The wallet did it: %(order)s"),
    "wallet_by_hand": gettext_noop("To be done by hand: %(order)s"),
    "wallet_failed": gettext_noop("The wallet could not do it: %(order)s"),
}
STEP_STATES = {
    "open": gettext_noop("open"),
    "done": gettext_noop("done"),
    "not_possible": gettext_noop("not possible"),
}


def said(table: Any, code: str) -> str:
    """Return the word of a table for a code; an unknown code stands for itself."""
    found = table.get(code)
    return _(found) if found else code


def choices(table: Any) -> list[tuple[str, str]]:
    """Return a table as the options of a list."""
    return [(str(code), _(text)) for code, text in table.items()]


def step(code: str) -> tuple[str, str]:
    """Return the name of a step and how it is done."""
    name, how = STEPS[code]
    return _(name), _(how)


def cause(code: str) -> tuple[str, str]:
    """Return how it happened, and what follows."""
    name, about = CAUSES[Cause(code)]
    return _(name), _(about)


def problem(code: str) -> str:
    """Return why the wallet did not do something."""
    return (
        said(PROBLEMS, code)
        if code in PROBLEMS
        else _("The wallet refused (%(code)s).") % {"code": code}
    )


def entry(code: str, detail: dict[str, Any]) -> str:
    """Return a line of a case's history in words."""
    step_code, state = str(detail.get("step", "")), str(detail.get("state", ""))
    kind = str(detail.get("kind", ""))
    fields = {
        "kind": said(KINDS, kind),
        "order": said(ORDERS, kind),
        "step": step(step_code)[0] if step_code in STEPS else step_code,
        "state": said(STEP_STATES | RISK_STATES, state),
        "cause": cause(str(detail["cause"]))[0] if detail.get("cause") in set(Cause) else "",
        "role": said(ROLES, str(detail.get("role", ""))),
        "outcome": said(OUTCOMES, str(detail.get("outcome", ""))),
        "method": said(METHODS, str(detail.get("method", ""))),
        **{name: str(detail.get(name, "")) for name in ("address", "network", "form")},
    }
    return said(ENTRIES, code) % fields if code in ENTRIES else code
