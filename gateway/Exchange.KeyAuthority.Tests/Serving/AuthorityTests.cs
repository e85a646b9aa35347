using System.Security.Authentication;
using Exchange.Hosting.Errors;
using Exchange.KeyAuthority.Serving;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;

namespace Exchange.KeyAuthority.Tests.Serving;

public sealed class AuthorityTests
{
    [Fact]
    public async Task A_signed_batch_is_evaluated_with_a_proof_against_the_commitments()
    {
        await using var authority = await new Authority().Start();
        var hub = authority.HubClient();
        var batch = authority.Batch(authority.Signer(), people: 100);
        var evaluated = await hub.EvaluateBatchAsync(batch);
        var commitments = await hub.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
        Assert.Equal(batch.BatchId, evaluated.BatchId);
        Assert.True(EqualityProof.Verify(evaluated.Proof, commitments.Agencies.Single().Point.Span, batch.Points.Memory, evaluated.Points.Memory));
    }

    [Fact]
    public async Task Commitments_are_signed_by_the_certificates_key()
    {
        await using var authority = await new Authority().Start();
        var commitments = await authority.HubClient().GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPublicKey(authority.Certificate)!;
        Assert.True(key.VerifyData(EnrolmentSigning.Bytes(commitments), commitments.Signature.Span, System.Security.Cryptography.HashAlgorithmName.SHA256));
        Assert.Equal(authority.HubScalar.PublicPoint(), commitments.HubPoint.ToByteArray());
    }

    [Fact]
    public async Task An_admission_takes_effect_without_a_restart()
    {
        await using var authority = await new Authority().Start();
        var hub = authority.HubClient();
        var before = await hub.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
        var unknown = await Refused(hub, authority.Batch(authority.Signer("jp.tax"), change: batch => batch.Agency = "jp.tax"));
        Assert.Equal((Reason.AgencyUnknown, "Ask the key authority to run 'admit jp.tax'; the hub hears of it within a minute."), (unknown!.Reason, unknown.Remedy));
        authority.Keys.Admit("jp.tax", TimeProvider.System);
        var after = await hub.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
        Assert.Equal(before.Version + 1, after.Version);
        await hub.EvaluateBatchAsync(authority.Batch(authority.Signer("jp.tax"), change: batch => batch.Agency = "jp.tax"));
        Assert.Equal(2, (await hub.GetTranslationKeysAsync(new GetTranslationKeysRequest())).Keys.Count);
    }

    [Fact]
    public async Task A_batch_in_another_agencys_name_is_refused()
    {
        await using var authority = await new Authority().Start();
        authority.Keys.Admit("jp.tax", TimeProvider.System);
        var hub = authority.HubClient();
        Assert.Equal(Reason.NameMismatch, await Refusal(hub, authority.Batch(authority.Signer("jp.tax"))));
        Assert.Equal(Reason.NameMismatch, await Refusal(hub, authority.Batch(new AgencySigner(authority.Ca.IssueHub(Authority.Hub)))));
        Assert.Equal(Reason.CertificateNotTrusted, await Refusal(hub, authority.Batch(authority.Signer(), change: batch => batch.Chain.Clear())));
    }

    [Fact]
    public async Task A_batch_changed_after_signing_is_refused()
    {
        await using var authority = await new Authority().Start();
        var hub = authority.HubClient();
        var signer = authority.Signer();
        foreach (var change in new Action<EnrolmentBatch>[]
        {
            batch => batch.BatchId = ByteString.CopyFrom(new byte[16]),
            batch => batch.TimeUnixMs++,
            batch => batch.Points = ByteString.CopyFrom(batch.Points.Span[32..]),
            batch => batch.Signature = ByteString.Empty,
        })
        {
            var batch = authority.Batch(signer);
            change(batch);
            Assert.Equal(Reason.SignatureInvalid, await Refusal(hub, batch));
        }
    }

    [Fact]
    public async Task A_batch_sent_twice_is_refused_even_after_a_restart()
    {
        await using var authority = await new Authority().Start();
        var batch = authority.Batch(authority.Signer());
        await authority.HubClient().EvaluateBatchAsync(batch);
        Assert.Equal(Reason.BatchReplayed, await Refusal(authority.HubClient(), batch));
        await authority.Stop();
        await authority.Start();
        Assert.Equal(Reason.BatchReplayed, await Refusal(authority.HubClient(), batch));
        authority.Time.Advance(BatchChecks.Window * 2 + TimeSpan.FromSeconds(1));
        Assert.Equal(Reason.TimeOutOfRange, await Refusal(authority.HubClient(), batch));
    }

