"""What the staff say among themselves in their rooms, and what the client line sends out."""

DEALING_SCENES = """
@morning
A: Morning all, HSI pre-open {index}, [dollar steady|southbound {amount} yesterday|watch {news}]
B: [早|Morning|早晨] [today quiet I think|我睇今日{mood}|]
C: [早|morning]

@morning
A: Desk checks done: [OMS up|recorded lines tested|all terminals in], [tickets from 0{num}01|no open items from yesterday]
D: [Thanks {A}|Noted, thanks|👍]

A: [收市喇|Close:] {stock} {px}, {stock2} {px2b}, [成交 {amount}|turnover on the low side]
B: [食晏未食到添|tired|聽日再戰]

A: who has the {stock} ticket {ref}? [settlement is asking|back office 搵緊]
B: me, [signing now|俾我兩分鐘|on your desk]
A: {thanks}

A: {qty} {stock} cross, [who has the client side?|both tickets time-stamped?]
C: [stamped {clock}|mine done|all in order]
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

D: {A}, [can you cover the phones from {clock}?|請你{dow}頂下更]
A: [ok|冇問題|can, until {clock2}]

C: [Typhoon signal: T3 up|掛三號喇], [T8 plan in the shared folder|睇下幾時放工]
D: [Market runs as normal|交易照常]. [Watch the HKO page.|]
B: [wfh 都要開市 😅|ok]

A: error account clear for {stmt}, nil items
D: Thanks. [Filed.|Signed.]

B: {stock} [halted|停牌] at {clock}, [pending announcement|等公告], [we have no resting orders|有{few}張單，已通知客]
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

A: Dividend {stock}, payable on the {dom}: entitlements [reconciled|對好咗], [no break|差兩股碎股]
B: [great|ok]

C: [Meeting room 2|12/F room] is booked {clock} to {clock2} by me, [free after|sorry!]
A: [ok|no problem|我用細房]

A+pdf: {stmt} reconciliation pack, [for sign-off|請審閱]
B: [Signed|Looks fine|{num} questions, will call]

B: [Birthday cake|生日蛋糕] in the pantry {clock}! 🎂
A: [on my way|等我呀|生日快樂]
C: [yay|留件俾我]

A: withdrawal 88-{acct}, {amount} to registered own account, [two signatures done|call-back done {clock}]
B: released

A: Courier [is here|收件 {clock}], [anything for the registrar?|邊個有文件要寄]
C: [one envelope|我有|nothing from me]

B: [Annual leave|年假] calendar for {month}: please fill it in by {dow}
A: [done|填咗]
C: [ok|will do]
"""

COMPLIANCE_SCENES = """
A: Reminder: {dow} is the deadline for the [personal account dealing declaration|training module on order messages|outside activities form].
B: [Done|Submitted|Will finish today]
C: [Done this morning|ok, tonight]

A: The restricted list was updated at {clock}. [No change for client dealing.|One name added, see the portal.]
B: Noted
D: [Noted|Acknowledged]

A: Message sampling for {month}: {num} items closed, [no findings|two reminders about read-backs sent].
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

A: Quarterly check of contact numbers: please confirm that you use the firm's phone for all client chats.
B: Confirmed
C: Confirmed
D: [Confirmed|Confirmed for the desk]

A: Fire drill {dow} {clock}. [Stairs, please.|Yes, {who} too 😄]
B: [ok|noted]
"""

RESEARCH_SCENES = """
@morning
A: [Morning note|晨報]: HSI {index} at the open, [{sector} in focus|{news} tonight], {stock} {px}, {stock2} {px2b}. [House view unchanged.|Full note by e-mail.]
B: [thanks|早晨，收到]

A+png: [Chart of the day|今日圖表]: {stock}, [six months|近半年]
B: [nice|thanks for the chart|清楚]

A: {stock} results [next {dow}|on the {dom}]. [Consensus in the note.|We do not publish estimates here.]
C: [ok|marking the calendar]

C: any note on {sector}? [client asked|有客問]
A+pdf: [Here, for reference|Last month's], [compliance-approved version|approved {dow}]
C: [great|{thanks}]

A: {news}: [in line|a touch higher than last month|no surprise]. [Reaction muted.|{stock} {updown} {pct}%.]
B: [ok|thx|quiet then]
"""

LINE_SCENES = """
S: [Harbour Lantern|漁燈證券]: your {stmt} statement is ready in the portal. 閣下{stmtz}結單已可於網上查閱。
C: [OK|Thanks|收到|👍|好]

S: [Harbour Lantern|漁燈證券]: your appointment is on {dow} at {clock}, 12/F. [Reply 1 to confirm.|Reply 1 to confirm, 2 to change.]
C: [1|1 thanks|2 pls, can I come at {clock2}?]
S: [Confirmed. See you.|Thank you, noted.]

C: [Opening hours?|你哋幾點收工|请问几点下班]
S: Monday to Friday 9:00-18:00. [Dealing hotline from 8:45.|星期一至五 9:00-18:00。]
C: {thanks}

C: [forgot my portal password|唔記得密碼|密码忘了]
S: [Please use "Forgot password" on the log-in page|請按登入頁「忘記密碼」]; we never ask for passwords by message. 我們不會以訊息索取密碼。
C: [worked|得咗 thx|好的]

S: [Harbour Lantern|漁燈證券]: {code} goes ex-dividend on {dow}. [No action needed.|For information only.]

S: [Harbour Lantern|漁燈證券]: contract note {ref} for {code} is in the portal. 成交單據已上載。
C: [seen|ok|收到 thx]

C: [can someone call me about my account opening?|想問開戶進度|开户到哪一步了]
S: [Our colleague will ring you at {clock} on a recorded line.|同事將於{clock}以錄音線致電。]
C: [ok|好|谢谢]

S: [Harbour Lantern|漁燈證券]: the portal is down for maintenance on [Saturday|Sunday] 02:00-06:00. 系統維護，敬請留意。

C: [STOP sending reminders at lunch lol|可唔可以唔好食晏send]
S: [Noted, we will send them after 2 pm.|收到，改為下午發送。]
"""
