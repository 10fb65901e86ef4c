"""English, as advisers and clients in Hong Kong type it to each other."""

VOCABULARY: dict[str, tuple[str, ...]] = {
    "food": (
        "dim sum",
        "ramen",
        "the set lunch",
        "Thai",
        "a sandwich",
        "wonton noodles",
        "the salad bar",
        "hotpot",
        "pho",
        "the carvery",
    ),
    "place": (
        "our office",
        "the lobby downstairs",
        "the coffee shop in Exchange Square",
        "the 12/F meeting room",
        "Pacific Place",
        "the club",
        "the usual place on Wyndham Street",
        "your office",
        "the tea room by the ferry pier",
        "IFC, level 2",
    ),
    "doc": (
        "proof of address",
        "the signed W-8BEN",
        "the passport copy",
        "the board resolution",
        "the risk questionnaire",
        "the fee schedule",
        "the account opening form",
        "the corporate search",
        "the mandate letter",
        "the CRS self-certification",
    ),
    "sector": (
        "banks",
        "insurers",
        "utilities",
        "telecoms",
        "property",
        "platform names",
        "semis",
        "oils",
        "healthcare",
        "EV makers",
    ),
    "trip": (
        "Tokyo",
        "Singapore",
        "London",
        "Sydney",
        "Bangkok",
        "Vancouver",
        "Seoul",
        "Melbourne",
        "Hanoi",
        "Taipei",
        "Osaka",
        "Zurich",
    ),
    "sport": (
        "the rugby",
        "the tennis",
        "the golf",
        "the Premier League game",
        "the F1",
        "the marathon training",
        "the badminton final",
    ),
    "kin": ("my daughter", "my son", "my husband", "my wife", "my mother", "my brother", "the twins", "my sister"),
    "kid": ("my daughter", "my son", "the little one", "our eldest", "my niece"),
    "event": (
        "school concert",
        "graduation",
        "birthday dinner",
        "dentist appointment",
        "parents' evening",
        "spelling bee",
        "swimming gala",
    ),
    "news": (
        "the Fed minutes",
        "the CPI print",
        "the policy address",
        "the PMI number",
        "southbound flows",
        "the earnings season",
        "oil",
        "the dollar",
        "HIBOR",
        "the results calendar",
        "the budget",
        "the payrolls number",
    ),
    "reason": (
        "stuck in a meeting",
        "on a plane",
        "in the dentist's chair",
        "at the school",
        "driving",
        "between two lifts",
        "on another call",
        "in the MTR",
        "presenting until noon",
        "at the notary",
    ),
    "mood": (
        "quiet",
        "choppy",
        "thin",
        "firm",
        "soft",
        "mixed",
        "flat as a pancake",
        "busier than I expected",
        "a bit nervous",
    ),
    "thanks": (
        "Thanks",
        "Thank you",
        "Many thanks",
        "Cheers",
        "Thx",
        "Great, thanks",
        "Appreciated",
        "Perfect, thank you",
    ),
    "ok": ("OK", "Okay", "Got it", "Noted", "Fine", "Understood", "👍", "Right", "Good"),
}

