"""What the staff say among themselves in their rooms, and what the client line sends out."""

DEALING_SCENES = """
@morning
A: Morning all, HSI pre-open {index}, [dollar steady|southbound {amount} yesterday|watch {news}]
B: [早|Morning|早晨] [today quiet I think|我睇今日{mood}|]
C: [早|morning]

@morning
A: Desk checks done: [OMS up|recorded lines tested|all terminals in], [tickets from 0{num}01|no open items from yesterday]
D: [Thanks {A}|Noted, thanks|👍]

@close
A: [收市喇|Close:] {stock} {px}, {stock2} {px2b}, [成交 {amount}|turnover on the low side]
B: [食晏未食到添|tired|聽日再戰]

A: who has the {stock} ticket {ref}? [settlement is asking|back office 搵緊]
B: me, [signing now|俾我兩分鐘|on your desk]
A: {thanks}

A: {qty} {stock} cross, [both tickets time-stamped?|tickets done?]
C: [stamped {past}|mine done|all in order]
A: ok

B: [邊個食晏|Lunch]? [{food} or {food2}|去{food}|叫外賣]
A: [{food2}|我帶飯|count me in]
C: [幫我買個set A 唔該|me too|減緊肥 😭]
B: [ok落單喇|done|收到]

A: [OMS slow 咗|Order screen frozen again], [anyone else?|淨係我？]
B: [me too|我都係|fine here]
D: IT is on it, [use the paper tickets until then|後備機照行]
A: [back now|好返喇]

D: Reminder: every order by message must be read back before placing. [No exceptions.|Spot check on {dow}.]
A: [noted|收到|ok]
B: [noted|👍|明白]

D: {A}, [can you cover the phones from {later}?|請你{dow}頂下更]
A: [ok|冇問題|can do]

B: {stock} board lot [係咪 {lot}|is {lot}, right]? [client asked|有客問]
A: yes, [1 lot {lot} shares|{lot} a lot]
B: {thanks}

A: coffee run, [flat white again?|邊個要]
B: [iced lemon tea 少甜 唔該|flat white pls|me, same as always]
C: [pass|美式 thanks|double espresso, long day]
A: [ok 5 mins|落緊樓]

C: [headset 又壞|my headset crackles], [any spare?|有冇多一個]
A: [drawer 3|用我嗰個先|ask IT, they have a box]
C: [found, thx|好返好多]

A: CNH fix {fx}, [client FX before 3 pm pls|截單三點]
B: [noted|ok, one ticket coming]

A: closing auction: {few} orders in, [all matched|one unfilled, client told]
D: [good|thanks]

B: {stock2} [goes ex tomorrow|聽日除淨], [adjust the GTC prices?|GTC 單要唔要改價]
A: [done|system 自動改|calling {few} clients now]

C: [half day before the holiday, right?|假期前半日市㗎可?]
A: [yes, close 12:08|calendar 喺 shared folder]
C: ok

D: {B}, [nice read-backs last week|sampling 見到你啲覆述好齊], keep it up
B: [🙏|thanks boss|應份嘅]

A: [air con 凍到震|so cold in here], [who set it to 19?|邊個校19度]
B: [not me|唔係我 😇]
C: [me, sorry|server room 關我咩事]

A: error account clear for {stmt}, nil items
D: Thanks. [Filed.|Signed.]

B: {stock} [halted|停牌] at {past}, [pending announcement|等公告], [we have no resting orders|有{few}張單，已通知客]
D: [Call the affected clients on the recorded line|ok, log it please]
B: [done|打晒喇]
"""

