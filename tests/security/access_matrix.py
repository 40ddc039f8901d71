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
favicon            GET    -         302    302      302        302   302    302        302   302      302
readyz             GET    -         503    503      503        503   503    503        503   503      503
account_login      GET    -         200    200      200        302   302    302        302   302      200
account_login      POST   -         200    200      200        302   302    302        302   302      200
account_logout     GET    -         login  login    login      200   200    200        200   200      login
account_logout     POST   -         login  login    login      login login  login      login login    login
account_passkey_options            POST -   200    200      200        200   200    200        200   200      200
mfa_login_webauthn                 POST -   login  login    login      302   302    302        302   302      login
mfa_authenticate                   GET  -   login  login    login      302   302    302        302   302      login
mfa_authenticate                   POST -   login  login    login      302   302    302        302   302      login
account_reauthenticate             GET  -   login  login    login      200   200    200        200   200      login
account_reauthenticate             POST -   login  login    login      200   200    200        200   200      login
mfa_reauthenticate                 GET  -   login  login    login      302   302    302        302   302      login
mfa_reauthenticate                 POST -   login  login    login      302   302    302        302   302      login
mfa_reauthenticate_webauthn        GET  -   login  login    login      302   302    302        302   302      login
mfa_reauthenticate_webauthn        POST -   login  login    login      302   302    302        302   302      login
account_second_factor              GET  -   login  login    login      302   302    302        302   302      login
mfa_index                          GET  -   login  login    login      302   302    302        302   302      login
mfa_list_webauthn                  GET  -   login  login    login      302   302    302        302   302      login
mfa_activate_totp                  GET  -   login  login    login      302   302    302        302   302      login
mfa_activate_totp                  POST -   login  login    login      302   302    302        302   302      login
mfa_generate_recovery_codes        GET  -   login  login    login      302   302    302        302   302      login
mfa_generate_recovery_codes        POST -   login  login    login      302   302    302        302   302      login
mfa_add_webauthn                   GET  -   login  login    login      302   302    302        302   302      login
mfa_add_webauthn                   POST -   login  login    login      302   302    302        302   302      login
mfa_edit_webauthn                  GET  -   login  login    login      302   302    302        302   302      login
mfa_edit_webauthn                  POST -   login  login    login      302   302    302        302   302      login
mfa_remove_webauthn                GET  -   login  login    login      302   302    302        302   302      login
mfa_remove_webauthn                POST -   login  login    login      302   302    302        302   302      login
mfa_deactivate_totp                GET  -   login  login    login      404   404    404        404   404      login
mfa_deactivate_totp                POST -   login  login    login      404   404    404        404   404      login
mfa_view_recovery_codes            GET  -   login  login    login      404   404    404        404   404      login
account_invitation                 GET  -   410    410      410        410   410    410        410   410      410
account_invitation                 POST -   410    410      410        410   410    410        410   410      410
openid_connect_login               GET  -   404    404      404        404   404    404        404   404      404
openid_connect_callback            GET  -   404    404      404        404   404    404        404   404      404
set_language       POST   -         302    302      302        302   302    302        302   302      302
mail_in            POST   -         404    404      404        404   404    404        404   404      404
mail_confirm       GET    -         404    404      404        404   404    404        404   404      404
mail_confirm       POST   -         404    404      404        404   404    404        404   404      404
voice_hook         POST   -         404    404      404        404   404    404        404   404      404
voice_sound        GET    -         404    404      404        404   404    404        404   404      404
sms_report         POST   -         404    404      404        404   404    404        404   404      404
survey             GET    -         404    404      404        404   404    404        404   404      404
survey             POST   -         404    404      404        404   404    404        404   404      404
survey-stop        GET    -         404    404      404        404   404    404        404   404      404
survey-stop        POST   -         404    404      404        404   404    404        404   404      404
survey-thanks      GET    -         200    200      200        200   200    200        200   200      200
mail_tracking      POST   -         404    404      404        404   404    404        404   404      404

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
desk:promises      GET    queued    401    401      401        200   200    200        200   404      401
desk:colleagues    GET    queued    401    401      401        200   200    200        200   404      401
desk:mail_html     GET    queued    401    401      401        404   404    404        404   404      401
desk:mail_original POST   queued    401    401      401        404   404    404        404   404      401
desk:claim         POST   queued    401    401      401        200   403    200        200   404      401
desk:delivery_again POST  queued    401    401      401        404   403    404        404   404      401
desk:delivery_again POST  new       401    401      401        404   404    404        404   404      401
desk:claim         POST   open      401    401      401        200   403    409        409   404      401
desk:claim         POST   new       401    401      401        404   404    404        404   404      401
desk:reply         POST   queued    401    401      401        200   403    200        200   404      401
desk:reply         POST   open      401    401      401        200   403    409        409   404      401
desk:reply         POST   new       401    401      401        404   404    404        404   404      401
desk:note          POST   open      401    401      401        200   403    200        200   404      401
desk:files         POST   queued    401    401      401        201   403    201        201   404      401
desk:files         POST   new       401    401      401        404   404    404        404   404      401
desk:note          POST   new       401    401      401        404   404    404        404   404      401
desk:read          POST   open      401    401      401        204   204    204        204   404      401
desk:presence      POST   -         401    401      401        200   403    200        200   200      401
desk:presence_now  GET    -         401    401      401        200   200    200        200   200      401
desk:telephone     GET    -         401    401      401        200   200    200        200   200      401
desk:telephone_press POST open      401    401      401        409   403    409        409   404      401
desk:offer_accept  POST   queued    401    401      401        200   404    404        404   404      401
desk:offer_decline POST   queued    401    401      401        204   404    404        404   404      401
desk:people        GET    -         401    401      401        200   200    200        200   200      401
desk:draft         POST   queued    401    401      401        200   403    200        200   404      401
desk:draft         POST   new       401    401      401        404   404    404        404   404      401
desk:scheduled     GET    queued    401    401      401        200   200    200        200   404      401
desk:scheduled     POST   queued    401    401      401        200   403    200        200   404      401
desk:scheduled     POST   open      401    401      401        200   403    403        403   404      401
desk:scheduled_change POST scheduled 401   401      401        200   403    403        403   404      401
desk:scheduled_cancel POST scheduled 401   401      401        204   403    204        204   404      401
desk:scheduled_send   POST scheduled 401   401      401        200   403    403        403   404      401
desk:assist        GET    queued    401    401      401        200   200    200        200   404      401
desk:assist        GET    new       401    401      401        404   404    404        404   404      401
desk:assist_write  POST   queued    401    401      401        409   403    409        409   404      401
desk:assist_written                POST queued 401 401     401        200   404    404        404   404      401
desk:assist_cancel                 POST queued 401 401     401        204   404    404        404   404      401
desk:chain         GET    queued    401    401      401        200   200    200        200   404      401
desk:chain_look    POST   queued    401    401      401        200   403    200        200   404      401
desk:chain_facts   GET    queued    401    401      401        404   404    404        404   404      401
desk:chain_watch   POST   queued    401    401      401        404   403    404        404   404      401
desk:panel         GET    queued    401    401      401        200   200    200        200   404      401
desk:panel         GET    new       401    401      401        404   404    404        404   404      401
desk:describe      POST   queued    401    401      401        200   403    200        200   404      401
desk:about         POST   queued    401    401      401        200   403    200        200   404      401
desk:about_remove  POST   queued    401    401      401        200   403    200        200   404      401
desk:macros        GET    queued    401    401      401        200   200    200        200   404      401
desk:macro         GET    queued    401    401      401        200   200    200        200   404      401
desk:tag           POST   queued    401    401      401        200   403    200        200   404      401
desk:tag_choices   GET    queued    401    401      401        200   200    200        200   404      401
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
desk:act_form      GET    open      401    401      401        200   403    200        200   404      401
desk:snooze        POST   open      401    401      401        200   403    200        200   404      401
desk:snooze        POST   queued    401    401      401        403   403    200        200   404      401
desk:wake          POST   open      401    401      401        200   403    200        200   404      401
desk:team          POST   open      401    401      401        200   403    200        200   404      401
desk:team          POST   queued    401    401      401        403   403    200        200   404      401
desk:merge         POST   open      401    401      401        409   403    409        409   404      401
desk:split         POST   open      401    401      401        200   403    200        200   404      401
desk:link          POST   open      401    401      401        400   403    400        400   404      401
desk:block         POST   open      401    401      401        200   403    200        200   404      401
desk:block         POST   queued    401    401      401        403   403    200        200   404      401
desk:call          POST   open      401    401      401        404   403    403        403   404      401
desk:unblock       POST   open      401    401      401        403   403    200        200   404      401
desk:many          POST   -         401    401      401        200   200    200        200   200      401
desk:undo          POST   -         401    401      401        409   409    409        409   409      401
desk:preferences   POST   -         401    401      401        200   200    200        200   200      401
desk:choices       GET    -         401    401      401        200   403    200        200   200      401
desk:find          GET    -         401    401      401        200   200    200        200   200      401
desk:search        GET    -         login  login    login      200   200    200        200   200      login
desk:search        POST   -         login  login    login      302   302    302        302   302      login
desk:filter        GET    -         401    401      401        200   200    200        200   200      401
desk:saved         POST   -         401    401      401        201   201    201        201   201      401
desk:saved_remove  POST   -         401    401      401        404   404    404        404   404      401

