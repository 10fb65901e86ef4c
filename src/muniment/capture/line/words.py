"""The words that LINE writes into an export, by language. To teach it a language, add lines here; no code changes."""

import re

HEADERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"Chat history with (?P<name>.+)", "direct"),
        (r"Chat history in (?P<name>.+)", "group"),
        (r"Chat with (?P<name>.+)", "direct"),
        (r"Chat in (?P<name>.+)", "group"),
        (r"[與与]\s?(?P<name>.+?)\s?的(?:聊天(?:[記紀]錄|记录)?|對話)", "direct"),
        (r"(?P<name>.+?)\s?的聊天(?:[記紀]錄|记录)?", "group"),
        (r"(?P<name>.+?)とのトーク(?:履歴)?", "direct"),
        (r"(?P<name>.+?)のトーク(?:履歴)?", "group"),
        (r"ประวัติการ(?:สนทนา|แชท)กับ\s?(?P<name>.+)", "direct"),
        (r"ประวัติการ(?:สนทนา|แชท)ใน\s?(?P<name>.+)", "group"),
        (r"แชทกับ\s?(?P<name>.+)", "direct"),
        (r"(?P<name>.+?)님과의 대화", "direct"),
        (r"(?P<name>.+?)의 대화", "group"),
    )
)
"""What follows `[LINE] ` on the first line, or in the file's name; whether it is a chat of two."""

SAVED = re.compile(
    r"(?:Saved on|[儲储保]存(?:日期|日時|日时|時間|时间)|บันทึกวันที่|บันทึกเมื่อ|저장한 날짜)\s?[:：]\s?(?P<when>.+)"
)
"""The second line: when the export was made."""

MORNING = "AM am a.m. 上午 午前 오전 ก่อนเที่ยง 早上 清晨".split()
AFTERNOON = "PM pm p.m. 下午 午後 오후 หลังเที่ยง 傍晚".split()
NOON, NIGHT, SMALL_HOURS = ["中午"], ["晚上"], ["凌晨"]
PERIODS = (*MORNING, *AFTERNOON, *NOON, *NIGHT, *SMALL_HOURS)

_DAYS = (
    ("mon monday 月 一 週一 周一 星期一 จ วันจันทร์ จันทร์ 월", 0),
    ("tue tues tuesday 火 二 週二 周二 星期二 อ วันอังคาร อังคาร 화", 1),
    ("wed wednesday 水 三 週三 周三 星期三 พ วันพุธ พุธ 수", 2),
    ("thu thur thurs thursday 木 四 週四 周四 星期四 พฤ วันพฤหัสบดี พฤหัสบดี 목", 3),
    ("fri friday 金 五 週五 周五 星期五 ศ วันศุกร์ ศุกร์ 금", 4),
    ("sat saturday 土 六 週六 周六 星期六 ส วันเสาร์ เสาร์ 토", 5),
    ("sun sunday 日 週日 周日 星期日 星期天 อา วันอาทิตย์ อาทิตย์ 일", 6),
)
WEEKDAYS = {word: day for words, day in _DAYS for word in words.split()}
"""Names of days, in lower case without full stops and `曜日`; Monday is 0."""

OMITTED = frozenset(
    word.casefold()
    for word in (
        "Photo Photos Sticker Video File Gift Contact Location Album Note Audio Emoji 写真 スタンプ 動画 ファイル ボイスメッセージ プレゼント "
        "連絡先 位置情報 アルバム ノート 音声 絵文字 照片 圖片 貼圖 影片 檔案 語音訊息 禮物 聯絡資訊 位置訊息 相簿 記事本 图片 贴图 视频 文件 "
        "语音消息 礼物 联系人 位置 相册 รูป รูปภาพ ภาพ สติกเกอร์ วิดีโอ ไฟล์ ข้อความเสียง ของขวัญ 사진 스티커 동영상 파일 음성메시지"
    ).split()
) | {"voice message", "link preview", "flexメッセージ"}
"""What stands in brackets in place of something that an export does not hold."""

CALL = "☎"

_NOTICES = (
    (r"(?P<actor>.+?) joined the (?:group|chat|room)\b.*", "join"),
    (r"(?P<actor>.+?) left the (?:group|chat|room)\b.*", "leave"),
    (r"(?P<actor>.+?) (?:invited|added) (?P<subject>.+?) to the (?:group|chat|room)\b.*", "add"),
    (r"(?P<actor>.+?) removed (?P<subject>.+?) from the (?:group|chat|room)\b.*", "remove"),
    (r"(?P<actor>.+?) unsent a message\.?", "unsent"),
    (r"(?P<actor>.+?) changed the (?:group|chat|room)(?:'s)? (?:name|profile|picture|photo)\b.*", "update"),
    (r"(?P<actor>.+?)\s?(?:已經|已)?加入(?:了)?(?:群組|聊天室|聊天|群聊)。?", "join"),
    (r"(?P<actor>.+?)\s?(?:已經|已)?(?:退出|離開|离开)(?:了)?(?:群組|聊天室|聊天|群聊)。?", "leave"),
    (r"(?P<actor>.+?)\s?(?:已)?(?:邀請|邀请|新增)(?:了)?\s?(?P<subject>.+?)\s?(?:加入|至|到|進入).*", "add"),
    (r"(?P<actor>.+?)\s?(?:已)?(?:讓|將|让|将)\s?(?P<subject>.+?)\s?(?:退出|移出|移除).*", "remove"),
    (r"(?P<actor>.+?)\s?(?:已)?(?:收回|撤回)(?:了)?(?:一則|一条)?(?:訊息|消息)。?", "unsent"),
    (r"(?P<actor>.+?)\s?(?:已)?(?:變更|更改|更改了|變更了)(?:了)?(?:群組|聊天室|群聊).*", "update"),
    (r"(?P<actor>.+?)が(?:グループ|トーク)に参加しました。?", "join"),
    (r"(?P<actor>.+?)が(?:グループ|トーク)を退[会出室]しました。?", "leave"),
    (r"(?P<actor>.+?)が(?P<subject>.+?)を(?:グループ|トーク)に(?:追加|招待)しました。?", "add"),
    (
        r"(?P<actor>.+?)が(?P<subject>.+?)を(?:グループ|トーク)から(?:削除|退[会出室]させ)(?:しました|ました)。?",
        "remove",
    ),
    (r"(?P<actor>.+?)がメッセージの送信を取り消しました。?", "unsent"),
    (r"(?P<actor>.+?)がグループ(?:名|のアイコン|の画像).*", "update"),
    (r"(?P<actor>.+?)\s?เข้าร่วมกลุ่ม.*", "join"),
    (r"(?P<actor>.+?)\s?ออกจากกลุ่ม.*", "leave"),
    (r"(?P<actor>.+?)\s?(?:ได้)?ยกเลิก(?:การส่ง)?ข้อความ.*", "unsent"),
)
NOTICES = tuple((re.compile(pattern), op) for pattern, op in _NOTICES)
"""What LINE itself says in a row without a sender."""
