"""The notices WhatsApp writes into a chat, by what they say: one template a line, `{a}` who acted, `{b}` whom or what.

Templates stop where the wording begins to vary ("Tap to learn more"). Longer ones stand before those they contain.
English and Chinese (mainland, Hong Kong, Taiwan) are meant to be complete; the other languages hold the common ones.
"""

from muniment.capture.whatsapp.notices_conversation import CONVERSATION
from muniment.capture.whatsapp.notices_membership import MEMBERSHIP
from muniment.record.event import Kind

NOTICES: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.SYSTEM,
        "encryption",
        """
        Messages and calls are end-to-end encrypted
        Messages and calls to this chat are end-to-end encrypted
        Messages to this chat and calls are now secured with end-to-end encryption
        Messages to this group are now secured with end-to-end encryption
        Messages you send to this chat and calls are now secured with end-to-end encryption
        Messages you send to this group are now secured with end-to-end encryption
        Your messages and calls are end-to-end encrypted
        訊息和通話經端對端加密
        訊息和通話均經端對端加密
        訊息和通話都經過端對端加密
        訊息和通話都受到端對端加密
        訊息與通話已受端對端加密保護
        訊息已受端對端加密保護
        訊息和通話已受端對端加密
        傳送到此群組的訊息現已受端對端加密保護
        您傳送的訊息和通話都會進行端對端的加密
        消息和通话已进行端到端加密
        消息和通话都进行端到端加密
        消息和通话都已进行端到端加密
        您发送到此对话的消息和通话
        您发送的信息和通话都会进行端对端的加密
        你发送给自己的消息已进行端到端加密
        发送至此群组的消息现已进行端到端加密
        Los mensajes y las llamadas están cifrados de extremo a extremo
        As mensagens e as chamadas são protegidas com a criptografia
        As mensagens e ligações são protegidas com a criptografia
        As mensagens e chamadas são encriptadas ponto a ponto
        Les messages et les appels sont chiffrés de bout en bout
        Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt
        I messaggi e le chiamate sono crittografati end-to-end
        Berichten en gesprekken worden end-to-end versleuteld
        Berichten en oproepen zijn end-to-end versleuteld
        Сообщения и звонки защищены сквозным шифрованием
        Повідомлення й дзвінки захищено наскрізним шифруванням
        Mesajlar ve aramalar uçtan uca şifrelidir
        Wiadomości i połączenia są w pełni zaszyfrowane
        Pesan dan panggilan terenkripsi secara end-to-end
        Mesej dan panggilan disulitkan hujung ke hujung
        Tin nhắn và cuộc gọi được mã hóa đầu cuối
        ข้อความและการโทรได้รับการเข้ารหัส
        メッセージと通話はエンドツーエンド暗号化されています
        메시지 및 전화는 종단간 암호화
        메시지와 통화는 종단간 암호화
        الرسائل والمكالمات مشفرة تمام
        ההודעות והשיחות מוצפנות מקצה
        मैसेजेस और कॉल्स एंड-टू-एंड एन्क्रिप्टेड
        मैसेज और कॉल एंड-टू-एंड एन्क्रिप्टेड
        Τα μηνύματα και οι κλήσεις κρυπτογραφούνται πλήρως
        Съобщенията и обажданията са шифровани от край до край
        Viestit ja puhelut salataan täysin
        Viestit ja puhelut ovat täysin salattuja
        Meddelanden och samtal är komplett krypterade
        Meldinger og samtaler er ende-til-ende-krypterte
        Beskeder og opkald er end-to-end-krypterede
        Zprávy a hovory jsou opatřeny koncovým šifrováním
        Mesajele și apelurile sunt criptate integral
        پیام‌ها و تماس‌ها سرتاسر رمزگذاری
        """,
    ),
    (
        Kind.CALL,
        "missed_video",
        """
        Missed video call
        Missed group video call
        未接視像通話
        未接視訊通話
        未接群組視像通話
        未接视频通话
        未接群组视频通话
        Videollamada perdida
        Chamada de vídeo perdida
        Videochamada perdida
        Appel vidéo manqué
        Verpasster Videoanruf
        Videochiamata persa
        Gemist videogesprek
        Gemiste video-oproep
        Пропущенный видеозвонок
        Пропущений відеодзвінок
        Cevapsız görüntülü arama
        Panggilan video tak terjawab
        Panggilan video terlepas
        Cuộc gọi nhỡ video
        Cuộc gọi video nhỡ
        วิดีโอคอลที่ไม่ได้รับ
        ビデオ通話不在着信
        부재중 영상통화
        مكالمة فيديو فائتة
        שיחת וידאו שלא נענתה
        मिस्ड वीडियो कॉल
        Αναπάντητη βιντεοκλήση
        Пропуснато видео обаждане
        Vastaamaton videopuhelu
        Missat videosamtal
        Nieodebrane połączenie wideo
        """,
    ),
    (
        Kind.CALL,
        "missed_voice",
        """
        Missed voice call
        Missed group voice call
        Missed group call
        未接語音通話
        未接群組語音通話
        未接语音通话
        未接群组语音通话
        Llamada de voz perdida
        Llamada perdida
        Chamada de voz perdida
        Appel vocal manqué
        Verpasster Sprachanruf
        Chiamata vocale persa
        Gemist spraakgesprek
        Gemiste spraakoproep
        Пропущенный аудиозвонок
        Пропущений аудіодзвінок
        Cevapsız sesli arama
        Panggilan suara tak terjawab
        Panggilan suara terlepas
        Cuộc gọi thoại nhỡ
        Cuộc gọi nhỡ
        สายที่ไม่ได้รับ
        音声通話不在着信
        不在着信
        부재중 전화
        مكالمة صوتية فائتة
        שיחה קולית שלא נענתה
        मिस्ड वॉइस कॉल
        वॉइस कॉल मिस हुई
        Αναπάντητη φωνητική κλήση
        Αναπάντητη κλήση
        Пропуснато гласово обаждане
        Vastaamaton äänipuhelu
        Missat röstsamtal
        Nieodebrane połączenie
        """,
    ),
    (
        Kind.CALL,
        "call",
        """
        {a} started a call
        {a} started a video call
        Voice call,{b}
        Video call,{b}
        Voice call.{b}
        Video call.{b}
        語音通話，{b}
        視像通話，{b}
        视频通话，{b}
        语音通话，{b}
        語音通話。{b}
        視像通話。{b}
        视频通话。{b}
        语音通话。{b}
        {a}發起了通話
        {a}发起了通话
        """,
    ),
    (
        Kind.IDENTITY_CHANGE,
        "security_code",
        """
        Your security code with {b} changed
        Your security code for {b} changed
        {b}'s security code changed
        您與{b}的安全碼已變更
        你與{b}的安全碼已變更
        您與{b}之間的安全代碼已變更
        你與{b}的安全代碼已變更
        您和{b}的安全代码已更改
        你与{b}的安全代码已更改
        您与{b}的安全代码已更改
        Cambió tu código de seguridad con {b}
        Tu código de seguridad con {b} cambió
        Seu código de segurança com {b} mudou
        O seu código de segurança com {b} mudou
        Votre code de sécurité avec {b} a changé
        Deine Sicherheitsnummer für {b} hat sich geändert
        Die Sicherheitsnummer von {b} hat sich geändert
        Il tuo codice di sicurezza con {b} è cambiato
        Uw beveiligingscode voor {b} is gewijzigd
        Je beveiligingscode met {b} is gewijzigd
        Ваш код безопасности с контактом {b} изменился
        Код безпеки з контактом {b} змінився
        {b} ile aranızdaki güvenlik kodu değişti
        Kode keamanan Anda dengan {b} telah berubah
        {b}님과의 보안 코드가 변경되었습니다
        {b}とのセキュリティコードが変更されました
        تغيّر رمز أمانك المُستخدَم مع {b}
        {b} के लिए आपका सुरक्षा कोड बदल गया
        """,
    ),
    (
        Kind.IDENTITY_CHANGE,
        "number",
        """
        {a} changed their phone number to a new number
        {a} changed to {b}
        {a} changed from {b}
        {a}已變更電話號碼
        {a}已更改電話號碼
        {a}更改了電話號碼
        {a}已更換電話號碼
        {a}已更换电话号码
        {a}更换了电话号码
        {a}更改了电话号码
        {a}已更换为新号码
        {a} cambió su número de teléfono
        {a} mudou o número de telefone
        {a} mudou para {b}
        {a} a changé de numéro
        {a} hat die Telefonnummer gewechselt
        {a} hat eine neue Telefonnummer
        {a} hat zu {b} gewechselt
        {a} ha cambiato numero
        {a} heeft een nieuw telefoonnummer
        {a} изменил номер
        {a} сменил(-а) номер
        {a} telefon numarasını değiştirdi
        {a}さんの電話番号が変更
        {a}님이 전화번호를 변경
        """,
    ),
    *CONVERSATION,
    *MEMBERSHIP,
    (
        Kind.SYSTEM,
        "business",
        """
        This business is now using
        This business uses
        This business works with
        This chat is with a business account
        This chat is with an official business account
        {a} may use another company
        {a} registered as a standard business account
        {a} is a contact
        此商業帳戶
        此商家
        此對話的對象是商業帳號
        此企业
        此商家目前
        """,
    ),
    (
        Kind.SYSTEM,
        "blocked",
        """
        You blocked this contact
        You unblocked this contact
        You blocked this business
        你已封鎖此聯絡人
        您已封鎖此聯絡人
        你已解除封鎖此聯絡人
        您已解除封鎖此聯絡人
        你已屏蔽该联系人
        您已屏蔽该联系人
        你已取消屏蔽该联系人
        您已取消屏蔽该联系人
        """,
    ),
    (
        Kind.SYSTEM,
        "waiting",
        """
        Waiting for this message
        正在等待此訊息
        正在等候此訊息
        正在等待此消息
        Esperando este mensaje
        Aguardando esta mensagem
        En attente de ce message
        Warte auf diese Nachricht
        """,
    ),
)
"""Kind, operation, templates."""
