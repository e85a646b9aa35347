using Exchange.Adapter.Protection;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Answering;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Protection;

/// <summary>An agency that holds somebody at risk and somebody else, and what one requester hears of them.</summary>
static class RiskScene
{
    public const string AtRisk = "4711", Ordinary = "4712", Unknown = "nobody";

    public static readonly DataSetContract guarded = DataSetCatalogue.ResidentTax, open = DataSetCatalogue.Income;
    public static readonly TimeSpan wait = TimeSpan.FromMilliseconds(9_950), timeout = TimeSpan.FromMilliseconds(9_900), pace = TimeSpan.FromMilliseconds(100);
    public static readonly ApprovalRules one = new(new HashSet<string> { guarded.Id }, TimeSpan.FromHours(72), 1, TimeSpan.FromDays(7)), two = one with { Officials = 2 };

    public static AnsweringAgency Begin(ApprovalRules rules, Func<string, CancellationToken, Task<SourceRecord?>>? identify = null)
    {
        var agency = new AnsweringAgency(
            (_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new ResidentTax { TotalIncome = 1 }, 1, "r", 0)), identify, rules);
        agency.Enrol(AtRisk);
        agency.Enrol(Ordinary);
        agency.Protected.Mark(AtRisk, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        return agency;
    }

    public sealed record Heard(AnswerStatus Status, int Size, TimeSpan After, Freshness Freshness, ByteString Ticket, ByteString Record, int Withheld);

    /// <summary>All that the requester hears but the ticket, which nobody but the provider can read: of that its size.</summary>
    public static Heard Plain(Heard heard) => heard with { Ticket = ByteString.CopyFrom(new byte[heard.Ticket.Length]), Freshness = new Freshness { AsOfUnixMs = heard.Freshness.AsOfUnixMs } };

    public static async Task<Heard> Told(
        AnsweringAgency agency, string person, ByteString? ticket = null, DataSetContract? dataSet = null, string[]? predicates = null, Identity? meant = null, string caseId = "case-1")
    {
        dataSet ??= guarded;
        var begun = agency.Time.GetUtcNow();
        var waits = dataSet.IsProtected ? agency.Time.Awaited(begun + pace) : Task.CompletedTask;
        var (_, asked) = agency.Ask(person, dataSet, wait, timeout, ticket: ticket, predicates: predicates, meant: meant, caseId: caseId);
        await AnsweringAgency.InTime(waits);
        if (dataSet.IsProtected)
            agency.Time.Advance(pace);
        var answer = await agency.Answered(asked, dataSet);
        return new Heard(answer.Status, answer.Size, answer.At - begun, answer.Content.Freshness, answer.Content.Ticket, answer.Content.Record, answer.Content.Withheld.Count);
    }
}
