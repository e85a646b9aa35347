using System.Security.Cryptography;
using System.Text;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using ListedPerson = Exchange.Adapter.Sources.People.Person;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class EnrollerTests : IDisposable
{
    const string First = "983205673214", Second = "621498320257", Third = "263259976392", Fourth = "123456789018";

    readonly string folder = Directory.CreateTempSubdirectory("enroller-").FullName;
    readonly AgencyKeys keys;
    readonly People people;
    readonly List<BadLine> bad = [];
    readonly List<EnrolmentProgress> progress = [];

    public EnrollerTests()
    {
        AgencyKeys.Create(Path.Combine(folder, "keys.json"));
        keys = AgencyKeys.Read(Path.Combine(folder, "keys.json"));
        people = People.Open(Path.Combine(folder, "people.db"), keys.ClosingId, 1, TimeProvider.System);
    }

    public void Dispose()
    {
        people.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Each_person_is_stored_under_the_pseudonym_of_their_number()
    {
        await using var hub = await Counterpart.Start();
        var result = await Run(hub, new EnrolmentOptions { Epoch = 1, BatchSize = 2 }, ("a", First), ("b", Second), ("c", Third));
        Assert.Null(result.Refusal);
        Assert.Equal(new EnrolmentCounts(3, 0, 0, 0), result.Counts);
        Assert.Equal([2, 3], progress.Select(one => one.Enrolled));
        foreach (var (key, number) in new[] { ("a", First), ("b", Second), ("c", Third) })
        {
            var expected = new byte[32];
            Assert.True(Identifier.TryParse(IdentifierType.MyNumber, number, out var identifier, out _));
            identifier.HashToPoint(expected);
            foreach (var scalar in new[] { hub.A.Bytes.ToArray(), hub.H.Bytes.ToArray(), keys.Closing.Bytes.ToArray() })
                Assert.True(Ristretto.TryMultiply(scalar, expected, expected));
            Assert.True(people.TryFindByStored(expected, out var person));
            Assert.Equal(key, person.Key);
        }
    }

    [Fact]
    public async Task Batches_are_signed_fresh_and_say_nothing_twice()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First), ("b", Second));
        await Run(hub, ("a", First), ("b", Second));
        Assert.Equal(2, hub.Batches.Count);
        foreach (var batch in hub.Batches)
        {
            using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(batch.Chain[0].Span);
            using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPublicKey(certificate)!;
            Assert.True(key.VerifyData(EnrolmentSigning.Bytes(batch), batch.Signature.Span, HashAlgorithmName.SHA256));
        }
        Assert.NotEqual(hub.Batches[0].BatchId, hub.Batches[1].BatchId);
        var points = hub.Batches.SelectMany(batch => batch.Points.ToByteArray().Chunk(32)).Select(Convert.ToHexString).ToList();
        Assert.Equal(4, points.Distinct().Count());
    }

    [Fact]
    public async Task Running_it_again_changes_nothing_and_a_corrected_number_no_longer_leads_to_the_row()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First), ("b", Second));
        Assert.True(people.TryFind("a", out var before));
        Assert.Equal(new EnrolmentCounts(0, 0, 0, 2), (await Run(hub, ("a", First), ("b", Second))).Counts);
        Assert.Equal(new EnrolmentCounts(0, 1, 0, 1), (await Run(hub, ("a", Third), ("b", Second))).Counts);
        Assert.True(people.TryFind("a", out var after));
        Assert.Equal((before.Row, 2ul), (after.Row, after.Generation));
        Assert.False(people.TryFindByStored(before.Stored, out _));
        Assert.Equal(new EnrolmentCounts(1, 0, 0, 2), (await Run(hub, ("a", Third), ("b", Second), ("owner", First))).Counts);
        Assert.True(people.TryFindByStored(before.Stored, out var owner));
        Assert.Equal(("owner", false), (owner.Key, owner.Quarantined));
    }

    [Fact]
    public async Task Those_listed_as_officially_changed_stay_found_by_the_earlier_number_and_are_counted_apart()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First), ("b", Second));
        byte[] a = Stored("a"), b = Stored("b");
        var how = new EnrolmentOptions { Epoch = 1, Changed = Changed("a") };
        Assert.Equal(new EnrolmentCounts(0, 1, 1, 0), (await Run(hub, how, ("a", Third), ("b", Fourth))).Counts);
        foreach (var again in new[] { how, how with { Changed = ChangedNumbers.None } })
            Assert.Equal(new EnrolmentCounts(0, 0, 0, 2), (await Run(hub, again, ("a", Third), ("b", Fourth))).Counts);
        Assert.True(people.TryFindByStored(a, out var changed));
        Assert.Equal(("a", 2ul), (changed.Key, changed.Generation));
        Assert.False(people.TryFindByStored(b, out _));
    }

    [Fact]
    public async Task A_run_of_corrections_and_changes_that_stops_in_the_middle_goes_on_from_there()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First), ("b", Second), ("c", Third));
        byte[] a = Stored("a"), c = Stored("c");
        var how = new EnrolmentOptions { Epoch = 1, BatchSize = 2, Changed = Changed("a", "c") };
        hub.Answer = (number, answer) => number == 3 ? new EnrolledBatch { BatchId = answer.BatchId, Refusal = Reasons.Refuse(Reason.EpochMismatch) } : answer;
        Assert.Equal(new EnrolmentCounts(0, 1, 1, 0), (await Run(hub, how, ("a", Fourth), ("b", Third), ("c", Second))).Counts);
        Assert.True(people.TryFindByStored(c, out var shared) && shared.Quarantined);
        Assert.Equal(new EnrolmentCounts(0, 0, 1, 2), (await Run(hub, how, ("a", Fourth), ("b", Third), ("c", Second))).Counts);
        Assert.True(people.TryFindByStored(a, out var first));
        Assert.Equal("a", first.Key);
        Assert.Equal([["b", "c"]], people.Quarantined());
    }

    [Fact]
    public async Task A_key_listed_as_changed_that_nobody_has_is_refused_before_anything_is_sent_and_told_by_its_line()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First));
        var refusal = (await Run(hub, new EnrolmentOptions { Epoch = 1, Changed = Changed("a", "", "aa") }, ("a", Second))).Refusal;
        Assert.Equal(Reason.PersonUnknown, refusal?.Reason);
        Assert.Contains("line 3", refusal!.Message, StringComparison.Ordinal);
        Assert.Single(hub.Batches);
    }

    [Fact]
    public async Task Two_persons_with_one_number_are_quarantined_and_listed_and_bad_numbers_named_by_line()
    {
        await using var hub = await Counterpart.Start();
        var result = await Run(hub, ("a", First), ("b", "983205673215"), ("c", "９８３２０５６７３２１４"), ("d", "12"), ("e", "98320567321x"));
        Assert.Equal([["a", "c"]], result.Quarantined);
        Assert.Equal(3, result.Bad);
        Assert.Equal([(2, "has a wrong check digit"), (4, "has too many or too few digits"), (5, "holds something that is not a digit")], bad.Select(line => (line.Line, line.What)));
        Assert.All(bad, line => Assert.Equal((Reason.NumberInvalid, "my number"), (line.Reason, line.Column)));
        Assert.Equal(2, people.Count);
        Assert.True(people.TryFind("a", out var person) && person.Quarantined);
    }

    [Fact]
    public async Task Only_new_people_and_those_listed_as_changed_are_sent_when_that_was_asked()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First));
        var result = await Run(hub, new EnrolmentOptions { Epoch = 1, OnlyNew = true }, ("a", Third), ("b", Second));
        Assert.Equal(new EnrolmentCounts(1, 0, 0, 0), result.Counts);
        Assert.Equal(32, hub.Batches[^1].Points.Length);
        result = await Run(hub, new EnrolmentOptions { Epoch = 1, OnlyNew = true, Changed = Changed("a") }, ("a", Third), ("b", Second));
        Assert.Equal(new EnrolmentCounts(0, 0, 1, 0), result.Counts);
    }

    [Fact]
    public async Task A_wrong_key_of_hub_or_authority_or_one_bad_point_rejects_the_whole_batch()
    {
        await using var hub = await Counterpart.Start();
        using var other = SecretScalar.Random();
        foreach (var misbehave in new Func<EnrolledBatch, EnrolledBatch>[]
        {
            answer => Again(Counterpart.Evaluate(hub.Batches[^1], other, hub.H)),
            answer => Again(Counterpart.Evaluate(hub.Batches[^1], hub.A, other)),
            answer => Again(answer, one => one.HubPoints = ByteString.CopyFrom([.. other.PublicPoint(), .. one.HubPoints.Span[32..]])),
            answer => Again(answer, one => one.HubPoints = ByteString.CopyFrom([.. new byte[32], .. one.HubPoints.Span[32..]])),
            answer => Again(answer, one => one.HubPoints = ByteString.CopyFrom(one.HubPoints.Span[32..])),
            answer => Again(answer, one => one.AuthorityProof = null),
            answer => Again(answer, one => one.HubProof = one.AuthorityProof),
        })
        {
            hub.Answer = (_, answer) => misbehave(answer);
            Assert.Equal(Reason.ProofInvalid, (await Run(hub, ("a", First), ("b", Second))).Refusal?.Reason);
            Assert.Equal(0, people.Count);
        }

        static EnrolledBatch Again(EnrolledBatch answer, Action<EnrolledBatch>? change = null)
        {
            change?.Invoke(answer);
            return answer;
        }
    }

    [Fact]
    public async Task Commitments_that_are_older_unsigned_or_of_another_hub_are_refused_before_anything_is_sent()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First));
        var sent = hub.Batches.Count;
        using var other = SecretScalar.Random();
        foreach (var change in new Action<Commitments>[]
        {
            one => hub.Sign(one).Version = 6,
            one => hub.Sign(one).Agencies[0].Point = ByteString.CopyFrom(other.PublicPoint()),
            one => hub.Sign(one).Signature = ByteString.Empty,
            one =>
            {
                one.Version = 4;
                hub.Sign(one);
            },
            one =>
            {
                one.HubPoint = ByteString.CopyFrom(other.PublicPoint());
                hub.Sign(one);
            },
        })
        {
            var good = hub.Commitments;
            hub.Commitments = good.Clone();
            change(hub.Commitments);
            Assert.Equal(Reason.CommitmentsInvalid, (await Run(hub, ("b", Second))).Refusal?.Reason);
            hub.Commitments = good;
        }
        Assert.Equal(sent, hub.Batches.Count);
    }

    [Fact]
    public async Task An_agency_or_epoch_not_admitted_is_told_so_and_that_the_key_authority_admits_it()
    {
        await using var hub = await Counterpart.Start();
        var refusal = (await Run(hub, new EnrolmentOptions { Epoch = 2 }, ("a", First))).Refusal!;
        Assert.Equal(Reason.AgencyUnknown, refusal.Reason);
        Assert.Contains("Ask the key authority to run 'admit jp.", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_refused_for_now_is_sent_again_under_a_new_id_with_new_blinding()
    {
        await using var hub = await Counterpart.Start();
        hub.Answer = (number, answer) => number <= 2
            ? new EnrolledBatch { BatchId = answer.BatchId, Refusal = Reasons.Refuse(Reason.AuthorityUnavailable, retryAfter: TimeSpan.FromMilliseconds(1)) }
            : answer;
        var result = await Run(hub, ("a", First));
        Assert.Null(result.Refusal);
        Assert.Equal([Reason.AuthorityUnavailable, Reason.AuthorityUnavailable, null], progress.Select(one => one.Waiting?.Reason));
        Assert.Equal(3, hub.Batches.Select(batch => batch.BatchId).Distinct().Count());
        Assert.Equal(3, hub.Batches.Select(batch => batch.Points).Distinct().Count());
    }

    [Fact]
    public async Task A_lost_stream_is_opened_again()
    {
        await using var hub = await Counterpart.Start();
        hub.Answer = (number, answer) => number == 1 ? throw Reasons.Refuse(Reason.HubDraining).ToRpcException() : answer;
        Assert.Null((await Run(hub, ("a", First))).Refusal);
        Assert.Equal(1, people.Count);
    }

    [Fact]
    public async Task What_was_saved_before_a_final_refusal_stays_and_the_next_run_goes_on()
    {
        await using var hub = await Counterpart.Start();
        hub.Answer = (number, answer) => number == 2 ? new EnrolledBatch { BatchId = answer.BatchId, Refusal = Reasons.Refuse(Reason.EpochMismatch) } : answer;
        var result = await Run(hub, new EnrolmentOptions { Epoch = 1, BatchSize = 2 }, ("a", First), ("b", Second), ("c", Third));
        Assert.Equal((Reason.EpochMismatch, new EnrolmentCounts(2, 0, 0, 0)), (result.Refusal!.Reason, result.Counts));
        Assert.Equal(new EnrolmentCounts(1, 0, 0, 2), (await Run(hub, ("a", First), ("b", Second), ("c", Third))).Counts);
    }

    [Fact]
    public async Task Without_a_hub_it_ends_with_a_refusal()
    {
        var hub = await Counterpart.Start();
        await using (hub)
        {
        }
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:1");
        using var pinned = new PinnedAuthority(hub.AuthorityCertificate, hub.H.PublicPoint());
        var enroller = new Enroller(people, keys.Closing, hub.Signer, pinned, channel, new EnrolmentOptions { Epoch = 1 }, TimeProvider.System);
        Assert.Equal(Reason.HubUnavailable, (await enroller.Run(new Listed(("a", First)), bad.Add)).Refusal?.Reason);
    }

    [Fact]
    public async Task No_number_reaches_the_database_or_a_bad_line()
    {
        await using var hub = await Counterpart.Start();
        await Run(hub, ("a", First), ("b", Second), ("c", "983205673215"));
        people.Dispose();
        foreach (var file in Directory.GetFiles(folder))
        {
            var content = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            foreach (var number in new[] { First, Second, "983205673215" })
                Assert.DoesNotContain(number, content, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("983205673215", string.Join('\n', bad), StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_is_pinned_only_by_its_own_certificate_and_a_real_point()
    {
        using var ca = Exchange.Hosting.Certificates.ThrowawayAuthority.Create(TimeProvider.System);
        using var point = SecretScalar.Random();
        Assert.Throws<ArgumentException>(() => new PinnedAuthority(ca.IssueHub("hub-1"), point.PublicPoint()));
        Assert.Throws<ArgumentException>(() => new PinnedAuthority(ca.IssueKeyAuthority(), new byte[32]));
    }

    Task<EnrolmentResult> Run(Counterpart hub, params (string Key, string Number)[] list) => Run(hub, new EnrolmentOptions { Epoch = 1 }, list);

    async Task<EnrolmentResult> Run(Counterpart hub, EnrolmentOptions options, params (string Key, string Number)[] list)
    {
        using var pinned = new PinnedAuthority(hub.AuthorityCertificate, hub.H.PublicPoint());
        var enroller = new Enroller(people, keys.Closing, hub.Signer, pinned, hub.Channel, options, TimeProvider.System);
        return await enroller.Run(new Listed(list), bad.Add, new Recorder(progress));
    }

    byte[] Stored(string key)
    {
        Assert.True(people.TryFind(key, out var person));
        return person.Stored.ToArray();
    }

    ChangedNumbers Changed(params string[] lines)
    {
        var path = Path.Combine(folder, "changed.txt");
        File.WriteAllLines(path, lines);
        return ChangedNumbers.Read(path);
    }

    sealed class Recorder(List<EnrolmentProgress> into) : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) => into.Add(value);
    }

    sealed class Listed(params (string Key, string Number)[] list) : IPeople
    {
        public string NumberColumn => "my number";

        public async IAsyncEnumerable<ListedPerson> Read(Action<BadLine> bad, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await Task.CompletedTask;
            for (var i = 0; i < list.Length; i++)
                yield return new ListedPerson(list[i].Key, list[i].Number, i + 1);
        }
    }
}
