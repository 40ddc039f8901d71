"""Addresses below /desk/settings/. Each section: /desk/settings/<section>/."""

from django.urls import path

from walletdesk.web.desk.settings import account, home, people, roles, teams

app_name = "settings"

urlpatterns = [
    path("", home.home, name="home"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account_password"),
    path("account/sessions/end-others/", account.end_others, name="account_end_others"),
    path("account/sessions/<slug:ref>/end/", account.end_one, name="account_end_one"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people_invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/invite/", people.invite_again, name="person_invite"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<int:pk>/second-factor/", people.reset, name="person_reset"),
    path("people/<int:pk>/sign-out/", people.sign_out, name="person_sign_out"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.create, name="team_create"),
    path("teams/<int:pk>/name/", teams.rename, name="team_rename"),
    path("teams/<int:pk>/remove/", teams.remove, name="team_remove"),
    path("roles/", roles.roles, name="roles"),
]
