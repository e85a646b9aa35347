using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Recalls;

/// <summary>A recall or a correction of this agency. About a person.</summary>
/// <param name="Reference">16 bytes.</param>
public sealed record OwnRecall(ByteString Reference, RecallContent Content)
{
    /// <summary>Nobody is told anything of the person.</summary>
    public bool IsOpen => Content.Kind == NoticeKind.Recall && Content.ClosedUnixMs == 0;

    public override string ToString() => $"{nameof(OwnRecall)} {Convert.ToHexStringLower(Reference.Span)}";
}

/// <summary>A notice of this agency.</summary>
/// <param name="Id">16 bytes.</param>
public sealed record OwnNotice(ByteString Id, SentNoticeContent Content)
{
    public override string ToString() => $"{nameof(OwnNotice)} {Convert.ToHexStringLower(Id.Span)}";
}

/// <summary>A notice of another agency.</summary>
/// <param name="Id">16 bytes.</param>
public sealed record HeardNotice(ByteString Id, ReceivedNoticeContent Content)
{
    public NoticeHeader Header { get; } = NoticeHeader.Parser.ParseFrom(Content.Header);

    /// <summary>A notice that only says that a recall is over.</summary>
    public bool IsClosing => Content.Content.Kind == NoticeKind.Closed;

    /// <summary>How far it is here; the hub may have yet to hear it.</summary>
    public NoticeStage Stage => Content.AcknowledgedUnixMs != 0 ? NoticeStage.Acknowledged : NoticeStage.Received;

    public override string ToString() => $"{nameof(HeardNotice)} {Convert.ToHexStringLower(Id.Span)}";
}
