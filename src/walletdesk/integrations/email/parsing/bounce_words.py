"""What programs write that report in prose that a mail was not delivered."""

import re
from typing import Final

_I: Final = re.IGNORECASE

FAILED_SUBJECT: Final = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|problem)|returned mail"
    r"|mail delivery|failure notice|failed delivery|delivery failed|could not (?:be sent|send)"
    r"|mail system error"
    r"|message not delivered|non[- ]?remis|unzustellbar|no (?:se ha )?entregad"
    r"|no se pudo entregar|error de entrega|devuelto|delayed mail|warning: message"
    r"|系统退信|退信|退回|投递失败|发送失败"
    r"|无法投递|未送达|无法送达|未传递|無法傳遞|寄送失敗|传递失败|退件",
    _I,
)
FAILED: Final = re.compile(
    r"could not be delivered|couldn'?t be delivered|was not delivered|wasn'?t able to deliver"
    r"|unable to deliver|delivery (?:to the following|has failed|failed)|undeliverable"
    r"|permanent (?:fatal )?error|permanent failure|recipient (?:address )?rejected"
    r"|user (?:is )?unknown|unknown user|no such (?:user|mailbox|recipient|address)"
    r"|mailbox (?:is )?(?:full|unavailable|not found)|does not exist|doesn'?t exist|over quota"
    r"|address(?:es)? had (?:permanent|transient)|did not reach the following|invalid recipient"
    r"|no se pudo entregar|no se ha podido entregar|no existe|buz[óo]n lleno|no fue entregado"
    r"|未能(?:成功)?(?:投递|送达|发送)|无法(?:投递|送达|发送|传递)|投递失败|发送失败|被退回|退信|不存在|拒收|邮箱已满"
    r"|收件人邮件地址|传递失败|無法傳遞|無法投遞",
    _I,
)
DELAYED: Final = re.compile(
    r"delayed|warning only|will be retried|still being retried|will continue to (?:try|retry)"
    r"|temporar(?:y|ily) (?:problem|failure).{0,60}retry"
    r"|延迟|正在重试|将继续尝试|se volver[áa] a intentar",
    _I,
)
TEMPORARY: Final = re.compile(
    r"mailbox (?:is )?full|over quota|buz[óo]n lleno|邮箱已满|容量已满|temporar", _I
)
# An enhanced status (RFC 3463), in a text: not part of an address or a version.
STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
ORIGINAL: Final = re.compile(
    r"(?im)^[ \t>*-]{0,40}(?:original message|original mail|begin forwarded"
    r"|below this line is a copy"
    r"|this is a copy of the (?:message|headers)|the (?:body|header|headers) of the"
    r"|message header follows"
    r"|included is (?:a|the) copy|original message follows|returned message|the original message"
    r"|原始邮件|原邮件(?!信息)|以下是原|mensaje original|unsent message below|copy of the original)"
)
RECIPIENT: Final = re.compile(
    r"(?<![\w.+-])<?([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
)
