"""Identity: the keys with which the wallet signs, sign-in by wallet, proof of work."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.contacts.actions.identity_keys import (
    CHAINS,
    change_policy,
    create_identity_key,
    revoke_identity_key,
)
from walletdesk.contacts.identity_models import IdentityKey
from walletdesk.contacts.queries import keys_of, policy_of
from walletdesk.contacts.types import Algorithm, ProofOfWork
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.settings.samples import sample
from walletdesk.web.errors import sentence

PUBLIC_KEY_LENGTH = 1_000
ON_OFF = {
    ProofOfWork.AUTO: gettext_lazy("In a flood only"),
    ProofOfWork.ON: gettext_lazy("Always"),
    ProofOfWork.OFF: gettext_lazy("Never"),
}


class KeyForm(SettingsForm):
    """A new key."""

    algorithm = forms.ChoiceField(
        label=gettext_lazy("How the wallet signs"),
        choices=[
            (Algorithm.EDDSA, gettext_lazy("EdDSA: you keep the private key, we get the public")),
            (Algorithm.HS256, gettext_lazy("HS256: a secret that both sides know")),
        ],
    )
    public_key = forms.CharField(
        label=gettext_lazy("Public key"),
        required=False,
        max_length=PUBLIC_KEY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Ed25519, PEM or base64. Only for EdDSA; never the private key."),
    )


class PolicyForm(SettingsForm):
    """What customers may do, and when their browsers must compute."""

    wallet_sign_in = forms.BooleanField(
        label=gettext_lazy("Customers may sign in with a signature of their wallet"), required=False
    )
    chains = forms.CharField(
        label=gettext_lazy("Chain numbers"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Of networks like Ethereum, separated by commas: 1, 56, 137."),
    )
    proof_of_work = forms.ChoiceField(
        label=gettext_lazy("Let new customers’ browsers compute for a moment"),
        choices=list(ON_OFF.items()),
        help_text=gettext_lazy("It costs a person less than a second and a flood a great deal."),
    )

    def clean_chains(self) -> list[int]:
        """Return the numbers. Digits only, so that no sign or power gets in."""
        words = [word.strip() for word in self.cleaned_data["chains"].split(",") if word.strip()]
        if len(words) > CHAINS or not all(
            w.isascii() and w.isdigit() and len(w) < 16 for w in words
        ):
            raise forms.ValidationError(_("Write numbers, separated by commas."))
        return [int(word) for word in words]


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("identity")
def page(request: StaffRequest) -> HttpResponse:
    """Show keys and rules; save the rules."""
    brand = request.membership.brand
    form = _policy_form(request)

    def change() -> None:
        data = dict(form.cleaned_data)
        data.pop("version")
        change_policy(
            brand=brand,
            membership=request.membership,
            **data | {"proof_of_work": ProofOfWork(data["proof_of_work"])},
        )

    if request.method == "POST" and save(request, form, change):
        return done("identity")
    return _show(request, form, KeyForm(), status=status_of(form))


def _policy_form(request: StaffRequest, *, bound: bool = True) -> PolicyForm:
    policy = policy_of(request.membership.brand)
    initial = {
        "wallet_sign_in": policy.wallet_sign_in,
        "chains": ", ".join(map(str, policy.chains)),
        "proof_of_work": policy.proof_of_work,
    }
    return PolicyForm((request.POST or None) if bound else None, initial=initial)


@require_POST
@section_page("identity")
def create(request: StaffRequest) -> HttpResponse:
    """Make a key and show its secret, this once: it stands in no address and is not stored."""
    form = KeyForm(request.POST)
    made: list[tuple[IdentityKey, str]] = []

    def make() -> None:
        try:
            made.append(
                create_identity_key(
                    brand=request.membership.brand,
                    membership=request.membership,
                    algorithm=Algorithm(form.cleaned_data["algorithm"]),
                    public_key=form.cleaned_data["public_key"],
                )
            )
        except DomainError as error:
            raise BadInput(public_key=sentence(error.code)) from None

    if save(request, form, make, said=_("The key is made")):
        key, secret = made[0]
        context = {"key": key, "secret": secret, "samples": _samples(request, key)}
        return show(request, "identity", "identity_key", context)
    return _show(request, _policy_form(request, bound=False), form, status=status_of(form))


def _samples(request: StaffRequest, key: IdentityKey) -> list[tuple[str, str]]:
    slug = request.membership.brand.slug
    return [(name, sample(name, key.algorithm, slug, key.kid)) for name in ("Python", "Node")]


@require_POST
@section_page("identity")
def revoke(request: StaffRequest, kid: str) -> HttpResponse:
    """Let a key count no more, and sign out everybody whom it signed in."""
    membership = request.membership
    ended = revoke_identity_key(brand=membership.brand, membership=membership, kid=kid)
    tell(request, _("The key is revoked. Devices signed out: {n}").format(n=ended))
    return done("identity")


def _show(
    request: StaffRequest, form: PolicyForm, key_form: KeyForm, *, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "key_form": key_form,
        "keys": keys_of(request.membership.brand),
        "demo": reverse("demo"),
    }
    return show(request, "identity", "identity", context, status=status)