desk:settings:home             GET    -        login    login    login    200      200      200      200      200      login
desk:settings:brand            GET    -        login    login    login    403      403      403      200      200      login
desk:settings:brand            POST   -        login    login    login    403      403      403      302      302      login
desk:settings:brand_preview    POST   -        401      401      401      403      403      403      200      200      401
desk:settings:brand_logo       POST   -        login    login    login    403      403      403      302      302      login
desk:settings:languages        GET    -        login    login    login    403      403      403      200      200      login
desk:settings:languages        POST   -        login    login    login    403      403      403      302      302      login
desk:settings:languages_preview POST  -        401      401      401      403      403      403      200      200      401
desk:settings:inboxes          GET    -        login    login    login    403      403      403      200      200      login
desk:settings:inbox_trial      GET    -        login    login    login    403      403      403      200      200      login
desk:settings:inbox_new        GET    -        login    login    login    403      403      403      200      200      login
desk:settings:inbox_new        POST   -        login    login    login    403      403      403      302      302      login
desk:settings:inbox            GET    -        login    login    login    403      403      403      200      404      login
desk:settings:inbox            POST   -        login    login    login    403      403      403      302      404      login
desk:settings:inbox_move       POST   -        login    login    login    403      403      403      302      404      login
desk:settings:inbox_remove     POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email            GET    -        login    login    login    403      403      403      200      200      login
desk:settings:email            POST   -        login    login    login    403      403      403      302      302      login
desk:settings:email_account    GET    -        login    login    login    403      403      403      200      404      login
desk:settings:email_account    POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email_trial      POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email_remove     POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email_quarantine GET    -        login    login    login    403      403      403      200      200      login
desk:settings:email_again      POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email_discard    POST   -        login    login    login    403      403      403      302      404      login
desk:settings:email_original   POST   -        login    login    login    403      403      403      200      404      login
desk:settings:form             GET    -        login    login    login    403      403      403      200      200      login
desk:settings:form             POST   -        login    login    login    403      403      403      302      302      login
desk:settings:telephone          GET  -        login    login    login    403      403      403      200      200      login
desk:settings:telephone          POST -        login    login    login    403      403      403      302      302      login
desk:settings:telephone_menu     GET  -        login    login    login    403      403      403      200      200      login
desk:settings:telephone_menu     POST -        login    login    login    403      403      403      302      302      login
desk:settings:telephone_picture  POST -        401      401      401      403      403      403      200      200      401
desk:settings:telephone_trial    GET  -        login    login    login    403      403      403      200      200      login
desk:settings:telephone_press    POST -        401      401      401      403      403      403      200      200      401
desk:settings:telephone_line     GET  -        login    login    login    403      403      403      200      404      login
desk:settings:telephone_line     POST -        login    login    login    403      403      403      302      404      login
desk:settings:telephone_prompts  GET  -        login    login    login    403      403      403      200      200      login
desk:settings:telephone_prompt   POST -        login    login    login    403      403      403      302      302      login
desk:settings:telephone_generate POST -        login    login    login    403      403      403      404      404      login
desk:settings:telephone_sound    GET  -        login    login    login    403      403      403      200      404      login
desk:settings:surveys          GET    -        login    login    login    403      403      403      200      200      login
desk:settings:surveys          POST   -        login    login    login    403      403      403      302      302      login
desk:settings:surveys_test     POST   -        login    login    login    403      403      403      302      302      login
desk:settings:outbox           GET    -        login    login    login    403      403      403      200      200      login
desk:settings:way_out_test     POST   -        login    login    login    403      403      403      302      404      login
desk:settings:way_out          GET    -        login    login    login    403      403      403      200      404      login
desk:settings:way_out          POST   -        login    login    login    403      403      403      302      404      login
desk:settings:way_out_keys     POST   -        login    login    login    403      403      403      302      404      login
desk:settings:outbox_mail      GET    -        login    login    login    403      403      403      200      404      login
desk:settings:outbox_body      GET    -        login    login    login    403      403      403      200      404      login
desk:settings:promises         GET    -        login    login    login    403      403      403      200      200      login
desk:settings:policy_new       GET    -        login    login    login    403      403      403      200      200      login
desk:settings:policy_new       POST   -        login    login    login    403      403      403      302      302      login
desk:settings:promises_preview GET    -        401      401      401      403      403      403      200      200      401
desk:settings:promises_usual   POST   -        login    login    login    403      403      403      302      302      login
desk:settings:policy           GET    -        login    login    login    403      403      403      200      404      login
desk:settings:policy           POST   -        login    login    login    403      403      403      302      404      login
desk:settings:policy_move      POST   -        login    login    login    403      403      403      302      404      login
desk:settings:policy_remove    POST   -        login    login    login    403      403      403      302      404      login
desk:settings:hours            GET    -        login    login    login    403      403      403      200      200      login
desk:settings:calendar_new     GET    -        login    login    login    403      403      403      200      200      login
desk:settings:calendar_new     POST   -        login    login    login    403      403      403      302      302      login
desk:settings:hours_preview    POST   -        401      401      401      403      403      403      200      200      401
desk:settings:calendar         GET    -        login    login    login    403      403      403      200      404      login
desk:settings:calendar         POST   -        login    login    login    403      403      403      302      404      login
desk:settings:calendar_remove  POST   -        login    login    login    403      403      403      302      404      login
desk:settings:articles         GET    -        login    login    login    403      403      200      200      200      login
desk:settings:article_new      GET    -        login    login    login    403      403      200      200      200      login
desk:settings:article_new      POST   -        login    login    login    403      403      302      302      302      login
desk:settings:article_preview  POST   -        401      401      401      403      403      200      200      200      401
desk:settings:article_about    GET    -        login    login    login    403      403      200      200      404      login
desk:settings:article_about    POST   -        login    login    login    403      403      302      302      404      login
desk:settings:article_shown    POST   -        login    login    login    403      403      302      302      404      login
desk:settings:article          GET    -        login    login    login    403      403      200      200      404      login
desk:settings:article          POST   -        login    login    login    403      403      302      302      404      login
desk:settings:article_history  GET    -        login    login    login    403      403      200      200      404      login
desk:articles                      GET  -        login    login    login    200      200      200      200      200      login
desk:article                       GET  article  login    login    login    200      200      200      200      404      login
desk:settings:article_picture      POST -        401      401      401      403      403      200      200      200      401
desk:settings:article_import       GET  -        login    login    login    403      403      200      200      200      login
desk:settings:article_import       POST -        login    login    login    403      403      200      200      200      login
desk:settings:article_review       POST -        login    login    login    403      403      302      302      404      login
desk:settings:help                 GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_searches        GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_searches        POST -        login    login    login    403      403      302      302      302      login
desk:settings:help_links           GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_links           POST -        login    login    login    403      403      302      302      302      login
desk:settings:help_rules           GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_rules           POST -        login    login    login    403      403      403      302      302      login
desk:settings:help_folder          POST -        login    login    login    403      403      200      200      200      login
desk:settings:help_notices         GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_notice_new      GET  -        login    login    login    403      403      200      200      200      login
desk:settings:help_notice_new      POST -        login    login    login    403      403      302      302      302      login
desk:settings:help_notice          GET  -        login    login    login    403      403      200      200      404      login
desk:settings:help_notice          POST -        login    login    login    403      403      302      302      404      login
desk:settings:help_notice_end      POST -        login    login    login    403      403      302      302      404      login
desk:settings:macros           GET    -        login    login    login    200      403      200      200      200      login
desk:settings:macro_new        GET    -        login    login    login    200      403      200      200      200      login
desk:settings:macro_new        POST   -        login    login    login    302      403      302      302      302      login
desk:settings:macro_preview    POST   -        401      401      401      200      403      200      200      200      401
desk:settings:macro            GET    -        login    login    login    200      403      200      200      404      login
desk:settings:macro            POST   -        login    login    login    403      403      302      302      404      login
desk:settings:macro_archive    POST   -        login    login    login    403      403      302      302      404      login
desk:settings:macro_restore    POST   -        login    login    login    403      403      302      302      404      login
desk:settings:bot              GET    -        login    login    login    403      403      200      200      200      login
desk:settings:bot              POST   -        login    login    login    403      403      302      302      302      login
desk:settings:bot_progress     GET    -        401      401      401      403      403      200      200      404      401
desk:settings:bot_cancel       POST   -        login    login    login    403      403      302      302      404      login
desk:settings:bot_write        POST   -        login    login    login    403      403      302      302      404      login
desk:settings:topics           GET    -        login    login    login    403      403      200      200      200      login
desk:settings:topics           POST   -        login    login    login    403      403      302      302      302      login
desk:settings:topic_export     GET    -        login    login    login    403      403      200      200      200      login
desk:settings:topic_remove     POST   -        login    login    login    403      403      302      302      404      login
desk:settings:topic_train      POST   -        login    login    login    403      403      302      302      422      login
desk:settings:topic_shipped    POST   -        login    login    login    403      403      302      302      302      login
desk:settings:topic_version_use POST  -        login    login    login    403      403      302      302      404      login
desk:settings:example_accept   POST   -        login    login    login    403      403      302      302      404      login
desk:settings:example_reject   POST   -        login    login    login    403      403      302      302      404      login
desk:settings:tags             GET    -        login    login    login    403      403      200      200      200      login
desk:settings:tags             POST   -        login    login    login    403      403      302      302      302      login
desk:settings:tag              GET    -        login    login    login    403      403      200      200      404      login
desk:settings:tag              POST   -        login    login    login    403      403      302      302      404      login
desk:settings:tags_preview     POST   -        401      401      401      403      403      200      200      200      401
desk:settings:tag_preview      POST   -        401      401      401      403      403      200      200      404      401
desk:settings:tag_archive      POST   -        login    login    login    403      403      302      302      404      login
desk:settings:tag_restore      POST   -        login    login    login    403      403      302      302      404      login
desk:settings:tag_merge        POST   -        login    login    login    403      403      302      302      404      login
desk:settings:privacy          GET    -        login    login    login    403      403      403      200      200      login
desk:settings:privacy          POST   -        login    login    login    403      403      403      302      302      login
desk:settings:privacy_preview  POST   -        401      401      401      403      403      403      200      200      401
desk:reveal        POST   open      401    401      401        200   403    403        403   404      401
desk:reveal        POST   queued    401    401      401        403   403    403        403   404      401
desk:reveal        POST   new       401    401      401        404   404    404        404   404      401
desk:contacts      GET    -         login  login    login      200   403    200        200   200      login
desk:contacts      POST   -         login  login    login      200   403    200        200   200      login
desk:calls         GET    -         login  login    login      200   200    200        200   200      login
desk:recording     GET    queued    401    401      401        404   404    404        404   404      401
desk:surveys       GET    -         login  login    login      200   404    200        200   200      login
desk:survey_table  GET    -         login  login    login      404   404    200        200   200      login
desk:survey_follow_ups     GET  -   login  login    login      404   404    200        200   200      login
desk:survey_take   POST   -         login  login    login      404   404    302        302   404      login
desk:survey_settle POST   -         login  login    login      404   404    302        302   404      login
desk:cases         GET    -         login  login    login      200   200    200        200   200      login
desk:cases_team    POST   -         login  login    login      403   403    403        302   302      login
desk:case          GET    -         login  login    login      200   200    200        200   404      login
desk:case_busy     GET    -         401    401      401        200   200    200        200   404      401
desk:case_act      POST   -         login  login    login      302   403    302        302   404      login
desk:case_evidence POST   -         login  login    login      200   403    200        200   404      login
desk:case_open     POST   queued    login  login    login      302   403    302        302   404      login
desk:complaints         GET  -      login  login    login      200   200    200        200   200      login
desk:complaints_rules   POST -      login  login    login      403   403    403        302   302      login
desk:complaints_report  GET  -      login  login    login      403   403    200        200   200      login
desk:complaint          GET  -      login  login    login      200   200    200        200   404      login
desk:complaint_act      POST -      login  login    login      302   403    302        302   404      login
desk:complaint_letter   GET  -      login  login    login      200   200    200        200   404      login
desk:complaint_open     POST queued login  login    login      302   403    302        302   404      login
desk:complaint_open     POST new    login  login    login      404   404    404        404   404      login
desk:case_open     POST   new       login  login    login      404   404    404        404   404      login
desk:wall          GET    -         login  login    login      403   403    200        200   200      login
desk:wall_now      GET    -         401    401      401        403   403    200        200   200      401
desk:escalated     GET    -         login  login    login      200   200    200        200   200      login
desk:escalate      POST   open      401    401      401        200   403    200        200   404      401
desk:escalate      POST   new       401    401      401        404   404    404        404   404      401
desk:de_escalate   POST   open      401    401      401        200   403    200        200   404      401
desk:whisper       POST   open      401    401      401        403   403    200        200   404      401
desk:exports       GET    -         login  login    login      403   403    200        200   200      login
desk:exports       POST   -         login  login    login      403   403    302        302   302      login
desk:export_decide POST   -         login  login    login      403   403    403        302   404      login
desk:official      GET    -         login  login    login      403   403    200        200   200      login
desk:official      POST   -         login  login    login      403   403    302        302   302      login
desk:official_decide POST -         login  login    login      403   403    403        302   404      login
desk:links         GET    -         login  login    login      403   403    200        200   200      login
desk:link_decide   POST   -         login  login    login      403   403    302        302   404      login
desk:link_verdicts POST   queued    401    401      401        200   200    200        200   404      401
desk:link_report   POST   queued    401    401      401        200   403    200        200   404      401
desk:export_download POST -         login  login    login      403   403    200        404   404      login
desk:audit         GET    -         login  login    login      403   403    200        200   200      login
desk:audit_rows    GET    -         401    401      401        403   403    200        200   200      401
desk:alarms        GET    -         login  login    login      403   403    200        200   200      login
desk:alarms_waiting GET   -         401    401      401        403   403    200        200   200      401
desk:alarm_settle  POST   -         login  login    login      403   403    302        302   404      login
desk:lock_lift     POST   -         login  login    login      403   403    302        302   404      login

