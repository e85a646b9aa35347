using Agency.V1;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Status = Agency.V1.Status;

namespace Exchange.Hammer.Contenders;

/// <summary>T6: an agency's own system, which calls its adapter over gRPC with a token. All WARM.</summary>
sealed class LocalApiLookups : IContender, IDisposable
{
    readonly LocalSystem system;
    readonly AgencyService.AgencyServiceClient[] clients;
    readonly TaxQuestion question;
    readonly IReadOnlyList<Resident> residents;
    readonly LookupRequest[] requests;
    readonly ByteString?[] verified;

    /// <param name="residents">Those of the agency that the provider has a record of.</param>
    public LocalApiLookups(AgencyFolder agency, string rootFile, TaxQuestion question, IReadOnlyList<Resident> residents, int connections)
    {
        this.question = question;
        this.residents = residents;
        system = new LocalSystem(agency, rootFile, connections);
        clients = [.. system.Channels.Select(channel => new AgencyService.AgencyServiceClient(channel))];
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

    public void Dispose() => system.Dispose();

    Task<LookupResponse> Once(int at, long turn) => clients[turn % clients.Length].LookupAsync(requests[at], system.Headers).ResponseAsync;

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
}
