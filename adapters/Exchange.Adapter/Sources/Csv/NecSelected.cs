using System.Text;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>
/// A file in Shift_JIS as Windows has it (code page 932), in which systems of NEC and programs in Python write 374 letters by other
/// bytes, ED40 to EEFC, than Windows does: 髙 and 﨑 of many a name among them. They are read as the same letters; .NET knows the
/// bytes of Windows alone.
/// </summary>
sealed class NecSelected(Stream inner) : Stream
{
    /// <summary>In the order of their bytes, 188 to each of the two leading ones; NUL where there is none.</summary>
    internal const string Letters =
        "纊褜鍈銈蓜俉炻昱棈鋹曻彅丨仡仼伀伃伹佖侒侊侚侔俍偀倢俿倞偆偰偂傔僴僘兊兤冝冾凬刕劜劦勀勛匀匇匤"
        + "卲厓厲叝﨎咜咊咩哿喆坙坥垬埈埇﨏塚增墲夋奓奛奝奣妤妺孖寀甯寘寬尞岦岺峵崧嵓﨑嵂嵭嶸嶹巐弡弴彧德"
        + "忞恝悅悊惞惕愠惲愑愷愰憘戓抦揵摠撝擎敎昀昕昻昉昮昞昤晥晗晙晴晳暙暠暲暿曺朎朗杦枻桒柀栁桄棏﨓楨"
        + "﨔榘槢樰橫橆橳橾櫢櫤毖氿汜沆汯泚洄涇浯涖涬淏淸淲淼渹湜渧渼溿澈澵濵瀅瀇瀨炅炫焏焄煜煆煇凞燁燾犱"
        + "犾猤猪獷玽珉珖珣珒琇珵琦琪琩琮瑢璉璟甁畯皂皜皞皛皦益睆劯砡硎硤硺礰礼神祥禔福禛竑竧靖竫箞精絈絜"
        + "綷綠緖繒罇羡羽茁荢荿菇菶葈蒴蕓蕙蕫﨟薰蘒﨡蠇裵訒訷詹誧誾諟諸諶譓譿賰賴贒赶﨣軏﨤逸遧郞都鄕鄧釚"
        + "釗釞釭釮釤釥鈆鈐鈊鈺鉀鈼鉎鉙鉑鈹鉧銧鉷鉸鋧鋗鋙鋐﨧鋕鋠鋓錥錡鋻﨨錞鋿錝錂鍰鍗鎤鏆鏞鏸鐱鑅鑈閒隆"
        + "﨩隝隯霳霻靃靍靏靑靕顗顥飯飼餧館馞驎髙髜魵魲鮏鮱鮻鰀鵰鵫鶴鸙黑\0\0ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ￢￤＇＂";

    const byte FirstLead = 0xED, LastLead = 0xEE, FirstTrail = 0x40, NoTrail = 0x7F, LastTrail = 0xFC;

    const int Trails = LastTrail - FirstTrail;

    static readonly byte[][] bytesOfWindows = Bytes();

    // Of the last pair that a read cut in two.
    byte? held;
    bool isTrail;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="buffer">Of two bytes at least.</param>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var length = 0;
            if (held is { } lead)
                buffer[length++] = lead;
            held = null;
            var read = inner.Read(buffer[length..]);
            if (read == 0)
                return length;
            length = Exchanged(buffer[..(length + read)]);
            if (length > 0)
                return length;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <returns>How many of them are whole.</returns>
    int Exchanged(Span<byte> bytes)
    {
        var at = isTrail ? 1 : 0;
        isTrail = false;
        while (at < bytes.Length)
        {
            var lead = bytes[at];
            if (lead is not (>= 0x81 and <= 0x9F or >= 0xE0 and <= 0xFC))
            {
                at++;
                continue;
            }
            if (at + 1 == bytes.Length)
            {
                if (lead is FirstLead or LastLead)
                {
                    held = lead;
                    return at;
                }
                isTrail = true;
                return bytes.Length;
            }
            if (lead is FirstLead or LastLead && Place(lead, bytes[at + 1]) is { } place && bytesOfWindows[place] is { Length: 2 } same)
                same.CopyTo(bytes[at..]);
            at += 2;
        }
        return bytes.Length;
    }

    internal static int? Place(byte lead, byte trail) =>
        trail is < FirstTrail or NoTrail or > LastTrail ? null : (lead - FirstLead) * Trails + trail - FirstTrail - (trail > NoTrail ? 1 : 0);

    static byte[][] Bytes()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var windows = Encoding.GetEncoding(932);
        return [.. Letters.Select(letter => letter == '\0' ? [] : windows.GetBytes([letter]))];
    }
}
