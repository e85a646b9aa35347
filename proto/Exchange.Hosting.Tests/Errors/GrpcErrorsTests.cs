using CsCheck;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Exchange.Hosting.Tests.Errors;

public sealed class GrpcErrorsTests
{
    const string Trailer = "grpc-status-details-bin";

    [Fact]
    public void A_refusal_comes_out_of_its_status_as_it_went_in()
    {
        foreach (var reason in System.Enum.GetValues<Reason>())
        {
            var refusal = Reasons.Refuse(reason, "What happened.", TimeSpan.FromMilliseconds(1234));
            refusal.RequestId = ByteString.CopyFrom(Enumerable.Range(0, 16).Select(i => (byte)i).ToArray());

            var told = refusal.ToRpcException();

            Assert.Equal(refusal, told.ToRefusal());
            Assert.Equal(Reasons.Of(reason).Status, told.StatusCode);
        }
    }

    [Theory]
    [InlineData("9999")]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData("not_permitted")]
    [InlineData("NOT_PERMITTED,TASK_UNKNOWN")]
    [InlineData("OF_A_LATER_VERSION")]
    [InlineData("")]
    public void A_reason_that_this_version_does_not_know_is_unspecified_in_the_peers_words(string reason)
    {
        var status = Status(new ErrorInfo { Domain = "exchange", Reason = reason, Metadata = { ["remedy"] = "Do that." } }, new RetryInfo { RetryDelay = new Duration { Seconds = 2 } });
        status.Message = "This happened. Do that.";

        var refusal = status.ToRpcException().ToRefusal()!;

        Assert.Equal((Reason.Unspecified, "This happened.", "Do that.", 2000u), (refusal.Reason, refusal.Message, refusal.Remedy, refusal.RetryAfterMs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("00")]
    [InlineData("0")]
    [InlineData("000102030405060708090a0b0c0d0e0g")]
    [InlineData("000102030405060708090a0b0c0d0e0f10")]
    public void A_request_id_that_is_none_is_left_out(string id) =>
        Assert.Empty(Status(new ErrorInfo { Domain = "exchange", Reason = "INTERNAL", Metadata = { ["request_id"] = id } }).ToRpcException().ToRefusal()!.RequestId);

    [Fact]
    public void A_time_to_retry_that_is_none_is_left_out_and_one_beyond_all_measure_is_the_longest()
    {
        Assert.Equal(0u, Retry(new RetryInfo()));
        Assert.Equal(0u, Retry(new RetryInfo { RetryDelay = new Duration { Seconds = -5 } }));
        Assert.Equal(0u, Retry(new RetryInfo { RetryDelay = new Duration { Nanos = int.MinValue } }));
        Assert.Equal(uint.MaxValue, Retry(new RetryInfo { RetryDelay = new Duration { Seconds = long.MaxValue, Nanos = int.MaxValue } }));

        static uint Retry(RetryInfo retry) => Status(new ErrorInfo { Domain = "exchange", Reason = "INTERNAL" }, retry).ToRpcException().ToRefusal()!.RetryAfterMs;
    }

    [Fact]
    public void A_status_of_somebody_else_is_no_refusal()
    {
        Assert.Null(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "gone")).ToRefusal());
        Assert.Null(Status(new ErrorInfo { Domain = "elsewhere", Reason = "INTERNAL" }).ToRpcException().ToRefusal());
    }

    [Fact]
    public void Whatever_bytes_a_peer_sends_as_details_there_is_a_refusal_or_none() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Told(bytes));

    [Fact]
    public void Whatever_a_peer_writes_in_good_form_becomes_a_refusal_that_can_be_told_on() =>
        Gen.Select(Gen.String, Gen.String, Gen.String, Gen.String, Gen.Long, Gen.Int, Gen.Byte.Array[0, 20]).Sample((reason, message, remedy, id, seconds, nanos, broken) =>
        {
            var status = Status(
                new ErrorInfo { Domain = "exchange", Reason = Text(reason), Metadata = { ["remedy"] = Text(remedy), ["request_id"] = Text(id) } },
                new RetryInfo { RetryDelay = new Duration { Seconds = seconds, Nanos = nanos } });
            status.Message = Text(message);
            var refusal = Told(status.ToByteArray());
            Assert.NotNull(refusal);
            var toldOn = refusal.ToRpcException().ToRefusal()!;
            Assert.Equal((refusal.Reason, refusal.RequestId, refusal.RetryAfterMs), (toldOn.Reason, toldOn.RequestId, toldOn.RetryAfterMs));

            // The same with a detail that does not open.
            status.Details.Insert(0, new Any { TypeUrl = status.Details[0].TypeUrl, Value = ByteString.CopyFrom(broken) });
            status.Details.Insert(0, new Any { TypeUrl = status.Details[^1].TypeUrl, Value = ByteString.CopyFrom(broken) });
            Told(status.ToByteArray());
        });

    static Refusal? Told(byte[] details)
    {
        var refusal = new RpcException(new Grpc.Core.Status(StatusCode.Unknown, ""), new Metadata { { Trailer, details } }).ToRefusal();
        if (refusal is not null)
            Assert.Equal(refusal.Reason, Reasons.Known(refusal.Reason));
        return refusal;
    }

    static Google.Rpc.Status Status(params IMessage[] details) =>
        new() { Code = (int)StatusCode.Internal, Message = "Something.", Details = { details.Select(Any.Pack) } };

    /// <summary>As UTF-8 can carry it.</summary>
    static string Text(string any) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(any));
}