desk:settings:home GET    -         login  login    login      200   200    200        200   200      login
desk:settings:account              GET  -   login  login    login      200   200    200        200   200      login
desk:settings:account              POST -   login  login    login      302   302    302        302   302      login
desk:settings:account_password     POST -   login  login    login      422   422    422        422   422      login
desk:settings:account_end_others   POST -   login  login    login      302   302    302        302   302      login
desk:settings:account_end_one      POST -   login  login    login      404   404    404        404   404      login
desk:settings:people               GET  -   login  login    login      403   403    403        200   200      login
desk:settings:people_invite        GET  -   login  login    login      403   403    403        200   200      login
desk:settings:people_invite        POST -   login  login    login      403   403    403        302   302      login
desk:settings:person               GET  -   login  login    login      403   403    403        200   404      login
desk:settings:person               POST -   login  login    login      403   403    403        302   302      login
desk:settings:people_preview       POST -   401    401      401        403   403    403        200   200      401
desk:settings:person_preview       POST -   401    401      401        403   403    403        200   404      401
desk:settings:person_invite        POST -   login  login    login      403   403    403        302   302      login
desk:settings:person_deactivate    POST -   login  login    login      403   403    403        302   302      login
desk:settings:person_reactivate    POST -   login  login    login      403   403    403        302   302      login
desk:settings:person_reset         POST -   login  login    login      403   403    403        302   302      login
desk:settings:person_sign_out      POST -   login  login    login      403   403    403        302   302      login
desk:settings:escalation           GET  -   login  login    login      403   403    403        200   200      login
desk:settings:escalation           POST -   login  login    login      403   403    403        302   302      login
desk:settings:escalation_preview   POST -   401    401      401        403   403    403        200   200      401
desk:settings:flows              GET  -   login  login  login      403   403    403        200   200      login
desk:settings:flow_new           GET  -   login  login  login      403   403    403        200   200      login
desk:settings:flow_new           POST -   login  login  login      403   403    403        302   302      login
desk:settings:flows_usual        POST -   login  login  login      403   403    403        302   302      login
desk:settings:flow               GET  -   login  login  login      403   403    403        200   404      login
desk:settings:flow               POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_try           POST -   401    401    401        403   403    403        200   404      401
desk:settings:flow_publish       POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_turn          POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_step_add      POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_restore       POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_step          GET  -   login  login  login      403   403    403        200   404      login
desk:settings:flow_step          POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_preview       POST -   401    401    401        403   403    403        200   404      401
desk:settings:flow_step_move     POST -   login  login  login      403   403    403        302   404      login
desk:settings:flow_step_remove   POST -   login  login  login      403   403    403        302   404      login
desk:settings:networks             GET  -   login  login    login      403   403    403        200   200      login
desk:settings:network              GET  -   login  login    login      403   403    403        200   200      login
desk:settings:network              POST -   login  login    login      403   403    403        302   302      login
desk:settings:network_try          POST -   401    401      401        403   403    403        200   200      401
desk:settings:network_undo         POST -   login  login    login      403   403    403        302   409      login
desk:settings:level_new            GET  -   login  login    login      403   403    403        200   200      login
desk:settings:level_new            POST -   login  login    login      403   403    403        302   302      login
desk:settings:level                GET  -   login  login    login      403   403    403        200   404      login
desk:settings:level                POST -   login  login    login      403   403    403        302   404      login
desk:settings:level_move           POST -   login  login    login      403   403    403        302   404      login
desk:settings:level_remove         POST -   login  login    login      403   403    403        302   404      login
desk:settings:teams                GET  -   login  login    login      403   403    403        200   200      login
desk:settings:team_create          POST -   login  login    login      403   403    403        302   302      login
desk:settings:team_rename          POST -   login  login    login      403   403    403        302   404      login
desk:settings:team_remove          POST -   login  login    login      403   403    403        302   404      login
desk:settings:teams_preview        POST -   401    401      401        403   403    403        200   200      401
desk:settings:team_preview         POST -   401    401      401        403   403    403        200   404      401
desk:settings:person_skills        GET  -   login  login    login      403   403    403        200   404      login
desk:settings:person_skills        POST -   login  login    login      403   403    403        302   404      login
desk:settings:routing              GET  -   login  login    login      403   403    403        200   200      login
desk:settings:routing              POST -   login  login    login      403   403    403        302   302      login
desk:settings:routing_preview      POST -   401    401      401        403   403    403        200   200      401
desk:settings:roles                GET  -   login  login    login      403   403    403        200   200      login
desk:settings:roles                POST -   login  login    login      403   403    403        302   302      login
desk:settings:roles_preview        POST -   401    401      401        403   403    403        200   200      401
desk:settings:identity GET    -         login  login    login      403   403    403        200   200      login
desk:settings:identity POST   -         login  login    login      403   403    403        302   302      login
desk:settings:identity_create POST   -         login  login    login      403   403    403        200   200      login
desk:settings:identity_revoke POST   -         login  login    login      403   403    403        404   404      login

