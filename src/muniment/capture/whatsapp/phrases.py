"""What WhatsApp writes in place of content: left-out media, named attachments, deleted and edited messages, by language.

Phrases are kept without marks, angle brackets and final full stops, in folded case; `norm` brings a text into that form.
"""

from muniment.capture.whatsapp.locales import clean


def norm(text: str) -> str:
    """`text` as the tables below hold it."""
    return clean(text).strip().strip("<>").strip(" .。!।").casefold()


def _table(block: str) -> frozenset[str]:
    return frozenset(norm(line) for line in block.strip().splitlines() if line.strip())


def _kinds(**blocks: str) -> dict[str, str]:
    return {
        phrase: kind.replace("_", " ")
        for kind, block in blocks.items()
        for phrase in _table(block.replace(" | ", "\n"))
    }


BRACKETED = _kinds(
    media="""
    media omitted | 忽略多媒體檔 | 已省略多媒體檔案 | 省略多媒體檔案 | 多媒體檔案已略去 | 媒體已略去 | 略去多媒體檔 | 已略去媒體檔案
    省略影音内容 | 省略多媒体文件 | 媒体省略 | 忽略多媒体文件 | 影音内容已省略 | 媒体文件已省略 | 省略媒体内容
    multimedia omitido | archivo omitido | mídia oculta | mídia omitida | arquivo de mídia oculto | ficheiro não revelado
    médias omis | fichier omis | medien ausgeschlossen | medien weggelassen | media omessi | media omesso
    media weggelaten | media utelämnat | media har utelämnats | medier udeladt | mediefil udeladt | media utelatt | uten vedlegg
    media jätettiin pois | media jätetty pois | pominięto multimedia | pliki pominięto | média vynechány | média vynechána
    médiá vynechané | conținut media omis | hiányzó médiafájl | média elhagyva | medijski zapis izostavljen | медији су изостављени
    без медиафайлов | файл пропущен | медіа пропущено | без файл | без фајл | medya dahil edilmedi | medya atlanmış
    αρχείο παραλήφθηκε | εξαίρεση πολυμέσων | מדיה הושמטה | המדיה לא נכללה
    تم استبعاد الوسائط | رسانه حذف شد | پيوست نما/آهنگ حذف شد | میڈیا چھوڑ دیا گیا
    मीडिया के बिना | मीडिया वगळण्यात आला | मीडिया वगळले | মিডিয়া বাদ দেওয়া হয়েছে | மீடியா தவிர்க்கப்பட்டது
    media tidak disertakan | media dikecualikan | media disingkirkan | bỏ qua tệp phương tiện | bỏ qua media
    ไฟล์สื่อถูกลบ | สื่อถูกลบ | メディアなし | メディアは含まれていません | 미디어 파일 제외됨 | 미디어 파일을 생략한 대화내용
    """,
    view_once="view once message omitted | view once photo omitted | view once video omitted | view once voice message omitted",
    video_message="video message omitted | video note omitted",
    image="image omitted",
    video="video omitted",
    audio="audio omitted",
)
"""Placeholders that stand in angle brackets (Android), and what they stand for."""