OPERATIONS_SCENES = """
A: Settlement for {dow}: {amount} net pay, {amount2} net receive. [All affirmed.|One CCASS item open, chasing.]
B: [Thanks|ok, funded|{ok}]

A: {doc} for account 88-{acct} [received|scanned and filed|still outstanding]
B: [thx|收到|chasing the client]

B: [Printer on 12/F|12樓部機] [jammed again|又壞], [use 11/F|call 咗人]
C: [classic|😑|thanks for telling]

A: Dividend {stock}, payable on {dow}: entitlements [reconciled|對好咗], [no break|差兩股碎股]
B: [great|ok]

C: [Meeting room 2|12/F room] is booked from {later} by me, [free after|sorry!]
A: [ok|no problem|我用細房]

A+pdf: {stmt} reconciliation pack, [for sign-off|請審閱]
B: [Signed|Looks fine|{num} questions, will call]

B: [Birthday cake|生日蛋糕] in the pantry {later}! 🎂
A: [on my way|等我呀|生日快樂]
C: [yay|留件俾我]

A: withdrawal 88-{acct}, {amount} to registered own account, [two signatures done|call-back done {past}]
B: released

A: Courier [is here|收件 {later}], [anything for the registrar?|邊個有文件要寄]
C: [one envelope|我有|nothing from me]

B: [Annual leave|年假] calendar for {month}: please fill it in by {dow}
A: [done|填咗]
C: [ok|will do]
"""

COMPLIANCE_SCENES = """
A: Reminder: {dow} is the deadline for the [personal account dealing declaration|training module on order messages|outside activities form].
B: [Done|Submitted|Will finish today]
C: [Done this morning|ok, tonight]

A: The restricted list was updated at {past}. [No change for client dealing.|One name added, see the portal.]
B: Noted
D: [Noted|Acknowledged]

A: Message sampling for {stmt}: {num} items closed, [no findings|two reminders about read-backs sent].
D: [Thanks|Let's discuss {dow}]

B: A client wants to [place orders by e-mail|add her son as authorised person], which form?
A: [Form C-{num}, original signature|Both sign in front of you or a certifier], [then to operations|call-back after]
B: {thanks}

A: [New circular from the regulator|The circular we discussed] is summarised in the portal, five-minute read.
C: [Read|Thanks, useful]
D: [Read and signed|👍]

C: is a [moon cake box|concert ticket] worth {fewhundred} from a client [declarable|ok to keep]?
A: Declare it in the register, [share it with the pantry|decline if above the limit].
C: [declared|Done, pantry wins]

A: [Quarterly check|Spot check|Half-yearly check] of contact numbers: please confirm that you use the firm's phone for all client chats.
B: Confirmed
C: Confirmed
D: [Confirmed|Confirmed for the desk]

A: New joiner in operations on {dow}: [please say hello|desk 14 by the window].
B: [Will do|Welcome!]
C: [Noted|Great]

A: {stmt} attestation [closes {dow}|is open in the portal]. [Two minutes each.|Please read before you tick.]
D: [Done|Signed]
B: [Done|Will do after lunch]

C: Can I post the {sector} note on my own profile?
A: Please don't, [it is for clients only|it needs approval as advertising]. [The form is A-{num}.|]
C: [Understood|OK, leaving it]

A: Fire drill {dow} {clock}. [Stairs, please.|Yes, {who} too 😄]
B: [ok|noted]
"""

RESEARCH_SCENES = """
@morning
A: [Morning note|晨報]: HSI {index} at the open, [{sector} in focus|{news} tonight], {stock} {px}, {stock2} {px2b}. \
[House view unchanged.|Full note by e-mail.]
B: [thanks|早晨，收到]

A+png: [Chart of the day|今日圖表]: {stock}, [six months|近半年]
B: [nice|thanks for the chart|清楚]

A: {stock} results [next {dow}|on {dow2}]. [Consensus in the note.|We do not publish estimates here.]
C: [ok|marking the calendar]

C: any note on {sector}? [client asked|有客問]
A+pdf: [Here, for reference|Last month's], [compliance-approved version|approved last {dow}]
C: [great|{thanks}]

A: {news}: [in line|a touch higher than last month|no surprise]. [Reaction muted.|{stock} {updown} {pct}%.]
B: [ok|thx|quiet then]
"""