chat:sessions      POST   -         201    201      201        201   201    201        201   201      201
chat:session       DELETE -         401    204      204        401   401    401        401   401      401
chat:conversations POST   -         401    201      201        401   401    401        401   401      401
chat:conversations GET    queued    401    200      200        401   401    401        401   401      401
chat:transcript    GET    queued    401    200      404        401   401    401        401   401      401
chat:welcome       GET    -         200    200      200        200   200    200        200   200      200
chat:texts         GET    -         200    200      200        200   200    200        200   200      200
chat:articles      GET    article   200    200      200        200   200    200        200   200      200
chat:article       GET    article   200    200      200        200   200    200        200   200      200
chat:opinion       POST   article   204    204      204        204   204    204        204   204      204
chat:state         GET    queued    401    200      404        401   401    401        401   401      401
chat:events        GET    queued    401    200      404        401   401    401        401   401      401
chat:person        POST   bot       401    200      404        401   401    401        401   401      401
chat:call          POST   bot       401    409      404        401   401    401        401   401      401
chat:call-code     POST   -         401    201      201        401   401    401        401   401      401
chat:call-codes    GET    -         401    200      200        401   401    401        401   401      401
chat:feedback      POST   answered  401    200      404        401   401    401        401   401      401
chat:rating        POST   resolved  401    200      404        401   401    401        401   401      401
chat:rating        POST   open      401    409      404        401   401    401        401   401      401
chat:survey        POST   resolved  401    200      404        401   401    401        401   401      401
chat:survey        POST   open      401    404      404        401   401    401        401   401      401
chat:survey-ask    POST   resolved  401    200      404        401   401    401        401   401      401
chat:survey-ask    POST   open      401    204      404        401   401    401        401   401      401
chat:chain         GET    queued    401    200      404        401   401    401        401   401      401
chat:chain         POST   queued    401    409      404        401   401    401        401   401      401
chat:chain-watch   POST   queued    401    404      404        401   401    401        401   401      401
chat:seen          POST   queued    401    204      404        401   401    401        401   401      401
chat:typing        POST   queued    401    204      404        401   401    401        401   401      401
chat:files         POST   -         401    201      201        401   401    401        401   401      401
chat:file_addresses POST  file      401    200      200        401   401    401        401   401      401
file               GET    file      404    404      404        200   200    200        200   404      404
chat:finish        POST   queued    401    200      404        401   401    401        401   401      401
chat:identify      POST   -         200    200      200        200   200    200        200   200      200
chat:wallet-challenge POST   -         401    403      403        401   401    401        401   401      401
chat:wallet-verify POST   -         401    401      401        401   401    401        401   401      401
chat:describe-device PUT    -         401    204      204        401   401    401        401   401      401
chat:official      POST   open      401    200      404        401   401    401        401   401      401
chat:official-check POST  open      401    200      404        401   401    401        401   401      401
chat:official-links POST  open      401    200      404        401   401    401        401   401      401
chat:official-report POST open      401    200      404        401   401    401        401   401      401
chat:links         POST   queued    401    201      404        401   401    401        401   401      401
chat:opened-link   POST   -         404    404      404        404   404    404        404   404      404
chat:devices       GET    -         401    200      200        401   401    401        401   401      401
chat:device        DELETE -         401    204      404        401   401    401        401   401      401

