"""Cantonese and English in one breath, the everyday written speech of the Hong Kong office."""

VOCABULARY: dict[str, tuple[str, ...]] = {
    "food": (
        "dim sum",
        "omakase",
        "poke bowl",
        "雲吞麵",
        "brunch",
        "hotpot",
        "yakiniku",
        "茶餐廳 set",
        "Thai food",
        "salad",
    ),
    "place": (
        "IFC mall",
        "你 office",
        "Starbucks 樓下",
        "12/F meeting room",
        "Landmark",
        "Pacific Place",
        "中環 pier",
        "Zoom",
        "Teams",
        "Taikoo",
    ),
    "doc": (
        "address proof",
        "W-8BEN",
        "board resolution",
        "KYC form",
        "passport copy",
        "risk questionnaire",
        "mandate letter",
        "fee schedule",
        "CRS form",
    ),
    "sector": ("bank 股", "tech", "utilities", "REITs", "property", "EV", "biotech", "telecom", "insurance"),
    "trip": ("Tokyo", "Taipei", "Bali", "London", "Niseko", "Bangkok", "Seoul", "Sydney", "Okinawa", "Singapore"),
    "kin": ("個女", "個仔", "my wife", "my husband", "阿媽", "brother", "BB", "家姐"),
    "kid": ("個女", "個仔", "BB", "my son", "my daughter", "細路"),
    "event": ("sports day", "interview", "birthday", "check-up", "concert", "playdate", "graduation", "ballet show"),
    "news": (
        "CPI",
        "FOMC",
        "earnings",
        "southbound flow",
        "policy address",
        "Nvidia results",
        "PMI",
        "payrolls",
        "HIBOR",
    ),
    "reason": ("on call", "開緊會", "喺 plane 度", "in the MTR", "陪 kids", "present 緊", "driving", "喺 client 度"),
    "mood": ("quiet", "so so", "幾 choppy", "好 slow", "OK 啦", "幾 strong", "soft 咗少少", "range bound"),
    "thanks": ("thanks", "thx", "唔該晒", "tks", "多謝", "thank you", "🙏", "cheers"),
    "ok": ("ok", "noted", "收到", "sure", "好呀", "can", "👌", "got it"),
}