PLAIN = _kinds(
    image="""
    image omitted | 圖片已略去 | 圖像已省略 | 圖片已省略 | 照片已忽略 | 图片已省略 | 图像已省略 | 已忽略图片 | 圖片已忽略 | 照片已略去
    imagen omitida | imagem ocultada | imagem omitida | imagem não revelada | image absente | Bild weggelassen | immagine omessa
    afbeelding weggelaten | изображение отсутствует | зображення відсутнє | görüntü dahil edilmedi | εικόνα παραλείφθηκε
    لم يتم إدراج الصورة | تصویر حذف شد | התמונה הושמטה | फ़ोटो हटाई गई | gambar tidak disertakan | imej tidak dimasukkan
    đã bỏ qua hình ảnh | ไม่มีรูปภาพ | 画像は含まれていません | 이미지 생략됨 | bild utesluten | ei kuvaa | billede udeladt
    bilde ikke inkludert | obraz pominięty | obrázek vynechán | imagine omisă
    """,
    video="""
    video omitted | 影片已略去 | 影片已省略 | 影片已忽略 | 视频已忽略 | 视频已省略 | 视频已略去 | 視訊已略去
    video omitido | vídeo omitido | vídeo não revelado | vidéo absente | Video weggelassen | video omesso | video weggelaten
    видео отсутствует | відео відсутнє | video dahil edilmedi | βίντεο παραλείφθηκε | لم يتم إدراج الفيديو | لم يتم إدراج الفيديوهات
    סרטון הווידאו הושמט | वीडियो छोड़ा गया | video tidak disertakan | video tidak dimasukkan | đã bỏ video | วิดีโอถูกลบ
    ビデオは含まれていません | 비디오 생략됨 | 동영상 생략됨 | video utesluten | videota ei sisällytetä | video udeladt | video utelatt
    wideo pominięte | video vynecháno | clip video omis
    """,
    audio="""
    audio omitted | 音訊已略去 | 音訊已省略 | 音訊已忽略 | 語音訊息已略去 | 音频已忽略 | 音频已省略 | 语音消息已省略 | 音頻已略去
    audio omitido | áudio ocultado | áudio omitido | ficheiro de áudio não revelado | audio omis | audio absent
    Audio weggelassen | audio omesso | audio weggelaten | аудиофайл отсутствует | аудио отсутствует | аудіо відсутнє
    ses dahil edilmedi | ήχος παραλείφθηκε | لم يتم إدراج المقطع الصوتي | لم يتم إدراج المقاطع الصوتية | קטע קול הושמט
    ऑडियो हटाई गयी | audio tidak disertakan | audio tidak dimasukkan | bỏ qua tệp âm thanh | ไม่มีไฟล์เสียง
    音声は含まれていません | 오디오 생략됨 | ljud utelslutet | äänitiedostoa ei sisällytetä | lyd udeladt | lyd utelatt | audio pominięte
    """,
    sticker="""
    sticker omitted | 貼圖已略去 | 貼圖已忽略 | 貼圖已省略 | 贴图已省略 | 贴图已忽略 | 表情贴图已省略
    sticker omitido | figurinha omitida | sticker não revelado | sticker omis | Sticker weggelassen | sticker non incluso
    sticker omesso | sticker weggelaten | стикер не добавлен | стикер отсутствует | наклейку не додано | Çıkartma dahil edilmedi
    تم حذف الملصقات | סטיקר הושמט | स्टिकर छोड़ा गया | stiker tidak disertakan | đã bỏ sticker | ไม่มีสติกเกอร์
    スタンプは含まれていません | 스티커 제외됨 | 스티커 생략됨 | sticker utesluten | tarraa ei sisällytetty | pominięto naklejkę
    """,
    gif="""
    GIF omitted | GIF 已略去 | GIF已略去 | GIF 圖片已被省略 | GIF 动态图已被忽略 | GIF 已省略 | GIF已省略
    GIF omitido | GIF omitida | GIF não revelada | GIF retiré | GIF weggelassen | GIF esclusa | GIF weggelaten | GIF отсутствует
    GIF dahil edilmedi | لم يتم إدراج صورة GIF | GIF הושמט | GIF छोड़ा गया | GIF tidak disertakan | đã bỏ qua ảnh GIF | ละเว้น GIF
    GIFは含まれていません | GIF 생략됨 | GIF utesluten | GIF-animaatio jätetty pois
    """,
    document="""
    document omitted | 文件已略去 | 文件已忽略 | 文件已省略 | 文档已省略 | 文档已忽略 | 檔案已略去
    documento omitido | documento ocultado | documento não revelado | document manquant | document absent | Dokument weggelassen
    documento omesso | document weggelaten | документ отсутствует | документ пропущено | belge dahil edilmedi
    έγγραφο παραλείφθηκε | لم يتم إدراج المستند | מסמך הושמט | डॉक्यूमेंट छोड़ा गया | dokumen tidak disertakan
    đã bỏ qua tài liệu | ละเว้นเอกสาร | ドキュメントは含まれていません | 문서 생략됨 | dokument uteslutet | dokumenttia ei sisällytetä
    """,
    contact_card="""
    Contact card omitted | 聯絡人卡片已略去 | 聯絡人卡片已省略 | 聯絡人名片已省略 | 联系人卡片已忽略 | 联系人卡片已省略
    Tarjeta de contacto omitida | Cartão do contato omitido | Contacto não revelado | Fiche contact manquante
    Kontaktkarte ausgelassen | Kontaktkarte weggelassen | Scheda contatto omessa | Visitekaartje weggelaten
    Карточка контакта отсутствует | Картка контакту відсутня | Kişi kartı dahil edilmedi | لم يتم إدراج بطاقة جهة اتصال
    連絡先カードを省略 | 연락처 카드 생략됨 | Kartu kontak tidak disertakan
    """,
    video_note="video note omitted | Video message omitted | 視訊訊息已略去 | 视频消息已省略",
)
"""Placeholders that stand bare behind a U+200E (iOS), and what they stand for."""

