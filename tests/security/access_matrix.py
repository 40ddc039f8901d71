"""Who gets what answer where: one line for every address and method, one column for every actor.

`state` is where the conversation of the first customer stands (its holder, when it is open, is the
agent). `login` is a redirect to the sign-in. The actors:

- nobody: no cookie and no token
- customer: whose conversation it is; other_cust: another customer of the same brand
- agent, viewer, supervisor, owner: staff of the conversation's brand
- stranger: the owner of another brand
- shut_out: an agent of this brand who was signed in when they were deactivated
"""

from dataclasses import dataclass

ACTORS = (
    "nobody",
    "customer",
    "other_cust",
    "agent",
    "viewer",
    "supervisor",
    "owner",
    "stranger",
    "shut_out",
)

DJANGO = """
route              method state     nobody customer other_cust agent viewer supervisor owner stranger shut_out
home               GET    -         302    302      302        302   302    302        302   302      302
healthz            GET    -         200    200      200        200   200    200        200   200      200
readyz             GET    -         503    503      503        503   503    503        503   503      503
account_login      GET    -         200    200      200        302   302    302        302   302      200
account_login      POST   -         200    200      200        302   302    302        302   302      200
account_logout     GET    -         login  login    login      200   200    200        200   200      login
account_logout     POST   -         login  login    login      login login  login      login login    login
set_language       POST   -         302    302      302        302   302    302        302   302      302

desk:home          GET    -         login  login    login      302   302    302        302   302      login
desk:list          GET    -         login  login    login      200   200    200        200   200      login
desk:list_fragment GET    -         401    401      401        200   200    200        200   200      401
desk:rows          GET    -         401    401      401        200   200    200        200   200      401
desk:changed       GET    queued    401    401      401        200   200    200        200   200      401
desk:open          GET    queued    login  login    login      200   200    200        200   404      login
desk:open          GET    new       login  login    login      404   404    404        404   404      login
desk:conversation  GET    queued    401    401      401        200   200    200        200   404      401
desk:conversation  GET    new       401    401      401        404   404    404        404   404      401
desk:events        GET    queued    401    401      401        200   200    200        200   404      401
desk:events        GET    new       401    401      401        404   404    404        404   404      401
desk:colleagues    GET    queued    401    401      401        200   200    200        200   404      401
desk:claim         POST   queued    401    401      401        200   403    200        200   404      401
desk:claim         POST   open      401    401      401        200   403    409        409   404      401
desk:claim         POST   new       401    401      401        404   404    404        404   404      401
desk:reply         POST   queued    401    401      401        200   403    200        200   404      401
desk:reply         POST   open      401    401      401        200   403    409        409   404      401
desk:reply         POST   new       401    401      401        404   404    404        404   404      401
desk:note          POST   open      401    401      401        200   403    200        200   404      401
desk:note          POST   new       401    401      401        404   404    404        404   404      401
desk:read          POST   open      401    401      401        204   204    204        204   404      401
desk:people        GET    -         401    401      401        200   200    200        200   200      401
desk:draft         POST   queued    401    401      401        200   403    200        200   404      401
desk:draft         POST   new       401    401      401        404   404    404        404   404      401
desk:scheduled     GET    queued    401    401      401        200   200    200        200   404      401
desk:scheduled     POST   queued    401    401      401        200   403    200        200   404      401
desk:scheduled     POST   open      401    401      401        200   403    403        403   404      401
desk:scheduled_change POST scheduled 401   401      401        200   403    403        403   404      401
desk:scheduled_cancel POST scheduled 401   401      401        204   403    204        204   404      401
desk:scheduled_send   POST scheduled 401   401      401        200   403    403        403   404      401
desk:panel         GET    queued    401    401      401        200   200    200        200   404      401
desk:panel         GET    new       401    401      401        404   404    404        404   404      401
desk:describe      POST   queued    401    401      401        200   403    200        200   404      401
desk:about         POST   queued    401    401      401        200   403    200        200   404      401
desk:about_remove  POST   queued    401    401      401        200   403    200        200   404      401
desk:macros        GET    queued    401    401      401        200   200    200        200   404      401
desk:macro         GET    queued    401    401      401        200   200    200        200   404      401
desk:tag           POST   queued    401    401      401        200   403    200        200   404      401
desk:untag         POST   queued    401    401      401        200   403    200        200   404      401
desk:typing        POST   open      401    401      401        204   403    204        204   404      401
desk:viewing       POST   open      401    401      401        204   204    204        204   404      401
desk:hand_over     POST   open      401    401      401        200   403    200        200   404      401
desk:hand_over     POST   queued    401    401      401        403   403    200        200   404      401
desk:release       POST   open      401    401      401        200   403    200        200   404      401
desk:release       POST   queued    401    401      401        403   403    409        409   404      401
desk:resolve       POST   open      401    401      401        200   403    200        200   404      401
desk:resolve       POST   queued    401    401      401        403   403    200        200   404      401
desk:resolve       POST   resolved  401    401      401        200   403    200        200   404      401
desk:reopen        POST   resolved  401    401      401        200   403    200        200   404      401
desk:reopen        POST   queued    401    401      401        409   403    409        409   404      401

desk:settings:home GET    -         login  login    login      200   200    200        200   200      login

chat:sessions      POST   -         201    201      201        201   201    201        201   201      201
chat:session       DELETE -         401    204      204        401   401    401        401   401      401
chat:conversations POST   -         401    201      201        401   401    401        401   401      401
chat:conversations GET    queued    401    200      200        401   401    401        401   401      401
chat:transcript    GET    queued    401    200      404        401   401    401        401   401      401
chat:welcome       GET    -         200    200      200        200   200    200        200   200      200
chat:articles      GET    article   200    200      200        200   200    200        200   200      200
chat:article       GET    article   200    200      200        200   200    200        200   200      200
chat:opinion       POST   article   204    204      204        204   204    204        204   204      204
chat:state         GET    queued    401    200      404        401   401    401        401   401      401
chat:events        GET    queued    401    200      404        401   401    401        401   401      401
chat:person        POST   bot       401    200      404        401   401    401        401   401      401
chat:feedback      POST   answered  401    200      404        401   401    401        401   401      401
chat:rating        POST   resolved  401    200      404        401   401    401        401   401      401
chat:rating        POST   open      401    409      404        401   401    401        401   401      401
chat:seen          POST   queued    401    204      404        401   401    401        401   401      401
chat:typing        POST   queued    401    204      404        401   401    401        401   401      401
chat:finish        POST   queued    401    200      404        401   401    401        401   401      401

widget:page        GET    -         200    200      200        200   200    200        200   200      200
widget:brand-css   GET    -         200    200      200        200   200    200        200   200      200
widget:loader      GET    -         200    200      200        200   200    200        200   200      200
help:start         GET    -         302    302      302        302   302    302        302   302      302
help:index         GET    -         200    200      200        200   200    200        200   200      200
help:article       GET    article   200    200      200        200   200    200        200   200      200
demo               GET    -         200    200      200        200   200    200        200   200      200
"""  # noqa: E501 - one line an address

