using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// Turns a list of keys and numbers into pseudonyms of this agency, batch by batch:
/// 1. the commitments are checked against what is pinned, 2. each number is checked and blinded, 3. the batch is signed
/// and sent, 4. both proofs are verified, 5. the points are closed and saved. A number lives until its batch is saved.
/// </summary>
public sealed class Enroller(
    People people, ClosingScalar closing, AgencySigner signer, PinnedAuthority pinned, ChannelBase hub, EnrolmentOptions options, TimeProvider time)
{
    static readonly TimeSpan callTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Running it again with the same list changes nothing.</summary>
    /// <param name="bad">Told of each line passed over; neither key nor number stands in it.</param>
    public async Task<EnrolmentResult> Run(IPeople list, Action<BadLine> bad, IProgress<EnrolmentProgress>? progress = null, CancellationToken cancellation = default)
    {
        var counts = default(EnrolmentCounts);
        var passedOver = 0;
        if (options.Changed.Unknown(people) is { } unknown)
            return new EnrolmentResult(counts, passedOver, people.Quarantined(), unknown);
        var (point, refusal) = await OwnPoint(cancellation).ConfigureAwait(false);
        using var stream = new EnrolmentStream(hub, options.AnswerTimeout, time);
        if (refusal is null)
        {
            await foreach (var batch in Batches(list, Note, cancellation).ConfigureAwait(false))
            {
                (var saved, refusal) = await Enrol(stream, batch, point, waiting => progress?.Report(new(counts.Sum, passedOver, waiting)), cancellation).ConfigureAwait(false);
                if (refusal is not null)
                    break;
                counts += saved;
                progress?.Report(new(counts.Sum, passedOver, null));
            }
        }
        if (refusal is null)
            await stream.Complete().ConfigureAwait(false);
        return new EnrolmentResult(counts, passedOver, people.Quarantined(), refusal);

        void Note(BadLine line)
        {
            passedOver++;
            bad(line);
        }
    }

    /// <summary>a*G of this agency and epoch, from commitments that stand up to what is pinned.</summary>
    async Task<(byte[] Point, Refusal? Refusal)> OwnPoint(CancellationToken cancellation)
    {
        Commitments commitments;
        try
        {
            var directory = new DirectoryService.DirectoryServiceClient(hub);
            var response = await directory.GetCommitmentsAsync(
                new GetCommitmentsRequest(), deadline: (time.GetUtcNow() + callTimeout).UtcDateTime, cancellationToken: cancellation).ConfigureAwait(false);
            commitments = response.Commitments ?? new Commitments();
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            return ([], e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable));
        }
        if (pinned.Check(commitments, people.CommitmentsVersion) is { } refusal)
            return ([], refusal);
        people.Remember(commitments.Version);
        var own = commitments.Agencies.Where(one => one.Agency == signer.Name.Id && one.Epoch == options.Epoch).ToList();
        return own.Count == 1
            ? (own[0].Point.ToByteArray(), null)
            : ([], Reasons.NotAdmitted(signer.Name.Id, options.Epoch));
    }

    async IAsyncEnumerable<Batch> Batches(IPeople list, Action<BadLine> bad, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var batch = new Batch();
        await foreach (var person in list.Read(bad, cancellation).ConfigureAwait(false))
        {
            if (options.OnlyNew && people.TryFind(person.Key, out _) && !options.Changed.Contains(person.Key))
                continue;
            if (!Identifier.TryParse(options.Type, person.Number, out var number, out var problem))
            {
                bad(new BadLine(person.Line, list.NumberColumn, Reason.NumberInvalid, Words(problem)));
                continue;
            }
            batch.Keys.Add(person.Key);
            batch.Numbers.Add(number);
            if (batch.Keys.Count < options.BatchSize)
                continue;
            yield return batch;
            batch = new Batch();
        }
        if (batch.Keys.Count > 0)
            yield return batch;
    }

    async Task<(EnrolmentCounts, Refusal?)> Enrol(EnrolmentStream stream, Batch batch, byte[] ownPoint, Action<Refusal> waiting, CancellationToken cancellation)
    {
        var giveUp = time.GetUtcNow() + options.Patience;
        while (true)
        {
            using var blinded = new BlindedBatch(batch.Numbers);
            var (answer, refusal) = await stream.Send(Sign(blinded), cancellation).ConfigureAwait(false);
            if (answer is not null)
                return blinded.IsProven(answer, ownPoint, pinned.HubPoint)
                    ? (people.Save(Close(batch, blinded, answer)), null)
                    : (default, Reasons.Refuse(Reason.ProofInvalid));
            var wait = TimeSpan.FromMilliseconds(refusal!.RetryAfterMs);
            if (wait == TimeSpan.Zero || time.GetUtcNow() + wait > giveUp)
                return (default, refusal);
            waiting(refusal);
            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }
    }

    EnrolmentBatch Sign(BlindedBatch blinded)
    {
        var message = new EnrolmentBatch
        {
            Agency = signer.Name.Id,
            Epoch = options.Epoch,
            BatchId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Points = UnsafeByteOperations.UnsafeWrap(blinded.Points),
            Chain = { signer.Chain },
        };
        message.Signature = ByteString.CopyFrom(signer.Sign(EnrolmentSigning.Bytes(message)));
        return message;
    }

    List<EnrolledPerson> Close(Batch batch, BlindedBatch blinded, EnrolledBatch answer)
    {
        var stored = blinded.Close(closing, answer);
        return [.. batch.Keys.Select((key, i) => new EnrolledPerson(key, stored.AsMemory(i * Ristretto.PointLength, Ristretto.PointLength), options.Changed.Contains(key)))];
    }

    static string Words(IdentifierProblem problem) => problem switch
    {
        IdentifierProblem.Empty => "blank",
        IdentifierProblem.NotDigits => "holds something that is not a digit",
        IdentifierProblem.WrongLength => "has too many or too few digits",
        _ => "has a wrong check digit",
    };

    sealed class Batch
    {
        internal List<string> Keys { get; } = [];

        internal List<Identifier> Numbers { get; } = [];
    }
}
