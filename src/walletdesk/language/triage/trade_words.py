"""Words of the trade, put into English before the sentence encoder reads a message. Pure.

The encoder knows everyday language: to it 质押 is a pawn, 充值 buys minutes for a phone, and
Vietnamese it hardly knows at all. English words of the trade it knows, and two languages in one
sentence do not disturb it.
"""

import re

_CHINESE = """
解除质押|解质押|解押=unstake; 质押=staking; 赎回=unstake; 年化=APY reward; 节点=validator
没到账|未到账|不到账|没入账|没有到账=deposit not arrived; 充值|充币|冲币|冲值|入金=deposit
到账|入账=credited; 提现|提币|取现|出金|套现|变现=withdraw cash out; 代币=token; 备注=memo
公链|主网|链上=blockchain network; 跨链桥|跨链=bridge; 转错链|选错链|错链=wrong network
闪兑|兑换=swap; 滑点=slippage; 流动性=liquidity; 矿工费|燃料费|油费=gas fee; 手续费=fee
助记词=recovery phrase; 私钥=private key; 冷钱包=hardware wallet; 签名=signature
取消授权|解除授权|撤销授权=revoke approval; 授权=contract approval; 智能合约|合约=smart contract
哈希=transaction hash; 区块浏览器=block explorer; 打包=confirmed in a block
未确认|没确认=unconfirmed pending; 卡住|卡着=stuck
被盗|盗走|盗了|转没了|转空|转走|盗刷|洗劫=stolen; 钓鱼=phishing; 空投=airdrop; 山寨|冒充|假冒=fake
风控=account restricted; 封号|被封|封了=account blocked
解封|解冻=unblock account; 冻结=frozen account
实名认证|实名|身份认证=identity verification; 刷脸|面容=face login
谷歌验证器|身份验证器|二次验证|谷歌验证=two-factor authenticator
闪退=app crash; 掉线|登不上|登不进|登录不上=cannot log in
"""
_VIETNAMESE = """
ví=wallet; nạp tiền|nạp=deposit; rút tiền|rút=withdraw; chuyển khoản|chuyển tiền|chuyển=transfer
gửi=send; nhận=receive; tiền=money; chưa đến|chưa tới|chưa vào|không thấy=not arrived
giao dịch=transaction; đang chờ|chờ=pending; treo|kẹt=stuck; xác nhận=confirm
sai mạng|nhầm mạng=wrong network; mạng=network; nhầm=by mistake; sai=wrong; địa chỉ=address
cầu nối=bridge; hoán đổi=swap; trượt giá=slippage; phí=fee; cao=high; mua=buy; bán=sell; thẻ=card
ngân hàng=bank; lãi|thưởng=reward; mất=lost; bị hack=hacked; trộm|đánh cắp|lấy cắp|lấy mất=stolen
lừa đảo|lừa|giả mạo|giả=scam fake; đường link|liên kết=link; cụm từ=recovery phrase
khóa riêng=private key; ủy quyền|cấp quyền=contract approval; thu hồi|hủy=revoke; quên=forgot
mật khẩu=password; đăng nhập=log in; tài khoản=account; bị khóa|khóa=locked; bị chặn|chặn=blocked
mở khóa=unlock; xác thực|xác minh=verification; hai lớp|2 lớp=two-factor; mã=code
danh tính|giấy tờ|căn cước=identity document; điện thoại=phone; mới=new; cài đặt|cài=install
khôi phục=restore; tạo=create; ứng dụng=app; bị văng|văng|sập=crash; đơ|treo máy=freezes; lỗi=error
thêm=add; hiển thị|hiện=show; tính năng=feature; muốn=want; không=not; tôi=I; sao=why; cách=how to
làm sao|thế nào=how; khiếu nại|phàn nàn=complaint; tệ=terrible; nhân viên|người thật=human agent
nói chuyện=talk; gặp=meet; xin chào|chào=hello; cảm ơn=thank you; tạm biệt=goodbye; giúp=help
"""
_IS_VIETNAMESE = re.compile("[ăđơưạ-ỹ]", re.IGNORECASE)


def _meanings(listed: str) -> dict[str, str]:
    pairs = [entry.strip().split("=") for entry in re.split("[;\n]", listed) if entry.strip()]
    return {word: meaning for words, meaning in pairs for word in words.split("|")}


def _any(words: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_ZH, _VI = _meanings(_CHINESE), _meanings(_VIETNAMESE)
_ZH_WORD = re.compile(_any(_ZH))
_VI_WORD = re.compile(rf"\b(?:{_any(_VI)})\b", re.IGNORECASE)


def in_english(text: str) -> str:
    """Return the text with its words of the trade in English. Simplified characters, NFKC.

    >>> in_english("质押的币怎么赎回"), in_english("quên mật khẩu ví")
    (' staking 的币怎么 unstake ', ' forgot   password   wallet ')
    """
    text = _ZH_WORD.sub(lambda match: f" {_ZH[match[0]]} ", text)
    if _IS_VIETNAMESE.search(text):
        text = _VI_WORD.sub(lambda match: f" {_VI[match[0].lower()]} ", text)
    return text