# `topic` is what a stream or poll asks for; the conversation is queued.
EDGE = """
path           method topic           nobody customer other_cust agent viewer supervisor owner stranger shut_out
/live/messages POST   -               401    200      404        401   401    401        401   401      401
/live/stream   GET    conversation    401    200      404        200   200    200        200   404      404
/live/stream   GET    desk            401    404      404        200   200    200        200   404      404
/live/stream   GET    unknown_kind    401    404      404        404   404    404        404   404      404
/live/poll     GET    conversation    401    200      404        200   200    200        200   404      404
/live/poll     GET    desk            401    404      404        200   200    200        200   404      404
/live/poll     GET    unknown_kind    401    404      404        404   404    404        404   404      404
"""  # noqa: E501 - one line a topic


@dataclass(frozen=True)
class Row:
    """One line: what is asked for and what each actor gets."""

    name: str
    method: str
    state: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.name} {self.state}"


def rows(table: str) -> list[Row]:
    """Parse a table."""
    header, *lines = [line.split() for line in table.splitlines() if line.strip()]
    assert tuple(header[3:]) == ACTORS
    assert {len(line) for line in lines} == {len(header)}
    return [
        Row(line[0], line[1], line[2], dict(zip(ACTORS, line[3:], strict=True))) for line in lines
    ]