widget:page        GET    -         200    200      200        200   200    200        200   200      200
widget:continue    GET    -         200    200      200        200   200    200        200   200      200
widget:brand-css   GET    -         200    200      200        200   200    200        200   200      200
widget:logo        GET    -         404    404      404        404   404    404        404   404      404
widget:loader      GET    -         200    200      200        200   200    200        200   200      200
help:start         GET    -         302    302      302        302   302    302        302   302      302
help:index         GET    -         200    200      200        200   200    200        200   200      200
help:article       GET    article   200    200      200        200   200    200        200   200      200
official           GET    -           200    200    200    200    200    200    200    200    200
official           POST   -           200    200    200    200    200    200    200    200    200
official-document  GET    -           404    404    404    404    404    404    404    404    404
portal:form        GET    -           200    200    200    200    200    200    200    200    200
portal:form        POST   -           303    303    303    303    303    303    303    303    303
portal:status      GET    -           200    200    200    200    200    200    200    200    200
portal:add         POST   -           303    303    303    303    303    303    303    303    303
portal:files       POST   -           201    201    201    201    201    201    201    201    201
portal:solved      POST   -           303    303    303    303    303    303    303    303    303
portal:rate        POST   -           303    303    303    303    303    303    303    303    303
portal:link        POST   -           303    303    303    303    303    303    303    303    303
portal:shut        POST   -           303    303    303    303    303    303    303    303    303
portal:state       GET    -           200    200    200    200    200    200    200    200    200
portal:complaint   GET    -           200    200    200    200    200    200    200    200    200
portal:complaint   POST   -           303    303    303    303    303    303    303    303    303
portal:withdraw    POST   -           303    303    303    303    303    303    303    303    303
portal:letter      GET    -           200    200    200    200    200    200    200    200    200
portal:confirm     GET    -           200    200    200    200    200    200    200    200    200
portal:confirm     POST   -           200    200    200    200    200    200    200    200    200
ticket-create      POST   -           401    201    201    401    401    401    401    401    401
ticket-deflected   POST   -           204    204    204    204    204    204    204    204    204
robots                             GET  -        200      200      200      200      200      200      200      200      200
help:sitemap                       GET  -        200      200      200      200      200      200      200      200      200
help:picture                       GET  -        404      404      404      404      404      404      404      404      404
help:suggest                       GET  article  200      200      200      200      200      200      200      200      200
help:category                      GET  article  200      200      200      200      200      200      200      200      200
help:vote                          POST article  303      303      303      303      303      303      303      303      303
help:comment                       POST article  303      303      303      303      303      303      303      303      303
help:elsewhere                     GET  -        404      404      404      404      404      404      404      404      404
demo-token         GET    -         404    404      404        404   404    404        404   404      404
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
