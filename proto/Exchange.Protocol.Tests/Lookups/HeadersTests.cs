using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class HeadersTests
{
    static Header Good() => new()
    {
        SessionId = ByteString.CopyFrom(new byte[16]),
        Sequence = 1,
        Requester = "jp.mun.131016",
        Provider = "jp.tax",
        Node = "node-1",
        Task = "benefit.child",
        DataSet = "tax.income.v1",
        RequesterEpoch = 1,
        TimeUnixMs = 1,
        Kind = LookupKind.Warm,
    };

    [Fact]
    public void The_canonical_form_is_read_back()
    {
        Assert.True(Headers.TryParse(Good().ToByteString(), out var header, out _));
        Assert.Equal(Good(), header);
    }

    [Fact]
    public void Bytes_that_say_the_same_otherwise_are_refused()
    {
        var good = Good().ToByteArray();
        Refused([.. good, 0x0a, 16, .. new byte[16]]);             // a field twice
        Refused([.. good, 0x98, 0x06, 0x01]);                      // an unknown field
        Refused([0x98, 0x06, 0x01, .. good]);
        Refused([.. good[18..20], .. good[..18], .. good[20..]]);  // fields out of order
        Refused([.. good[..19], 0x81, 0x00, .. good[20..]]);       // a longer encoding of 1
        Refused([.. good, 0x5a, 0x00]);                            // an empty field written out
        Refused([.. good, 0x60, 0x00]);
    }

    [Fact]
    public void Broken_empty_and_oversized_bytes_are_refused()
    {
        var good = Good().ToByteArray();
        for (var length = 0; length < good.Length; length++)
            Refused(good[..length]);
        Refused(new byte[Headers.MaximumSize + 1]);
        Refused([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        var bytes = Good().ToByteArray();
        bytes[bytes.AsSpan().IndexOf("benefit"u8)] = 0xff;
        Refused(bytes);
    }

    [Fact]
    public void Every_field_is_held_to_its_form()
    {
        RefusedWith(one => one.SessionId = ByteString.CopyFrom(new byte[15]));
        RefusedWith(one => one.Sequence = 0);
        RefusedWith(one => one.Sequence = (1UL << 32) + 1);
        RefusedWith(one => one.Requester = "jp.*");
        RefusedWith(one => one.Provider = "");
        RefusedWith(one => one.Node = "");
        RefusedWith(one => one.Node = "node 1");
        RefusedWith(one => one.Task = "");
        RefusedWith(one => one.Task = "a\nb");
        RefusedWith(one => one.DataSet = new string('a', 129));
        RefusedWith(one => one.Kind = LookupKind.Unspecified);
        RefusedWith(one => one.Kind = (LookupKind)4);
        RefusedWith(one => one.RequestId = ByteString.CopyFrom(new byte[16]));
        RefusedWith(one => one.ExpiryUnixMs = 1);
        RefusedWith(one => one.Kind = LookupKind.Mail);
    }

    [Fact]
    public void A_mailed_header_has_a_request_id_and_an_expiry_and_no_session()
    {
        var mail = Good();
        (mail.Kind, mail.SessionId, mail.Sequence, mail.Node) = (LookupKind.Mail, ByteString.Empty, 0, "");
        (mail.RequestId, mail.ExpiryUnixMs) = (ByteString.CopyFrom(new byte[16]), 1);
        Assert.True(Headers.TryParse(mail.ToByteString(), out _, out _));
        mail.RequestId = ByteString.Empty;
        Refused(mail.ToByteArray());
    }

    static void RefusedWith(Action<Header> change)
    {
        var header = Good();
        change(header);
        Refused(header.ToByteArray());
    }

    static void Refused(byte[] bytes)
    {
        Assert.False(Headers.TryParse(ByteString.CopyFrom(bytes), out _, out var reason));
        Assert.Equal(Reason.HeaderInvalid, reason);
    }
}
