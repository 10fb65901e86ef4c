"""Notices about the chat itself: that it was made, renamed, described, set otherwise. Form and order as in notices.py."""

from muniment.record.event import Kind

CONVERSATION: tuple[tuple[Kind, str, str], ...] = (
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
)
