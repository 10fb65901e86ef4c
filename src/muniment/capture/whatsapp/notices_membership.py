"""Notices about who is in the chat: joined, added, removed, left, made an administrator. Form and order as in notices.py."""

from muniment.record.event import Kind

MEMBERSHIP: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.MEMBERSHIP,
        "request",
        """
        {a} requested to join
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
)