    [Fact]
    public async Task A_batch_from_another_time_is_refused()
    {
        await using var authority = await new Authority().Start();
        var hub = authority.HubClient();
        var signer = authority.Signer();
        var now = authority.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var time in new[] { now - 300_001, now + 300_001, 0, long.MinValue, long.MaxValue })
            Assert.Equal(Reason.TimeOutOfRange, await Refusal(hub, authority.Batch(signer, change: batch => batch.TimeUnixMs = time)));
        foreach (var time in new[] { now - 300_000, now + 300_000 })
            await hub.EvaluateBatchAsync(authority.Batch(signer, change: batch => batch.TimeUnixMs = time));
    }

    [Fact]
    public async Task A_malformed_batch_is_refused()
    {
        await using var authority = await new Authority().Start();
        var hub = authority.HubClient();
        var signer = authority.Signer();
        Assert.Equal(Reason.BatchInvalid, await Refusal(hub, authority.Batch(signer, people: 0)));
        Assert.Equal(Reason.BatchInvalid, await Refusal(hub, authority.Batch(signer, people: 4097)));
        Assert.Equal(Reason.BatchInvalid, await Refusal(hub, authority.Batch(signer, change: batch => batch.Points = ByteString.CopyFrom(new byte[33]))));
        Assert.Equal(Reason.BatchInvalid, await Refusal(hub, authority.Batch(signer, change: batch => batch.BatchId = ByteString.CopyFrom(new byte[15]))));
        Assert.Equal(Reason.EpochMismatch, await Refusal(hub, authority.Batch(signer, change: batch => batch.Epoch = 2)));
        Assert.Equal(Reason.PointInvalid, await Refusal(hub, authority.Batch(signer, change: batch => batch.Points = ByteString.CopyFrom(new byte[32]))));
        Assert.Equal(Reason.PointInvalid, await Refusal(hub, authority.Batch(signer, change: batch => batch.Points = ByteString.CopyFrom([.. batch.Points.Span, .. Enumerable.Repeat((byte)0xff, 32)]))));
    }

    [Fact]
    public async Task An_agency_enrols_no_more_people_than_its_allowance_and_a_replay_costs_it_nothing()
    {
        await using var authority = await new Authority { PeoplePerHour = 10 }.Start();
        var hub = authority.HubClient();
        var signer = authority.Signer();
        var first = authority.Batch(signer, people: 6);
        await hub.EvaluateBatchAsync(first);
        Assert.Equal(Reason.BatchReplayed, await Refusal(hub, first));
        await hub.EvaluateBatchAsync(authority.Batch(signer, people: 4));
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await hub.EvaluateBatchAsync(authority.Batch(signer, people: 2)));
        Assert.Equal(Reason.QuotaExceeded, exception.ToRefusal()!.Reason);
        Assert.Equal(12 * 60 * 1000u, exception.ToRefusal()!.RetryAfterMs);
        authority.Time.Advance(TimeSpan.FromMinutes(12));
        await hub.EvaluateBatchAsync(authority.Batch(signer, people: 2));
    }

    [Fact]
    public async Task Only_its_hub_is_served()
    {
        await using var authority = await new Authority().Start();
        foreach (var certificate in new[] { authority.Ca.IssueHub("hub-2"), authority.Ca.IssueAgency(Authority.Agency), authority.Ca.IssueKeyAuthority() })
        {
            var client = authority.Client(certificate);
            Assert.Equal(Reason.NameMismatch, await Refusal(client, authority.Batch(authority.Signer())));
            await Assert.ThrowsAsync<RpcException>(async () => await client.GetTranslationKeysAsync(new GetTranslationKeysRequest()));
            await Assert.ThrowsAsync<RpcException>(async () => await client.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest()));
        }
    }

    [Fact]
    public async Task Without_a_certificate_or_with_one_of_another_root_or_with_TLS_1_2_there_is_no_connection()
    {
        await using var authority = await new Authority().Start();
        using var other = Exchange.Hosting.Certificates.ThrowawayAuthority.Create(authority.Time);
        foreach (var channel in new[]
        {
            authority.Channel(null),
            authority.Channel(other.IssueHub(Authority.Hub)),
            authority.Channel(authority.Ca.IssueHub(Authority.Hub), SslProtocols.Tls12),
        })
        {
            var client = new AuthorityService.AuthorityServiceClient(channel);
            var exception = await Assert.ThrowsAsync<RpcException>(async () => await client.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest()));
            // In TLS 1.3 the client hears of a refusal only after its own handshake is done.
            Assert.Contains(exception.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        }
    }

    [Fact]
    public async Task A_hub_revoked_in_mid_connection_is_served_no_longer()
    {
        await using var authority = await new Authority().Start();
        var certificate = authority.Ca.IssueHub(Authority.Hub);
        var hub = authority.Client(certificate);
        await hub.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        authority.Ca.Revoke(certificate);
        authority.WriteRevocationList();
        Reason? reason = null;
        for (var i = 0; i < 100 && reason is null; i++)
        {
            authority.Time.Advance(TimeSpan.FromSeconds(31));
            try
            {
                await hub.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest());
            }
            catch (RpcException e)
            {
                reason = e.ToRefusal()?.Reason ?? Reason.Unspecified;
            }
        }
        Assert.Equal(Reason.CertificateRevoked, reason);
    }

    [Fact]
    public async Task It_answers_health_checks()
    {
        await using var authority = await new Authority().Start();
        var health = new Health.HealthClient(authority.Channel(authority.Ca.IssueHub(Authority.Hub)));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
    }

    static async Task<Reason?> Refusal(AuthorityService.AuthorityServiceClient client, EnrolmentBatch batch) => (await Refused(client, batch))?.Reason;

    static async Task<Refusal?> Refused(AuthorityService.AuthorityServiceClient client, EnrolmentBatch batch) =>
        (await Assert.ThrowsAsync<RpcException>(async () => await client.EvaluateBatchAsync(batch))).ToRefusal();
}