ATTACHED_SUFFIX = _table(
    """
file attached\n附件檔案\n已附加檔案\n檔案已附加\n附加檔案\n文件附件\n附件文件\n已附加文件\n文件已附加\narchivo adjunto\narchivo adjuntado
arquivo anexado\nficheiro anexado\nfichier joint\nDatei angehängt\nfile allegato\nbestand bijgevoegd\nфайл добавлен\nфайл додано
dosya ekli\nσυνημμένο αρχείο\nприкачен файл\nالملف مرفق\nملف مرفق\nקובץ מצורף\nپیوست شد\nफ़ाइल अटैच की गई\nफाइल अटैच कर दी गई है
फाइल संलग्न\nfile terlampir\nfail dilampirkan\ntệp đính kèm\nไฟล์ที่แนบ\n添付ファイル\n添付ファイル有り\n파일 첨부됨\nbifogad fil
liitetiedosto\nfil vedhæftet\nvedlagt fil\nzałączony plik\nplik załączony\nsoubor byl přiložen\nfișier atașat\nfájl csatolva
"""
)
"""What Android writes in round brackets behind the name of a file."""

ATTACHED_PREFIX = _table(
    """
attached\n附件\n已附加\n附加檔案\n附件檔案\nadjunto\narchivo adjunto\nanexado\nanexo\npièce jointe\nAnhang\nangehängt\nallegato\nbijgevoegd
bijlage\nприкреплено\nвложение\nдодано\neklendi\nekli dosya\nεπισυνάφθηκε\nприкачен\nالمُرفق\nمرفق\nמצורף\nپیوست\nپیوستہ\nअटैच किया गया
terlampir\ndilampir\nđính kèm\nแนบ\n添付ファイル\n添付\n첨부됨\n첨부\nbifogat\nliite\nvedhæftet\nvedlagt\nzałączono\npříloha\natașare\ncsatolva
"""
)
"""What iOS writes in angle brackets before the name of a file."""

