using System.Security.Cryptography;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>Batches made by hand, sent through the hub to the key authority.</summary>
public sealed class HostileEnrolmentTests(RunningExchange exchange) : IDisposable
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka;

    readonly AgencyByHand chiyoda = new(exchange, Chiyoda), osaka = new(exchange, Osaka);

    public void Dispose()
    {
        chiyoda.Dispose();
        osaka.Dispose();
    }

    [Fact]
    public async Task A_batch_is_evaluated_once_and_refused_ever_after()
    {
        var batch = Batch(chiyoda);

        Assert.Null((await Enrol(chiyoda, batch)).Refusal);
        Assert.Equal(Reason.BatchReplayed, (await Enrol(chiyoda, batch)).Refusal?.Reason);
        await Logged(batch, Reason.BatchReplayed);
    }

    [Fact]
    public async Task Nobody_enrols_for_another_agency()
    {
        var theirs = Batch(osaka);
        Assert.Equal(Reason.NameMismatch, (await Enrol(chiyoda, theirs)).Refusal?.Reason);

        // Under the own name with the other's signature, the key authority notices.
        theirs.Agency = Chiyoda;
        Assert.Equal(Reason.NameMismatch, (await Enrol(chiyoda, theirs)).Refusal?.Reason);
        theirs.Chain.Clear();
        theirs.Chain.Add(chiyoda.Signer.Chain);
        Assert.Equal(Reason.SignatureInvalid, (await Enrol(chiyoda, theirs)).Refusal?.Reason);
        await Logged(theirs, Reason.SignatureInvalid);
    }

    [Fact]
    public async Task A_batch_with_a_changed_point_bad_points_or_an_old_time_is_refused()
    {
        var changed = Batch(chiyoda);
        changed.Points = Points(2);
        Assert.Equal(Reason.SignatureInvalid, (await Enrol(chiyoda, changed)).Refusal?.Reason);

        Assert.Equal(Reason.PointInvalid, (await Enrol(chiyoda, Batch(chiyoda, points: ByteString.CopyFrom(new byte[64])))).Refusal?.Reason);
        Assert.Equal(Reason.BatchInvalid, (await Enrol(chiyoda, Batch(chiyoda, points: ByteString.CopyFrom(new byte[33])))).Refusal?.Reason);
        Assert.Equal(Reason.BatchInvalid, (await Enrol(chiyoda, Batch(chiyoda, points: ByteString.Empty))).Refusal?.Reason);
        Assert.Equal(Reason.TimeOutOfRange, (await Enrol(chiyoda, Batch(chiyoda, minutes: -6))).Refusal?.Reason);
        Assert.Equal(Reason.TimeOutOfRange, (await Enrol(chiyoda, Batch(chiyoda, minutes: 6))).Refusal?.Reason);
        Assert.Equal(Reason.EpochMismatch, (await Enrol(chiyoda, Batch(chiyoda, epoch: 2))).Refusal?.Reason);
    }

    [Fact]
    public async Task A_second_stream_of_an_agency_is_refused_and_the_first_goes_on()
    {
        using var first = osaka.Enrolment.Enrol();
        await first.RequestStream.WriteAsync(Batch(osaka));
        Assert.True(await first.ResponseStream.MoveNext(default));

        using var second = osaka.Enrolment.Enrol();
        var refused = AgencyByHand.Refused(await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(default)));

        Assert.Equal(Reason.ConnectionLimit, refused.Reason);
        await first.RequestStream.WriteAsync(Batch(osaka));
        Assert.True(await first.ResponseStream.MoveNext(default));
        Assert.Null(first.ResponseStream.Current.Refusal);
        await first.RequestStream.CompleteAsync();
        Assert.False(await first.ResponseStream.MoveNext(default));
        Assert.Null((await Enrol(osaka, Batch(osaka))).Refusal);
    }

    static async Task<EnrolledBatch> Enrol(AgencyByHand agency, EnrolmentBatch batch)
    {
        using var call = agency.Enrolment.Enrol();
        await call.RequestStream.WriteAsync(batch);
        Assert.True(await call.ResponseStream.MoveNext(default));
        var answer = call.ResponseStream.Current;
        // To its end: an agency has one stream at a time.
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        return answer;
    }

    async Task Logged(EnrolmentBatch batch, Reason reason) =>
        Assert.Contains(await exchange.AuditLog(), one => one.Entry.Enrolment is { } entry && entry.BatchId == batch.BatchId && entry.Reason == reason && entry.Outcome == AuditOutcome.Refused);

    static EnrolmentBatch Batch(AgencyByHand agency, ByteString? points = null, int minutes = 0, ulong epoch = 1)
    {
        var batch = new EnrolmentBatch
        {
            Agency = agency.Id,
            Epoch = epoch,
            BatchId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            TimeUnixMs = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToUnixTimeMilliseconds(),
            Points = points ?? Points(2),
            Chain = { agency.Signer.Chain },
        };
        batch.Signature = ByteString.CopyFrom(agency.Signer.Sign(EnrolmentSigning.Bytes(batch)));
        return batch;
    }

    static ByteString Points(int count)
    {
        var points = new byte[count * Ristretto.PointLength];
        for (var i = 0; i < count; i++)
            Ristretto.FromUniformBytes(RandomNumberGenerator.GetBytes(Ristretto.WideLength), points.AsSpan(i * Ristretto.PointLength, Ristretto.PointLength));
        return ByteString.CopyFrom(points);
    }
}
