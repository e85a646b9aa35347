using System.Collections.Concurrent;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Records.Tax.V1;
using Status = Agency.V1.Status;

namespace Exchange.Adapter.Tests.Commands;

/// <summary>A local API over TLS that answers a lookup as a test says, and a command that asks it.</summary>
public sealed class ScriptedLookups : ScriptedApi
{
    ScriptedLookups(Service service) : base("jp.mun.131016", services => services.AddSingleton(service), app => app.MapGrpcService<Service>()) =>
        Asked = service.Asked;

    public static async Task<ScriptedLookups> Start(Func<LookupRequest, Task<LookupResponse>> answer)
    {
        var started = new ScriptedLookups(new Service(answer));
        await started.Begin();
        return started;
    }

    public ConcurrentQueue<LookupRequest> Asked { get; }

    public string[] Answers => File.ReadAllLines(this["answers.csv"]);

    public static LookupResponse Income(int year, long total) => new()
    {
        Status = Status.Found,
        Provider = "jp.tax",
        Record = Any.Pack(new IncomeStatement { Year = year, AssessmentState = AssessmentState.Assessed, TotalIncome = total }),
        Freshness = new Freshness { AsOf = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)) },
        Receipt = new Receipt { Log = "hub-1", Index = 7, LeafHash = "1c9e", RequestId = "1f0c" },
        Journey = new Journey { Kind = "COLD", Took = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(12.5)) },
    };

    /// <summary>One person, as <c>ask --person</c>.</summary>
    internal async Task<(int Code, string Text)> One(string dataSet = "tax.income.v1", string question = "year=2025", params string[] predicates)
    {
        using var output = new StringWriter();
        var code = await AskCommand.One(Call, AskCommand.Question(dataSet, null, question, "benefit-eligibility", "suzuki", "c1", isFile: false) with { Person = "R1", Predicates = predicates }, output, TimeProvider.System, default);
        return (code, output.ToString());
    }

    /// <summary>A file, as <c>ask --in --out</c>; the questions are those there are when none are given.</summary>
    public async Task<int> Ask(string? questions = null, string question = "year=2025", CancellationToken stop = default, params string[] predicates)
    {
        if (questions is not null)
            await File.WriteAllTextAsync(this["questions.csv"], questions, CancellationToken.None);
        var on = On(200);
        try
        {
            return await AskFile.Run(
                Call, this["questions.csv"], new CsvFormat(), this["answers.csv"], AskCommand.Question("tax.income.v1", null, question, "benefit-eligibility", "suzuki", "c1", isFile: true) with { Predicates = predicates },
                on, TimeProvider.System, stop);
        }
        catch (ListException e)
        {
            await Say(e.Message);
            return FileRun.CouldNotRun;
        }
    }

    sealed class Service(Func<LookupRequest, Task<LookupResponse>> answer) : AgencyService.AgencyServiceBase
    {
        public ConcurrentQueue<LookupRequest> Asked { get; } = new();

        public override Task<LookupResponse> Lookup(LookupRequest request, ServerCallContext context)
        {
            Asked.Enqueue(request);
            return answer(request);
        }
    }
}
