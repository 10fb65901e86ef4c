"""The notices WhatsApp writes into a chat, by what they say: one template a line, `{a}` who acted, `{b}` whom or what.

Templates stop where the wording begins to vary ("Tap to learn more"). Longer ones stand before those they contain.
English and Chinese (mainland, Hong Kong, Taiwan) are meant to be complete; the other languages hold the common ones.
"""

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
    (
        Kind.CONVERSATION_UPDATE,
        "create",
        """
        {a} created group {b}
        {a} created the group {b}
        {a} created this group
        {a} created the community {b}
        {a}建立了群組{b}
        {a}已建立群組{b}
        {a}建立了此群組
        {a}建立此群組
        {a}创建了群组{b}
        {a}已创建群组{b}
        {a}创建了此群组
        {a}创建了这个群组
        {a}创建此群组
        {a} creó el grupo {b}
        {a} creó este grupo
        {a} criou o grupo {b}
        {a} criou este grupo
        {a} a créé le groupe {b}
        {a} a créé ce groupe
        {a} hat die Gruppe {b} erstellt
        {a} hat diese Gruppe erstellt
        {a} ha creato il gruppo {b}
        {a} ha creato questo gruppo
        {a} heeft de groep {b} aangemaakt
        {a} heeft deze groep aangemaakt
        {a} создал группу {b}
        {a} создал(-а) группу {b}
        {a} создал(а) группу {b}
        {a} створив групу {b}
        {a}, {b} grubunu oluşturdu
        {a} {b} grubunu oluşturdu
        {a} membuat grup {b}
        {a} mencipta kumpulan {b}
        {a} đã tạo nhóm {b}
        {a} สร้างกลุ่ม {b}
        {a}がグループ{b}を作成しました
        {a}さんがグループ{b}を作成しました
        {a}님이 {b} 그룹을 만들었습니다
        {a}님이 그룹 {b}을(를) 만들었습니다
        {a} ने ग्रुप {b} बनाया
        أنشأ {a} المجموعة {b}
        {a} utworzył grupę {b}
        {a} loi ryhmän {b}
        {a} skapade gruppen {b}
        """,
    ),
    (
        Kind.CONVERSATION_UPDATE,
        "subject",
        """
        {a} changed the group name from "{b}
        {a} changed the group name to "{b}
        {a} changed the subject from "{b}
        {a} changed the subject to "{b}
        {a} changed this group's name{b}
        {a}將群組名稱由{b}
        {a}將群組名稱從{b}
        {a}將群組名稱變更為{b}
        {a}將群組名稱更改為{b}
        {a}將群組名稱改為{b}
        {a}已將群組名稱{b}
        {a}變更了群組名稱{b}
        {a}更改了群組名稱{b}
        {a}已將主旨{b}
        {a}將主旨{b}
        {a}將主題{b}
        {a}已將主題{b}
        {a}变更了群组名称{b}
        {a}更改了群组名称{b}
        {a}将群组名称{b}
        {a}已将群组名称{b}
        {a}将群名称{b}
        {a}将群组主题{b}
        {a}已将群组主题{b}
        {a}将主题{b}
        {a}已将主题{b}
        {a} cambió el nombre del grupo{b}
        {a} cambió el asunto{b}
        {a} mudou o nome do grupo{b}
        {a} mudou o assunto{b}
        {a} alterou o nome do grupo{b}
        {a} alterou o assunto{b}
        {a} a changé le nom du groupe{b}
        {a} a changé le sujet{b}
        {a} a modifié le sujet{b}
        {a} hat den Gruppennamen{b}
        {a} hat den Betreff{b}
        {a} ha cambiato il nome del gruppo{b}
        {a} ha cambiato l'oggetto{b}
        {a} heeft het onderwerp{b}
        {a} heeft de groepsnaam{b}
        {a} изменил название группы{b}
        {a} изменил(-а) название группы{b}
        {a} изменил(-а) тему{b}
        {a} изменил тему{b}
        {a} grubun konusunu{b}
        {a} grup adını{b}
        {a} mengubah nama grup{b}
        {a} mengubah subjek{b}
        {a} đã đổi tên nhóm{b}
        {a}がグループ名を{b}
        {a}が件名を{b}
        {a}님이 그룹 이름을{b}
        {a}님이 제목을{b}
        {a} ने ग्रुप का नाम{b}
        {a} ने विषय{b}
        """,
    ),
    (
        Kind.CONVERSATION_UPDATE,
        "icon",
        """
        {a} changed this group's icon
        {a} changed the group icon
        {a} deleted this group's icon
        {a} removed this group's icon
        {a}變更了此群組的圖示
        {a}變更了群組圖示
        {a}更改了群組圖示
        {a}已變更此群組的圖示
        {a}變更了此群組圖示
        {a}更改了此群組的圖示
        {a}刪除了此群組的圖示
        {a}更改了此群组的图标
        {a}更改了本群组的图标
        {a}更改了群组图标
        {a}删除了此群组的图标
        {a} cambió el ícono de este grupo
        {a} cambió el icono de este grupo
        {a} cambió la imagen del grupo
        {a} mudou a imagem deste grupo
        {a} mudou a imagem do grupo
        {a} a changé l'icône de ce groupe
        {a} a changé l'icône du groupe
        {a} hat das Gruppenbild
        {a} ha cambiato l'immagine
        {a} heeft de groepsafbeelding
        {a} изменил(-а) картинку группы
        {a} изменил картинку группы
        {a} bu grubun simgesini değiştirdi
        {a} mengubah ikon grup
        {a}がこのグループのアイコンを変更しました
        {a}님이 그룹 아이콘을 변경
        """,
    ),
    (
        Kind.CONVERSATION_UPDATE,
        "description",
        """
        {a} changed the group description
        {a} deleted the group description
        {a}變更了群組說明
        {a}變更了群組描述
        {a}更改了群組描述
        {a}更改了群組簡介
        {a}已變更群組描述
        {a}刪除了群組描述
        {a}更改了群组描述
        {a}更改了群组简介
        {a}删除了群组描述
        {a} cambió la descripción del grupo
        {a} mudou a descrição do grupo
        {a} alterou a descrição do grupo
        {a} a changé la description du groupe
        {a} hat die Gruppenbeschreibung
        {a} ha cambiato la descrizione del gruppo
        {a} heeft de groepsbeschrijving
        {a} изменил(-а) описание группы
        {a} grup açıklamasını değiştirdi
        {a}がグループの説明を変更しました
        """,
    ),
    (
        Kind.CONVERSATION_UPDATE,
        "settings",
        """
        {a} changed this group's settings
        {a} changed the group settings
        {a} changed the settings
        {a} turned on admin approval
        {a} turned off admin approval
        {a} reset this group's invite link
        {a} revoked this group's invite link
        {a} pinned a message
        {a} unpinned a message
        {a}變更了群組設定
        {a}變更了此群組的設定
        {a}已變更此群組的設定
        {a}更改了群組設定
        {a}更改了此群組的設定
        {a}重設了此群組的邀請連結
        {a}重設了群組邀請連結
        {a}置頂了一則訊息
        {a}釘選了一則訊息
        {a}已釘選一則訊息
        {a}更改了此群组的设置
        {a}更改了群组设置
        {a}已将此群组的设置更改为
        {a}重置了此群组的邀请链接
        {a}置顶了一条消息
        {a} cambió los ajustes
        {a} mudou as configurações
        {a} a modifié les paramètres
        {a} hat die Gruppeneinstellungen
        """,
    ),
    (
        Kind.CONVERSATION_UPDATE,
        "disappearing",
        """
        {a} turned on disappearing messages
        {a} turned off disappearing messages
        {a} updated the message timer
        {a} set messages to disappear
        {a} uses a default timer for disappearing messages
        {a}開啟了限時訊息
        {a}已開啟限時訊息
        {a}關閉了限時訊息
        {a}已關閉限時訊息
        {a}開啟了閱後即焚訊息
        {a}關閉了閱後即焚訊息
        {a}開啟了自動刪除訊息
        {a}關閉了自動刪除訊息
        {a}已開啟自動刪除訊息
        {a}已關閉自動刪除訊息
        {a}更新了訊息計時器
        {a}已更新訊息計時器
        {a}对新聊天使用默认的消息计时器
        {a}開啟了訊息自動銷毀功能
        {a}關閉了訊息自動銷毀功能
        {a}开启了限时消息
        {a}已开启限时消息
        {a}关闭了限时消息
        {a}已关闭限时消息
        {a}开启了阅后即焚
        {a}关闭了阅后即焚
        {a}更新了消息计时器
        {a} activó los mensajes temporales
        {a} desactivó los mensajes temporales
        {a} ativou as mensagens temporárias
        {a} desativou as mensagens temporárias
        {a} a activé les messages éphémères
        {a} a désactivé les messages éphémères
        {a} hat selbstlöschende Nachrichten
        {a} ha attivato i messaggi effimeri
        {a} ha disattivato i messaggi effimeri
        """,
    ),
    (
        Kind.MEMBERSHIP,
        "join",
        """
        {a} joined using this group's invite link
        {a} joined using a group link
        {a} joined using an invite link
        {a} joined using your invite
        {a} joined from the community
        {a} joined this group
        {a} joined the group
        {a} was added from the community
        {a} requested to join
        {a} joined
        {a}使用此群組的邀請連結加入
        {a}已透過此群組的邀請連結加入
        {a}透過此群組的邀請連結加入
        {a}已使用此群組的邀請連結加入
        {a}使用群組連結加入
        {a}透過群組連結加入
        {a}透過邀請連結加入
        {a}已加入群組
        {a}加入了群組
        {a}已加入
        {a}通过此群组的邀请链接加入
        {a}已通过此群组的邀请链接加入
        {a}使用此群组的邀请链接加入
        {a}通过群组链接加入
        {a}使用群组链接加入
        {a}加入了群组
        {a}已加入
        {a} se unió usando el enlace
        {a} se unió mediante el enlace
        {a} se unió
        {a} entrou usando o link
        {a} a rejoint le groupe
        {a} a rejoint
        {a} ist der Gruppe
        {a} ist über den Einladungslink
        {a} è entrato
        {a} si è unito
        {a} is toegetreden
        {a} присоединился
        {a} присоединился(-ась)
        {a} bu grubun davet bağlantısını kullanarak katıldı
        {a} bergabung menggunakan
        {a}が招待リンクから参加しました
        {a}님이 초대 링크를 통해
        """,
    ),
    (
        Kind.MEMBERSHIP,
        "admin",
        """
        You're now an admin
        You're no longer an admin
        {a} is now an admin
        {a} is no longer an admin
        你現已成為管理員
        你現在是管理員
        您現在是管理員
        您現在是群組管理員
        你現在是群組管理員
        你不再是管理員
        您不再是管理員
        {a}現在是管理員
        你现在是管理员
        您现在是管理员
        您现在是群组管理员
        你现在是群组管理员
        你不再是管理员
        您不再是管理员
        {a}现在是管理员
        Ahora eres admin
        Agora você é admin
        Vous êtes désormais admin
        Vous êtes maintenant admin
        Du bist jetzt ein Admin
        Du bist jetzt Admin
        Du bist kein Admin mehr
        Sei ora un amministratore
        Вы теперь админ
        """,
    ),
    (
        Kind.MEMBERSHIP,
        "remove",
        """
        {a} removed {b}
        {b} was removed
        {a}已移除{b}
        {a}移除了{b}
        {a}將{b}移除
        {a}已將{b}移出群組
        {a}將{b}移出群組
        {a}已将{b}移出群组
        {a}将{b}移出群组
        {a}已将{b}移除
        {a} eliminó a {b}
        {a} sacó a {b}
        {a} removeu {b}
        {a} a retiré {b}
        {a} a supprimé {b}
        {a} hat {b} entfernt
        {a} ha rimosso {b}
        {a} heeft {b} verwijderd
        {a} удалил(-а) {b}
        {a} удалил {b}
        {a} видалив {b}
        {a}, {b} kişisini çıkardı
        {a} mengeluarkan {b}
        {a} đã xóa {b}
        {a}が{b}を退会させました
        {a}が{b}を削除しました
        {a}님이 {b}님을 내보냈습니다
        {a}님이 {b}님을 삭제
        """,
    ),
    (
        Kind.MEMBERSHIP,
        "add",
        """
        {a} added {b}
        {b} were added
        {b} was added
        {a}已新增{b}
        {a}新增了{b}
        {a}加入了{b}
        {a}已加入{b}
        {a}將{b}加入群組
        {a}已將{b}加入群組
        {a}邀請了{b}
        你已被加入
        您已被加入
        {a}添加了{b}
        {a}已添加{b}
        {a}将{b}加入群组
        {a}已将{b}加入群组
        你已被添加
        您已被添加
        {a} añadió a {b}
        {a} te añadió
        {a} agregó a {b}
        {a} te agregó
        Se te añadió
        {a} adicionou {b}
        {a} a ajouté {b}
        {a} vous a ajouté
        {a} hat {b} hinzugefügt
        {a} ha aggiunto {b}
        {a} heeft {b} toegevoegd
        {a} добавил(-а) {b}
        {a} добавил(а) {b}
        {a} добавила {b}
        {a} добавил {b}
        {a} додав {b}
        {a}, {b} kişisini ekledi
        {a} menambahkan {b}
        {a} menambah {b}
        {a} đã thêm {b}
        {a} เพิ่ม {b}
        {a}が{b}を追加しました
        {a}님이 {b}님을 추가
        {a}님이 {b}님을 초대
        {a} ने {b} को जोड़ा
        أضاف {a} {b}
        أضافك {a}
        """,
    ),
    (
        Kind.MEMBERSHIP,
        "leave",
        """
        {a} left the group
        {a} left the community
        {a} left
        {a}已離開群組
        {a}離開了群組
        {a}已離開
        {a}離開了
        {a}已退出群組
        {a}退出了群組
        {a}已退出
        {a}已离开群组
        {a}离开了群组
        {a}退出了群组
        {a}已退出群组
        {a}已离开
        {a}离开了
        {a}已退出
        {a}退出了
        {a} salió del grupo
        {a} salió
        {a} saiu do grupo
        {a} saiu
        {a} a quitté le groupe
        {a} a quitté
        {a} est parti
        {a} hat die Gruppe verlassen
        {a} ha abbandonato
        {a} ha lasciato il gruppo
        {a} è uscito
        {a} heeft de groep verlaten
        {a} вышел
        {a} вышел(-а)
        {a} покинул
        {a} вийшов
        {a} gruptan ayrıldı
        {a} ayrıldı
        {a} keluar
        {a} đã rời
        {a} ออกจากกลุ่ม
        {a}が退会しました
        {a}さんが退会しました
        {a}님이 나갔습니다
        {a}님이 나가셨습니다
        {a} ने ग्रुप छोड़ा
        {a} ने छोड़ा
        غادر {a}
        {a} עזב
        {a} poistui ryhmästä
        {a} poistui
        {a} lämnade
        {a} opuścił grupę
        """,
    ),
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