DELETED = _table(
    """
This message was deleted\nYou deleted this message\nThis message was deleted by an admin\nYou deleted this message as admin
此訊息已刪除\n此訊息已被刪除\n你已刪除此訊息\n您已刪除此訊息\n你刪除了此訊息\n您刪除了此訊息\n這則訊息已刪除\n這則訊息已被刪除\n你刪除了這則訊息\n您已刪除這則訊息
此訊息已被管理員刪除\n你已以管理員身分刪除此訊息\n信息已删除
这条消息已删除\n这条消息已被删除\n此消息已删除\n此消息已被删除\n你已删除这条消息\n您已删除这条消息\n你删除了这条消息\n您删除了这条消息\n你已删除此消息
您已删除此消息\n你删除了此消息\n您删除这个信息\n此消息已被管理员删除
Se eliminó este mensaje\nEste mensaje fue eliminado\nEliminaste este mensaje\nMensagem apagada\nEsta mensagem foi apagada
Você apagou esta mensagem\nApagou esta mensagem\nCe message a été supprimé\nVous avez supprimé ce message
Diese Nachricht wurde gelöscht\nDu hast diese Nachricht gelöscht\nQuesto messaggio è stato eliminato\nHai eliminato questo messaggio
Dit bericht is verwijderd\nU hebt dit bericht verwijderd\nJe hebt dit bericht verwijderd\nДанное сообщение удалено\nСообщение удалено
Это сообщение было удалено\nВы удалили это сообщение\nВы удалили данное сообщение\nЦе повідомлення було видалено
Ви видалили це повідомлення\nBu mesaj silindi\nBu mesajı sildiniz\nΑυτό το μήνυμα διαγράφηκε\nΔιαγράψατε αυτό το μήνυμα
Съобщението беше изтрито\nТова съобщение беше изтрито\nИзтрихте това съобщение\nتم حذف هذه الرسالة\nلقد حذَفت هذه الرسالة
أنت حذفت هذه الرسالة\nהודעה זו נמחקה\nמחקת הודעה זו\nמחקת את ההודעה הזו\nاین پیام حذف شد\nاین پیام حذف شده است\nشما این پیام را حذف کردید
यह मैसेज डिलीट कर दिया गया है\nआपने यह मैसेज डिलीट किया\nPesan ini dihapus\nPesan ini telah dihapus\nAnda menghapus pesan ini
Anda telah menghapus pesan ini\nMesej ini telah dipadam\nAnda telah memadamkan mesej ini\nTin nhắn này đã bị xóa\nTin nhắn này đã bị xoá
Bạn đã xóa tin nhắn này\nข้อความนี้ถูกลบแล้ว\nข้อความนี้ถูกลบ\nคุณได้ลบข้อความนี้\nคุณลบข้อความนี้\nこのメッセージは削除されました
このメッセージを削除しました\n삭제된 메시지입니다\n이 메시지는 삭제되었습니다\n이 메시지를 삭제했습니다\n삭제한 메시지입니다
Tämä viesti poistettiin\nPoistit tämän viestin\nDet här meddelandet raderades\nDu raderade det här meddelandet
Denne besked blev slettet\nDenne besked er blevet slettet\nDenne meldingen ble slettet\nTa wiadomość została usunięta
Tato zpráva byla smazána\nAcest mesaj a fost șters\nEz az üzenet törlésre került
"""
)
"""The whole body of a message whose author or an administrator deleted it."""

EDITED = _table(
    """
This message was edited\n此訊息已編輯\n此訊息已被編輯\n這則訊息已編輯\n這則訊息已被編輯\n訊息已編輯\n已編輯此訊息\n已編輯
此消息已编辑\n此消息已被编辑
这条消息已编辑\n这条消息已被编辑\n消息已编辑\n已编辑\nSe editó este mensaje\nMensaje editado\nMensagem editada\nEsta mensagem foi editada
Ce message a été modifié\nMessage modifié\nDiese Nachricht wurde bearbeitet\nQuesto messaggio è stato modificato\nMessaggio modificato
Dit bericht is bewerkt\nСообщение изменено\nДанное сообщение изменено\nПовідомлення змінено\nBu mesaj düzenlendi\nPesan ini diedit
Pesan ini telah diedit\nMesej ini telah diedit\nTin nhắn này đã được chỉnh sửa\nข้อความนี้ถูกแก้ไข\nข้อความนี้ถูกแก้ไขแล้ว
このメッセージは編集済みです\nこのメッセージは編集されました\n이 메시지는 수정되었습니다\n수정된 메시지입니다\nتم تعديل هذه الرسالة\nהודעה זו נערכה
ההודעה נערכה\nयह मैसेज एडिट किया गया\nTämä viesti on muokattu\nTätä viestiä muokattiin\nDet här meddelandet redigerades
Αυτό το μήνυμα έχει υποστεί επεξεργασία\nТова съобщение е редактирано\nTa wiadomość została edytowana
"""
)
"""What stands in angle brackets at the end of an edited message."""

_FIRST = frozenset(phrase[:2] for table in (DELETED, PLAIN) for phrase in table)


def may_be_phrase(text: str) -> bool:
    """Whether `text` begins like a phrase of DELETED or PLAIN: a sift before the cost of `norm`."""
    return text.lstrip("\u200e\u200f <")[:2].casefold() in _FIRST
