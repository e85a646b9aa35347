using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hammer.Load;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Status = Agency.V1.Status;

namespace Exchange.Hammer.Contenders;

/// <summary>T6: an agency's own system, which calls its adapter over gRPC with a token. All WARM.</summary>
sealed class LocalApiLookups : IContender, IDisposable
{
    readonly X509Certificate2 root;
    readonly GrpcChannel[] channels;
    readonly AgencyService.AgencyServiceClient[] clients;
    readonly Metadata headers;
    readonly TaxQuestion question;
    readonly IReadOnlyList<Resident> residents;
    readonly LookupRequest[] requests;
    readonly ByteString?[] verified;

    /// <param name="residents">Those of the agency that the provider has a record of.</param>
    public LocalApiLookups(AgencyFolder agency, string rootFile, TaxQuestion question, IReadOnlyList<Resident> residents, int connections)
    {
        this.question = question;
        this.residents = residents;
        root = X509CertificateLoader.LoadCertificateFromFile(rootFile);
        channels = [.. Enumerable.Range(0, connections).Select(_ => Open(agency.LocalApi))];
        clients = [.. channels.Select(channel => new AgencyService.AgencyServiceClient(channel))];
        headers = new Metadata { { "authorization", "Bearer " + Token(agency) } };
        verified = new ByteString?[residents.Count];
        var asked = Any.Pack(question.Message);
        requests = [.. residents.Select(one => new LookupRequest
        {
            Person = one.TownKey, Provider = ExchangePlan.Tax, Task = TaxQuestion.Task, DataSet = question.DataSet.Id, Question = asked, Official = "hammer", CaseId = "load",
        })];
    }

    public string Name => Lineup.Name(Lineup.LocalApi);

    public int MaximumSlots => residents.Count;

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        var at = slot + (int)(turn % (residents.Count / slots)) * slots;
        try
        {
            var answer = await Once(at, slot + turn).ConfigureAwait(false);
            // The very first about a person is COLD: there is nothing yet to be WARM with.
            if (answer.Journey.Kind == "COLD" && verified[at] is null)
                answer = await Once(at, slot + turn).ConfigureAwait(false);
            return Check(at, answer);
        }
        catch (RpcException e)
        {
            throw new CallFailedException($"a call failed: {e.Status.StatusCode}, {e.Status.Detail}");
        }
    }

    public void Dispose()
    {
        foreach (var channel in channels)
            channel.Dispose();
        root.Dispose();
    }

    Task<LookupResponse> Once(int at, long turn) => clients[turn % clients.Length].LookupAsync(requests[at], headers).ResponseAsync;

    string? Check(int at, LookupResponse answer)
    {
        if (answer.Status != Status.Found)
            return $"the answer was {answer.Status}";
        if (answer.Journey.Kind != "WARM")
            return $"it was {answer.Journey.Kind}, not WARM";
        if (answer.Journey.RepeatedBecause.Count > 0)
            return $"it had to be repeated: {answer.Journey.RepeatedBecause[0]}";
        if (answer.Receipt is null)
            return "no receipt came with it";
        if (verified[at] is { } before)
            return answer.Record.Value == before ? null : "another record came back";
        if (!question.IsRight(residents[at], answer.Record.Value))
            return "the record is not the one the provider holds";
        verified[at] = answer.Record.Value;
        return null;
    }

    GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = PinnedRoots.Policy(root) },
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        },
        DisposeHttpClient = true,
        CompressionProviders = [],
    });

    static string Token(AgencyFolder agency)
    {
        using var token = new StringWriter(CultureInfo.InvariantCulture);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var callers = AdapterOptions.Read(agency.Config, agency.Id).LocalApi.CallersFile;
        return TokenCommand.Run(callers, [.. DataSetCatalogue.All.Select(one => one.Id)], agency.Caller, agency.CallerKey, TokenCommand.DefaultHours, TimeProvider.System, token, said) == 0
            ? token.ToString().Trim()
            : throw new InvalidDataException(said.ToString());
    }
}
