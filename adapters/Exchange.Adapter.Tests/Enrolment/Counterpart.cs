using System.Net;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Adapter.Tests.Enrolment;

/// <summary>Hub and key authority as an agency sees them, in one process, able to misbehave in every way an agency must notice.</summary>
sealed class Counterpart : IAsyncDisposable
{
    public const string Agency = "jp.mun.131016";

    readonly ThrowawayAuthority ca = ThrowawayAuthority.Create(TimeProvider.System);
    readonly AgencySigner authoritySigner;
    readonly WebApplication app;

    Counterpart()
    {
        AuthorityCertificate = ca.IssueKeyAuthority();
        authoritySigner = new AgencySigner(AuthorityCertificate);
        Signer = new AgencySigner(ca.IssueAgency(Agency));
        Commitments = Sign(new Commitments
        {
            Version = 5,
            HubPoint = ByteString.CopyFrom(H.PublicPoint()),
            Agencies = { new AgencyPoint { Agency = Agency, Epoch = 1, Point = ByteString.CopyFrom(A.PublicPoint()) } },
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        app.MapGrpcService<Directory>();
        app.MapGrpcService<Enrolments>();
    }

    public SecretScalar A { get; } = SecretScalar.Random();

    public SecretScalar H { get; } = SecretScalar.Random();

    public X509Certificate2 AuthorityCertificate { get; }

    public AgencySigner Signer { get; }

    public Commitments Commitments { get; set; }

    public List<EnrolmentBatch> Batches { get; } = [];

    /// <summary>Changes, replaces or delays what would be answered to the batch of this number, from 1.</summary>
    public Func<int, EnrolledBatch, EnrolledBatch> Answer { get; set; } = (_, answer) => answer;

    public GrpcChannel Channel { get; private set; } = null!;

    public static async Task<Counterpart> Start()
    {
        var counterpart = new Counterpart();
        await counterpart.app.StartAsync();
        counterpart.Channel = GrpcChannel.ForAddress(counterpart.app.Urls.Single());
        return counterpart;
    }

    public Commitments Sign(Commitments commitments)
    {
        commitments.Signature = ByteString.CopyFrom(authoritySigner.Sign(EnrolmentSigning.Bytes(commitments)));
        return commitments;
    }

    public static EnrolledBatch Evaluate(EnrolmentBatch batch, SecretScalar authority, SecretScalar hub)
    {
        byte[] first = new byte[batch.Points.Length], second = new byte[batch.Points.Length];
        if (!PointList.TryMultiply(authority, batch.Points.Memory, first) || !PointList.TryMultiply(hub, first, second))
            return new EnrolledBatch { BatchId = batch.BatchId, Refusal = Reasons.Refuse(Reason.PointInvalid) };
        return new EnrolledBatch
        {
            BatchId = batch.BatchId,
            AuthorityPoints = ByteString.CopyFrom(first),
            AuthorityProof = EqualityProof.Prove(authority, authority.PublicPoint(), batch.Points.Memory, first),
            HubPoints = ByteString.CopyFrom(second),
            HubProof = EqualityProof.Prove(hub, hub.PublicPoint(), first, second),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        ca.Dispose();
    }

    sealed class Directory(Counterpart counterpart) : DirectoryService.DirectoryServiceBase
    {
        public override Task<GetCommitmentsResponse> GetCommitments(GetCommitmentsRequest request, ServerCallContext context) =>
            Task.FromResult(new GetCommitmentsResponse { Commitments = counterpart.Commitments });
    }

    sealed class Enrolments(Counterpart counterpart) : EnrolmentService.EnrolmentServiceBase
    {
        public override async Task Enrol(IAsyncStreamReader<EnrolmentBatch> requestStream, IServerStreamWriter<EnrolledBatch> responseStream, ServerCallContext context)
        {
            await foreach (var batch in requestStream.ReadAllAsync())
            {
                counterpart.Batches.Add(batch);
                await responseStream.WriteAsync(counterpart.Answer(counterpart.Batches.Count, Evaluate(batch, counterpart.A, counterpart.H)));
            }
        }
    }
}
