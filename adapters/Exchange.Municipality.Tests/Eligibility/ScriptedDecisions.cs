using System.Collections.Concurrent;
using Agency.V1;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Tests.Commands;
using Exchange.Municipality.Eligibility;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Municipality.Tests.Eligibility;

/// <summary>A local API over TLS that decides as a test says, and the command that has it decide on a file.</summary>
public sealed class ScriptedDecisions : ScriptedApi
{
    ScriptedDecisions(Service service) : base("jp.mun.131016", services => services.AddSingleton(service), app => app.MapGrpcService<Service>()) =>
        Asked = service.Asked;

    public static async Task<ScriptedDecisions> Start(Func<EligibilityRequest, Task<EligibilityResponse>> answer)
    {
        var started = new ScriptedDecisions(new Service(answer));
        await started.Begin();
        return started;
    }

    public ConcurrentQueue<EligibilityRequest> Asked { get; }

    public string[] Decisions => File.ReadAllLines(this["decisions.csv"]);

    /// <summary>A file, as <c>decide --in --out</c>; the households are those there are when none are given.</summary>
    public async Task<int> Decide(string? households = null, string decidedOn = "2026-06-20", string official = "suzuki", CancellationToken stop = default)
    {
        if (households is not null)
            await File.WriteAllTextAsync(this["households.csv"], households, CancellationToken.None);
        var on = On(400);
        try
        {
            return await DecideCommand.Run(
                Call, this["households.csv"], new CsvFormat(), this["decisions.csv"],
                new EligibilityRequest { Programme = "heating", DecidedOn = decidedOn, Official = official, CaseId = "c1" }, on, TimeProvider.System, stop);
        }
        catch (ListException e)
        {
            await Say(e.Message);
            return FileRun.CouldNotRun;
        }
    }

    sealed class Service(Func<EligibilityRequest, Task<EligibilityResponse>> answer) : EligibilityService.EligibilityServiceBase
    {
        public ConcurrentQueue<EligibilityRequest> Asked { get; } = new();

        public override Task<EligibilityResponse> Decide(EligibilityRequest request, ServerCallContext context)
        {
            Asked.Enqueue(request);
            return answer(request);
        }
    }
}