SCENES = """
C: [Hi|Hello|Hey] {s}, are you free [on {dow}|{dow} afternoon|later this week] for a [quick catch-up|coffee|short review]?
S: {dow} works. {clock} at {place}?
C: [See you then|Booked|{ok}]

S: [Hello|Hi] {c}, [shall we|can we] move {dow}'s meeting to {clock}? [I'm {reason} before that.|Sorry for the short notice.|]
C: [{clock} is fine|That works|No problem at all]
S: {thanks}, [invite updated|see you at {place}]

S+pdf: [Dear|Hi] {c}, your {stmt} statement [is attached|as attached]. The password is as usual.
C: {thanks}[. The fee line looks right this time.|, will read tonight.|.]

C: I can't open the {stmt} statement, [it says the file is damaged|the password is refused|it opens blank]
S+pdf: [Sorry about that|Apologies], here it is again. [Same password as the portal.|Try on a computer rather than the phone.]
C: [Works now|All good now|Opened], {thanks}

S: Hi {c}, we are still missing {doc} for the [annual review|file|KYC refresh]. \
[Could you upload it to the portal?|A scan through the portal is fine.]
C: [Will do tonight|Uploading now|Give me until {dow}|Oh, I thought I sent that]
S: [No rush|Received, thank you|{thanks}]

C: [How's the market|What's it like out there|Market looks {mood}], [anything going on?|{s}?]
S: [{mood2}|Rather {mood2}] so far, HSI [around|near] {index}. \
[Everyone is waiting for {news}.|{news} tonight, so nobody wants to commit.|Volume is light.]
C: [Thought so|Fair enough|Typical {dow}|OK, I'll stay on the sidelines for now]

C: What's {stock} doing?
S: Last {px}, [day range {lo} to {hi}|{pct}% {updown} on the day|{pct}% {updown}, turnover about average]
C: [{thanks}|OK|Hm, thought it would be higher|👌]

C: Did {stock} go ex-dividend [yet|already]?
S: Ex-date was last {dow}, payable on the {dom}. [It will show in the {month} statement.|We'll credit it the same day.]
C: {thanks}

S: {c}, {stock} announced [an interim dividend|a final dividend] with a scrip option. \
[Cash is the default.|If we hear nothing it will be cash.] Please let us know before the {dom}.
C: Cash please
S^: Cash dividend for {stock} ({code}), noted. [I'll send the form for signature.|Election form to follow.]

@order
C: [Morning {s}. |Hi, |]{Side} {qty} {stock} at {px} [please|pls|, day order]
S^: [Reading back: |To confirm: |]{side} {qty} {stock} ({code}) at {px}, limit, good for today. [Correct?|OK to place?|Right?]
C: [Yes|Correct|Yes please|Yep, go]
S: [Placed, order ref {ref}|In the market, ref {ref}|Working]
S: Done. {Bought} {qty} {stock} at {px}.
C: [{thanks}|👍|Great]

@order
C: can you {side} {lots} lots of {n} [at market|mkt]
S^: {Side} {lots} lots ({qty} shares) {stock} {code} at market, today only. [Please confirm.|Confirm?]
C: confirm
S: {Bought} {qty} {code} at {px} average. [Contract note tonight.|Settles T+2.]

@order
C: {Side} limit {px} on {stock}, {qty} shares, [good till cancelled|GTC]
S^: {Side} {qty} {stock} ({code}) limit {px}, GTC. [Correct?|Shall I go ahead?]
C: [go ahead|correct|yes]
S: [Queued at {px}|Order is in], ref {ref}. Market is {lo}-{hi}.

@order
C: Please cancel the {stock} order from this morning
S^: Cancel {side} {qty} {stock} ({code}) at {px}, ref {ref}. [Right?|Confirm?]
C: [Right|Yes, cancel]
S: Cancelled, nothing was filled. [Funds released.|]

@order
C: Move my {stock} {side} to {px2}
S^: Amend {side} {qty} {stock} ({code}): price from {px} to {px2}, quantity unchanged. [Correct?|OK?]
C: [OK|Correct|yes]
S: [Amended|Done], ref {ref}

@order
C: Any fill on {stock}?
S: [Not yet, we are {few} ticks away|Nothing so far, last {px}|Part filled, {lots} lots done|Still queued at {px}]
C: [Leave it|OK, leave it in|Keep it there until the close]

@order
C: {Side} {qty} Tracker Fund when it prints {tracker} please
S^: {Side} {qty} Tracker Fund (2800.HK) limit {tracker}, day order. Correct?
C: Correct
S: [Placed|In], ref {ref}. [I'll message when done.|]
S: Done at {tracker}, {qty} Tracker Fund.

C: Has the [money|wire|transfer] [arrived|come in]? I sent {amount} from my own account [yesterday|this morning|on {dow}]
S: [Checking with settlement|One moment]
S: [Credited at {past}|Received with value today|Yes, {amount} booked this morning]
C: {thanks}

C: How long does a withdrawal to my [HSBC|Standard Chartered|registered] account take?
S: Same day if we get the form before 11:30. [It must be your own registered account.|Only to the account we have on file.]
C: [Fine|OK, sending the form|{ok}]

C: what's the [custody fee|brokerage on US stocks|minimum commission] again?
S: [Page 2 of the fee schedule|It's in the schedule I sent in {month}]. [Want me to send it again?|Nothing changed this year.]
C: [Found it|No need, found it|Please do]

S: [Hi {c}, just to say|FYI {c},] {holder} will cover for me [on {dow}|from {dow} to the {dom}]. \
[I'm away with the family.|I'm on leave.|Training day.]
C: [Enjoy|Have a good break|Noted, enjoy {trip}]

C: I'll be in {trip} [next week|from {dow}], [best by message|phone will be off half the day]
S: [Safe travels|Have a great trip]! [We have your standing instructions.|I'll email anything urgent.|Bring back some sunshine.]
C: 😊 [will do|thanks|haha]

S: Sorry, [missed your call|couldn't pick up], I was {reason}. [Can I ring back at {later}?|Calling you on the recorded line in ten minutes.]
C: [No hurry|{ok}|Sure, after {later}]

C: [Can you call me when free?|Got five minutes to talk?|Ring me please]
S: [Calling now from the desk line|Give me five minutes|{later} OK?]
C: {ok}

C: [It's {weather}, are you in the office?|{weather} here in Sai Kung]
S: [Same here|{weather} in Central too|Can't tell, no window 😅]. [Better in {trip} apparently.|So says the Observatory.|]
C: haha

C: Did you watch {sport} [last night|on Sunday]?
S: [Half of it, fell asleep|Every minute|Missed it, {kid} had a {event}]. [What a finish.|Don't tell me the score!|]
C: [😂|Unbelievable ending|You missed a good one]

@evening
C: [Sorry to bother you in the evening|Not urgent], could you [send me|dig out] {doc} tomorrow?
S: [Of course|First thing tomorrow|Will send before {clock}]
C: [{thanks}, good night|🙏|Have a nice evening]

@weekend
C: Happy weekend! [We are at {place}, do drop by.|Finally some sun.|{kin} says hello.]
S: [Enjoy!|You too, {c}!|Lovely, regards to the family]

S: Reminder: the [investor briefing|outlook lunch|webinar] is on {dow} at {clock}, {place}. \
[Seats are limited.|Let me know if you would like to bring a guest.]
C: [I'll be there|Can't make it, send me the slides?|Put me down for one|Will try]
S: [Noted|{ok}|Slides will follow by email]

S+pdf: [Research|Our team] put out a note on {sector}. For information only, not a recommendation.
C: {thanks}, [will read on the train|saved for the weekend|how long is it?]

C: what did the {sector} [do|look like] today?
S: [{sector} {updown} {pct}% as a group|Mostly {updown}, {stock} {pct}%]. [News flow was light.|Mainly {news}.]
C: [ok|Interesting|Thanks for the colour]

C+jpg: [Is this letter from you?|Got this in the post, do I need to do anything?|This page?]
S: [Yes, it's the annual notice, nothing to do.|That's the fee notice, for information.|Yes, please sign page 3 and upload it.]
C: [Phew|Good|{thanks}]

C+opus: [voice note coming|voice note, I'm {reason}]
S: [Listened, thanks|Heard you]. [I'll check and come back by {later}.|Understood, will prepare {doc}.]

C: New phone, same number. [Do I have to register the app again?|Does the token still work?]
S: [Yes, once: log in with the old password and follow the steps.|The token moves with the backup. If not, ring the hotline.]
C: [Sorted|Worked first time|{thanks}]

S: [Hi {c}, your|{c}, the] [time deposit|treasury bill] of {amount} matures on the {dom}. [Shall we discuss on {dow}?|No action needed today.]
C: [Let's talk {dow}|Remind me on {dow}|Noted]

C: When do you send the tax [vouchers|certificates] for {stock}?
S: [By the end of {month}|As soon as the registrar sends them]. [I'll put you on the list.|]
C: {ok}

C: wrong chat, sorry, that was for {kin}!
S: [No worries 😄|Happens to all of us|Sounds like a nice {event} though]

C: [Lunch on {dow}?|Are you around for lunch {dow}?] [I owe you one.|{food} maybe.]
S: [Only if we split it, house rule 😊|Happy to, each pays his own as always|Sure, {food} near {place}? I'll log it.]
C: [Deal|Of course|Haha fine]

C: can you explain the [stamp duty|stamp] on the last contract note?
S: [0.1% each side, rounded up to the dollar|0.1% for buyer and seller alike, rounded up]. [Line 4 of the note.|]
C: [Clear now|Makes sense|{thanks}]

C: what is the [transaction levy|trading fee] on my contract note?
S: [It goes to the exchange, not to us|The exchange and the regulator charge it]. [The rates are in the fee schedule.|Same for every broker.]
C: [ok|Got it|a few cents, fine]

C: when does today's deal settle?
S: T+2, so {tplus}. [Funds by noon please.|]
C: [Clear now|Makes sense|{thanks}]

S: {c}, your [ID document|passport] on our file expires in {month}. [Please upload the new one to the portal when you have it.|]
C: [Renewing it next week|{ok}|Appointment is on {dow}]

C: is the market open on [{dow}|the {dom}]?
S: [Normal hours|Open as usual|Half day I believe, I'll check the calendar]. [US is shut though.|]
C: {thanks}

C: What's my [cash balance|buying power|HKD balance] [now|today]?
S: {amount} available[, another {amount2} settles on {dow}| after this morning's trade|]
C: [OK|Good|Less than I thought, fine]

@open
S: [Good morning|Morning] {c}. HSI opened at {index}, {updown} {pct}%. [{stock} {px}.|Nothing on your names today.|{news} is the topic.]
C: [Morning|Thanks|👍|Good morning {s}]

C: [Tell me when {stock} gets near {px2}|Ping me if {stock} trades {px2}], [no order for now|just watching]
S: [Alert set|Will do]. [Noted: no order.|]

C: [Do you have|Could I have] the contact of your [settlement team|hotline|IT people]?
S+vcf: [Here you go|Attached]. [They answer until 6.|Weekdays only.]
C: [Saved|{thanks}]

C: [The {event} went well!|{kid} passed the exam!|We got the flat!]
S: [Congratulations!|Wonderful news|So happy for you] 🎉
C: [Thank you!|🙏|Dinner soon]
"""
