using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>Calls the key authority over mutual TLS 1.3. Its certificate must lead to the pinned root and bear the authority's name.</summary>
public sealed class AuthorityClient : IDisposable
{
    readonly GrpcChannel channel;
    readonly AuthorityService.AuthorityServiceClient client;
    readonly TimeSpan timeout;

    public AuthorityClient(AuthorityOptions options, CertificateVerifier verifier)
    {
        timeout = options.CallTimeout;
        channel = GrpcChannel.ForAddress(options.Address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificates = [options.Certificate],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown
                        && verifier.TryVerify(shown, CertificateUse.Server, out var verified, out _) && verified.Name.Kind == NameKind.Authority,
                },
            },
            DisposeHttpClient = true,
            CompressionProviders = [],
        });
        client = new AuthorityService.AuthorityServiceClient(channel);
    }

    public Task<(EvaluatedBatch? Answer, Refusal? Refusal)> Evaluate(EnrolmentBatch batch, CancellationToken cancellation) =>
        Call(options => client.EvaluateBatchAsync(batch, options), cancellation);

    public Task<(Commitments? Answer, Refusal? Refusal)> GetCommitments(CancellationToken cancellation) =>
        Call(options => client.GetCommitmentsAsync(new GetAuthorityCommitmentsRequest(), options), cancellation);

    public Task<(TranslationKeys? Answer, Refusal? Refusal)> GetTranslationKeys(CancellationToken cancellation) =>
        Call(options => client.GetTranslationKeysAsync(new GetTranslationKeysRequest(), options), cancellation);

    public void Dispose() => channel.Dispose();

    async Task<(T?, Refusal?)> Call<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return (await call(new CallOptions(cancellationToken: limit.Token)).ConfigureAwait(false), null);
        }
        catch (RpcException e)
        {
            return (null, cancellation.IsCancellationRequested ? Reasons.Refuse(Reason.Cancelled) : e.ToRefusal() ?? Reasons.Refuse(Reason.AuthorityUnavailable));
        }
    }
}