LINE_ENGLISH_SCENES = """
S: Harbour Lantern: your {stmt} statement is ready in the portal.
C: [OK|Thanks|👍|seen]

S: Harbour Lantern: your appointment is on {dow} at {clock}, 12/F. [Reply 1 to confirm.|Reply 1 to confirm, 2 to change.]
C: [1|1 thanks|2 pls, any time on {dow2}?]
S: [Confirmed. See you.|Thank you, noted.]

C: [Opening hours?|What time do you close?|are you open at lunch?]
S: Monday to Friday 9:00-18:00. [Dealing hotline from 8:45.|Open through lunch.]
C: {thanks}

C: [forgot my portal password|locked out of the portal|password expired?]
S: Please use "Forgot password" on the log-in page; we never ask for passwords by message.
C: [worked|ok done|in again, thanks]

S: Harbour Lantern: {code} goes ex-dividend on {dow}. [No action needed.|For information only.]

S: Harbour Lantern: contract note {ref} for {code} is in the portal.
C: [seen|ok|thx]

C: [can someone call me about my address change?|who do I talk to about a new signature?]
S: Our colleague will ring you at {later} on a recorded line.
C: [ok|thank you|I'll be there]

S: Harbour Lantern: the portal is down for maintenance on [Saturday|Sunday] 02:00-06:00.

C: [please stop the reminders at lunch|could you send reminders after lunch?]
S: Noted, we will send them after 2 pm.

S: Harbour Lantern: your [W-8BEN|address proof] runs out in {month}. Please renew it in the portal.
C: [will do|done|on my list]
"""

LINE_CANTONESE_SCENES = """
S: 漁燈證券：閣下{stmt}結單已可於網上查閱。
C: [收到|好|👍|睇咗]

S: 漁燈證券：閣下預約於{dow}{clock}，12樓。[回覆1確認。|回覆1確認，2改期。]
C: [1|1 唔該|2，{dow2}得唔得]
S: [已確認，屆時見。|收到，謝謝。]

C: [你哋幾點收工|食晏有冇人|禮拜六開唔開]
S: 星期一至五 9:00-18:00。[落盤熱線8:45起。|午膳照常。]
C: {thanks}

C: [唔記得個portal密碼|入唔到portal|個密碼過咗期]
S: 請按登入頁「忘記密碼」；我們不會以訊息索取密碼。
C: [得咗|搞掂|入到喇 唔該]

S: 漁燈證券：{code}將於{dow}除淨，僅供參考。

S: 漁燈證券：{code}成交單據{ref}已上載。
C: [睇咗|收到|ok]

C: [想問改地址點搞|簽名式改咗搵邊個]
S: 同事將於{later}以錄音線致電。
C: [好|唔該|等你]

S: 漁燈證券：網上平台於[星期六|星期日]02:00-06:00維護，敬請留意。

C: [可唔可以唔好食晏send|食晏send嘢嘈醒我呀]
S: 收到，改為下午發送。
"""

LINE_SIMPLIFIED_SCENES = """
S: 渔灯证券：您的{stmt}结单已可在网上查阅。
C: [收到|好的|👍]

S: 渔灯证券：您的预约在{dow}{clock}，12楼。[回复1确认。|回复1确认，2改期。]
C: [1|1 谢谢|2，{dow2}行吗]
S: [已确认，到时见。|收到，谢谢。]

C: [请问几点下班|周六上班吗|中午有人吗]
S: 周一至周五 9:00-18:00。[下单热线8:45起。|]
C: {thanks}

C: [密码忘了|登录不了平台|密码过期了]
S: 请在登录页点“忘记密码”；我们不会用短信索取密码。
C: [好了|可以了|登上了，谢谢]

S: 渔灯证券：{code}将于{dow}除息，仅供参考。

S: 渔灯证券：{code}成交单{ref}已上传。
C: [看到了|收到]

C: [改地址找谁|签名样式想换一下]
S: 同事会在{later}用录音电话联系您。
C: [好|谢谢]

S: 渔灯证券：网上平台[周六|周日]02:00-06:00维护，敬请留意。
"""
