"""What the people of the stories say, in the languages in which they are told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One language: its code, the browser's locale, who works in it, and what is said."""

    code: str
    locale: str
    question: str
    worry: str
    answer: str
    note: str
    thanks: str
    comment: str
    phrase: str  # a seed phrase with a valid checksum; nobody's


WORDS = {
    "en": Words(
        code="en",
        locale="en-GB",
        question="How are network fees calculated?",
        worry="My transfer of 20 USDT still shows as pending, please have a look.",
        answer="I found your transfer: it was confirmed two minutes ago.",
        note="Customer was polite; the node was slow this morning.",
        thanks="That was quick, thank you!",
        comment="Friendly and fast",
        phrase="legal winner thank year wave sausage worth useful legal winner thank yellow",
    ),
    "zh": Words(
        code="zh-hans",
        locale="zh-CN",
        question="网络手续费是怎么计算的？",
        worry="我转的20个USDT一直显示处理中，麻烦帮我看一下。",
        answer="已经查到您的转账，两分钟前已确认。",
        note="用户很客气，今早节点比较慢。",
        thanks="真快，谢谢！",
        comment="态度好，速度快",
        phrase="的 的 的 的 的 的 的 的 的 的 的 在",
    ),
    "es": Words(
        code="es",
        locale="es-ES",
        question="¿Cómo se calculan las comisiones de red?",
        worry="Mi transferencia de 20 USDT sigue pendiente, ¿puede mirarla?",
        answer="He encontrado su transferencia: se confirmó hace dos minutos.",
        note="Cliente amable; el nodo iba lento esta mañana.",
        thanks="¡Qué rápido, gracias!",
        comment="Amable y rápido",
        phrase="legal winner thank year wave sausage worth useful legal winner thank yellow",
    ),
}
