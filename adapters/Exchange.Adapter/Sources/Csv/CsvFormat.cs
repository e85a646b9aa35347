using System.Text;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>Encoding and delimiter of a file.</summary>
public sealed class CsvFormat
{
    public const string Utf8 = "utf-8", ShiftJis = "shift_jis";

    /// <summary>Stands for bytes that are no character of the encoding.</summary>
    internal const char Undecodable = '\uFFFD';

    const int Sample = 64 * 1024;

    static readonly Encoding utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false);
    static readonly Encoding shiftJis = OpenShiftJis();

    /// <param name="encoding">utf-8 (with or without byte order mark) or shift_jis (code page 932).</param>
    public CsvFormat(string encoding = Utf8, char delimiter = ',')
    {
        Encoding = encoding is Utf8 or ShiftJis ? encoding : throw new ArgumentException("Either utf-8 or shift_jis.", nameof(encoding));
        Delimiter = delimiter;
    }

    public string Encoding { get; }

    public char Delimiter { get; }

    internal StreamReader Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return Encoding == Utf8
            ? new StreamReader(stream, utf8, detectEncodingFromByteOrderMarks: true, 1 << 16)
            : new StreamReader(new NecSelected(stream), shiftJis, detectEncodingFromByteOrderMarks: false, 1 << 16);
    }

    /// <summary>What to write in the mapping when the text cannot be of this encoding.</summary>
    internal string Advice => Encoding == Utf8
        ? "not valid UTF-8; if the file is Shift_JIS, set 'encoding: shift_jis'"
        : "not valid Shift_JIS; if the file is UTF-8, set 'encoding: utf-8'";

    /// <summary>Shift_JIS text is practically never valid UTF-8 by accident; the reverse decodes silently to nonsense.</summary>
    internal bool IsReallyUtf8(string path)
    {
        if (Encoding == Utf8)
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var sample = new byte[Sample];
        var start = sample.AsSpan(0, file.ReadAtLeast(sample, Sample, throwOnEndOfStream: false));
        if (start.Length == Sample)
            start = start[..(start.LastIndexOf((byte)'\n') + 1)];
        return start.ContainsAnyExceptInRange((byte)0, (byte)127) && System.Text.Unicode.Utf8.IsValid(start);
    }

    static Encoding OpenShiftJis()
    {
        System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return System.Text.Encoding.GetEncoding(932, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Undecodable.ToString()));
    }
}
