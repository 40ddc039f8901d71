"""Words that tell a language in two-word messages, where letters alone mislead.

"forgot password" has the letters of Malay, "depósito no acreditado" those of Portuguese. Only words
that customers of wallets write and that one of these languages has alone; in lower case.
"""

_WORDS = {
    "en": (
        "the my is are was not can cant can't dont don't isnt isn't i it you your how what "
        "why when where who does do did have has been sent send from to of and with for this "
        "that forgot password lost stolen stuck missing help please account locked fee fees "
        "withdraw withdrawal deposit balance money phone phrase words wrong address network "
        "failed thanks thank hello hi hey pending buy bought card link pls need want get got "
        "hacked bank showing arrived human agent"
    ),
    "es": (
        "el los las mi mis una y es está esta estan están por qué cómo como cuánto cuanto "
        "dónde donde tengo quiero puedo necesito hola gracias billetera cuenta contraseña "
        "clave dinero plata retiro retirar depósito acreditado acredita llegó llego llega "
        "mandé envié bloqueada olvidé perdí robaron ayuda comisión red dirección frase "
        "semilla celular pendiente falló tarjeta comprar compré soporte persona ustedes "
        "hablar muchas buenas buenos días sigue del al"
    ),
    "pt": (
        "não nao meu minha meus você voce vocês uma é estou está senha carteira conta saque "
        "sacar depósito caiu chegou enviei esqueci perdi roubaram taxa rede endereço celular "
        "cartão obrigado obrigada oi olá bom dia bloqueada ajuda atendente atendimento quero "
        "consigo posso com pra para dá"
    ),
    "id": (
        "saya tidak bisa belum masuk dompet kata sandi lupa hilang kirim salah alamat "
        "jaringan biaya tarik penarikan kenapa gimana bagaimana cara akun dana tolong terima "
        "kasih makasih halo kalian mau dengan orang ganti hp koin saldo"
    ),
    "fr": (
        "le les des je mon ma mes ne pas est une j'ai pourquoi comment où mot de passe "
        "portefeuille compte retrait dépôt frais réseau adresse perdu oublié volé bloqué "
        "téléphone merci bonjour salut carte veux peux aide du au vous"
    ),
    "de": (
        "ich mein meine nicht ist der die das und wie warum wann habe hab passwort konto geld "
        "auszahlung einzahlung gebühr gebühren netzwerk adresse vergessen verloren gestohlen "
        "gesperrt handy karte danke hallo bitte kann keine ein eine über auf von zu"
    ),
    "tr": (
        "ve bir bu benim neden nasıl nasil şifre sifre cüzdan cuzdan hesap hesabım para çekme "
        "gönderdim gelmedi unuttum kayboldu çalındı ücret ağ adres telefon kart teşekkürler "
        "merhaba selam yok var için yardım mi mı ne"
    ),
    "vi": (
        "tôi toi không khong ví của là bị mất tiền rút nạp chuyển quên mật khẩu tài khoản phí "
        "mạng địa chỉ điện thoại thẻ cảm ơn xin chào sao làm được chưa giúp với nhầm"
    ),
}
CHAT_WORDS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
