"""Backups written for these tests, with the names and values that the app writes."""

from base64 import b64encode

PICTURE = b"\x89PNG\r\n\x1a\n\x00\x01picture"
CARD = "BEGIN:VCARD\r\nFN:陈大文\r\nEND:VCARD"

SMS = (
    '<sms protocol="0" address="+852 9123-4567" date="1715680801123" type="1" subject="null" body="你好，明天见 &amp; bye&#10;second line" '
    'toa="null" sc_toa="null" service_center="+85290000001" read="1" status="-1" locked="0" date_sent="1715680800000" '
    'sub_id="2" readable_date="14 May 2024 18:00:01" contact_name="陈大文" />'
)
EMOJI = (
    '<sms protocol="0" address="+85291234567" date="1715680802000" type="2" subject="null" body="ok &#55357;&#56846; done" '
    'read="1" status="64" locked="1" date_sent="0" sub_id="-1" readable_date="x" contact_name="(Unknown)" />'
)
DRAFT = '<sms address="" date="1715680803000" type="3" body="not sent" read="1" contact_name="null" />'
FAILED = '<sms address="MyBank" date="1715680804000" type="5" body="try" read="0" />'
MMS = f"""<mms date="1715680805000" rr="129" sub="null" ct_t="application/vnd.wap.multipart.related" msg_box="1" address="+85291234567~+85298887777" sub_cs="106" m_id="4C1F@mms" m_size="12345" pri="129" read="1" readable_date="later" contact_name="陈大文, Amy">
    <parts>
      <part seq="-1" ct="application/smil" name="null" chset="null" cid="&lt;smil&gt;" cl="smil.xml" text="&lt;smil&gt;&lt;/smil&gt;" />
      <part seq="0" ct="image/png" name="deal.png" chset="null" cd="null" fn="deal.png" cid="&lt;deal&gt;" cl="deal.png" text="null" data="{b64encode(PICTURE).decode()}" />
      <part seq="0" ct="text/plain" name="null" chset="106" cl="text_0.txt" text="see this 图" />
      <part seq="0" ct="text/x-vCard" name="chan.vcf" chset="106" cl="chan.vcf" text="{CARD.replace(chr(13), "&#13;").replace(chr(10), "&#10;")}" />
      <part seq="0" ct="video/mp4" name="gone.mp4" chset="null" cl="gone.mp4" text="null" />
    </parts>
    <addrs>
      <addr address="+85291234567" type="137" charset="106" />
      <addr address="+85290001111" type="151" charset="106" />
      <addr address="+85298887777" type="130" charset="106" />
    </addrs>
  </mms>"""
SENT_MMS = """<mms date="1715680806000" msg_box="2" address="+85291234567" m_id="null" sub="&#195;&#169;t&#195;&#169;" sub_cs="106">
    <parts><part seq="0" ct="text/plain" text="bonjour" /></parts>
    <addrs><addr address="insert-address-token" type="137" charset="106" /><addr address="+85291234567" type="151" charset="106" /></addrs>
  </mms>"""
ODD = '<rcs address="+85291234567" date="1715680807000" body="new kind" mood="happy"><extra a="1">text</extra></rcs>'

MESSAGES = (SMS, EMOJI, DRAFT, FAILED, MMS, SENT_MMS, ODD)

CALL = '<call number="+85291234567" duration="62" date="1715680808000" type="1" presentation="1" subscription_id="8985" readable_date="x" contact_name="陈大文" />'
MISSED = '<call number="-1" duration="0" date="1715680809000" type="3" presentation="2" readable_date="x" contact_name="(Unknown)" />'


def backup(*messages: str, root: str = "smses") -> bytes:
    """A file as the app writes it."""
    lines = "".join(f"  {message}\n" for message in messages)
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By SMS Backup & Restore v10.20.002-->\n"
    opened = f'<{root} count="{len(messages)}" backup_set="5f7a" backup_date="1715680900000" type="full">'
    return f"{head}{opened}\n{lines}</{root}>".encode()