SCENES = """
C: Hi {s}, {dow} 得唔得閒 [catch up|have a quick chat|飲杯 coffee]?
S: {dow} {clock} ok, [meet at|喺] {place}?
C: [cool, see you|ok 到時見|{ok}]

S: {c}, {dow} 個 meeting 可唔可以 move 去 {clock}? [我之前 {reason}|sorry last minute]
C: [no problem|ok ah|得]
S: {thanks}, [update 咗個 invite|same place]

S+pdf: {c}, {stmt} statement [attached|send 咗俾你], password [same as before|照舊]
C: {thanks}, [今晚睇|will check|got it]

C: {stmt} statement open 唔到 wor, [says corrupted|password 唔 work]
S+pdf: [sorry ah|oops], resend 咗, [try 下用 computer|password 係 DOB 8 digits]
C: [ok now|開到喇] {thanks}

S: Hi {c}, 仲差 {doc} 未收, [upload 上 portal 就得|just scan and upload, thanks]
C: [tonight 搞|will do by {dow}|我以為 submit 咗]
S: [no rush|收到喇 {thanks}]

C: 今日個 market 點呀?
S: {mood}, HSI around {index}, [大家 wait 緊 {news}|no news really|turnover 好低]
C: [ok lor|I see|咁我 wait and see]

C: {stock} now 幾多?
S: {px}, [day low {lo} high {hi}|{updown} {pct}%]
C: [ok thx|hmm 咁低|noted]

C: {stock} 係咪 ex-div 咗?
S: yes 上 {dow} ex 咗, pay day {dom} 號, [auto credit 入戶口|statement 會見到]
C: {ok}

@order
C: [{s} |Hi |]{sd} {qty} {stock} @ {px} [pls|唔該|thanks]
S^: [Repeat: |Confirm 返: |]{Side} {qty} shares {stock} ({code}) limit {px}, day order, [啱唔啱?|correct?]
C: [correct|啱|yes go]
S: [placed|落咗], ref {ref}
S: [done|成交咗], {bought} {qty} {stock} @ {px}
C: [{thanks}|great|👍]

@order
C: {n} {sd} {lots} 手 market price 得喇
S^: Market order, {side} {lots} lots {stock} {code}, total {qty} shares, confirm?
C: confirm
S: done at {px} avg, [contract note 今晚出|T+2 交收]

@order
C: cancel 咗今朝嗰張 {stock} order 佢
S^: Cancel {side} {qty} {stock} ({code}) @ {px}, ref {ref}, [right?|係咪呢張?]
C: [right|係]
S: cancelled, [no fill|未做過]

@order
C: 改 {stock} 個 limit 去 {px2} pls
S^: Amend {stock} ({code}) {side} {qty}, from {px} to {px2}, qty unchanged, [ok?|啱嗎?]
C: ok
S: amended, ref {ref}

@order
C: {n} filled 未?
S: [未 fill, 差 {few} ticks|partial fill, {lots} lots done|still queuing, last {last}]
C: [ok 掛住先|keep it|由佢]

@order
C: 盈富 {tracker} {sd} {qty} 股, GTC
S^: {Side} {qty} Tracker Fund 盈富 (2800.HK) limit {tracker} GTC, confirm?
C: confirm
S: 入咗, ref {ref}

C: 我 TT 咗 {amount} 入嚟, from my own a/c, [收到未|received]?
S: [let me check|一陣覆你]
S: [received at {past}|入咗數喇], [all good|放心]
C: {thanks}

C: withdraw 去自己 registered account 要幾耐?
S: before 11:30 send 個 form 就 same day, [only own name account 㗎|一定要本人名]
C: [ok noted|明白]

C: [custody fee|US 股 commission|min charge] 而家 how much?
S: fee schedule page 2, [no change this year|要唔要 resend?]
C: [found it|resend pls|ok]

S: {c}, 我 {dow} 放 leave, [{holder} cover 我|有嘢 call hotline], [back next week|]
C: [enjoy|have fun|去邊玩?]
S: [{trip}!|staycation 咋 haha|陪 {kid} {event}]

C: next week 我 fly {trip}, [text me if urgent|reply 會慢啲]
S: [safe flight|enjoy!], [手信唔該 haha|有嘢 email 你]
C: 😂 ok

S: 頭先 {reason} miss 咗你 call, [call you back at {later}?|用 recorded line 打返俾你]
C: [ok|no rush]

C: free 嘅話 call me back
S: [calling now|5 mins|{later} ok?]
C: {ok}

C: 出面 {weather}, [WFH 就好喇|返工好慘]
S: [same here|haha true], [take care|飲多啲水]
C: [haha|lol]

C: lunch 食咩好? [{food}?|any recommend?]
S: [I vote {food2}|今日帶飯|{food} 排長龍 wor]
C: [ok la|haha|then {dow} 先]

@weekend
C: Happy weekend! [{kid} {event} 呀今日|we're in {trip}|finally 瞓夠]
S: [enjoy!|咁 nice|have fun with family]

@evening
C: sorry 咁夜, tmr 可唔可以 send 返份 {doc} 俾我?
S: [sure, first thing tmr|ok before {clock}]
C: {thanks}, [good night|早唞]

S: reminder: {dow} {clock} 有個 market outlook webinar, [link 喺 email|join 唔 join?]
C: [count me in|join 唔到, send slides pls|see if I can make it]
S: {ok}

S+pdf: research 出咗份 {sector} note, for reference only, 唔係 recommendation
C: [thx will read|ok 得閒睇]

C: {sector} 今日 why {updown} 咁多?
S: [sector {updown} {pct}%, 應該係 {news}|{stock} {updown} {pct}%, no announcement so far]
C: [I see|ok lor|明]

C+jpg: 呢封信 [係咪 from you guys|need to sign 嗎]?
S: [yes annual notice only, ignore 得喇|sign page 3 then upload]
C: ok {thanks}

C+opus: [voice msg 俾你|{reason}, send voice]
S: heard, [{later} 前 reply 你|prepare 緊份 {doc}]

C: 換咗 phone, [app 要 re-login 嗎|token 點 transfer]?
S: [login 用返 old password 就得|call hotline, 5 mins done]
C: [done|works now]

S: {c}, 你 {amount} 個 deposit {dom} 號 mature, [let's discuss later|no action today]
C: [ok {dow} 講|noted]

C: wrong window sorry!! 搵 {kin} 㗎
S: haha [no worries|我諗緊乜嚟]

C: contract note 個 stamp duty 點計?
S: [0.1%, round up to dollar|buy sell 都係 0.1%]
C: [clear|ok 明]

C: contract note 個 levy 係咩?
S: [exchange 收㗎, not us|exchange 同 SFC charge, 個個一樣]
C: [ok|幾蚊啫 fine]

C: 今日單 deal 幾時 settle?
S: T+2, so {tplus}, [noon 前有錢就得|all good]
C: [clear|ok 明]

C: {dow} 開唔開 market?
S: [open as usual|開, US closed|half day, I think]
C: {ok}

C: my cash balance 仲有幾多?
S: {amount} available, [另外 {amount2} {dow} settle|今朝單 deal 計咗]
C: [ok|noted with thanks]

@open
S: Morning {c}! HSI open {index}, {updown} {pct}%. [{stock} {px}|focus 係 {news}|你啲 names 冇乜郁]
C: [morning|早|thx]

C: {stock} 到 {px2} ping 我, [no order yet|睇住先]
S: alert set, [no order placed|淨係 reminder]

C: [{kid} got the offer!|{kid} pass 咗 exam|收樓喇!!]
S: [congrats!!|好嘢|so happy for you] 🎉
C: [thx!!|嘻嘻|飲茶慶祝]

S: {c} 你個 [email|mailing address] bounce 咗, [update 返 pls|changed?]
C: [yes changed, will update|tonight 搞]
S: thx
"""
