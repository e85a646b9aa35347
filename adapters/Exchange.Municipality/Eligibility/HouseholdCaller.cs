using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Receipt = Agency.V1.Receipt;

namespace Exchange.Municipality.Eligibility;

/// <summary>Has the running adapter decide on a household, and again where what is missing says when.</summary>
sealed class HouseholdCaller(ChannelBase channel, Metadata headers, TimeProvider time)
{
    static readonly TimeSpan callTimeout = TimeSpan.FromSeconds(30), patience = TimeSpan.FromMinutes(2);

    static readonly EnumDescriptor decisions = EligibilityReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(Decision));

    static readonly HashSet<string> decided = [.. new[] { Decision.Eligible, Decision.NotEligible }.Select(Name)];

    /// <summary>Nobody waits for a closed provider to open: the household is decided on then.</summary>
    static readonly string closed = Reasons.Name(Reason.ProviderClosed);

    readonly EligibilityService.EligibilityServiceClient adapter = new(channel);

    /// <summary>Columns of a result.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["rule", "legal_basis", "steps", "missing", "receipts"];

    public static bool IsDecided(string outcome) => decided.Contains(outcome);

    /// <exception cref="LocalApiException">The local API cannot be reached, or refuses what holds for every household: no other would fare better.</exception>
    public async Task<FileResult> Decide(EligibilityRequest request, CancellationToken stop)
    {
        var giveUp = time.GetUtcNow() + patience;
        while (true)
        {
            var told = await Once(request, stop).ConfigureAwait(false);
            if (told.RetryAfter == TimeSpan.Zero || time.GetUtcNow() + told.RetryAfter > giveUp)
                return told;
            await Task.Delay(told.RetryAfter, time, stop).ConfigureAwait(false);
        }
    }

    async Task<FileResult> Once(EligibilityRequest request, CancellationToken stop)
    {
        try
        {
            return Result(await adapter.DecideAsync(request, headers, (time.GetUtcNow() + callTimeout).UtcDateTime, stop).ResponseAsync.ConfigureAwait(false));
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
        catch (RpcException e)
        {
            var refusal = e.ToRefusal() ?? throw LocalApiException.Lost(e);
            // The household itself was found to be good before, so a request that is refused is so for its programme or day.
            if (refusal.Reason is Reason.CallerUnknown or Reason.CallerNotPermitted or Reason.QuestionInvalid)
                throw new LocalApiException(Reasons.Describe(refusal));
            return new FileResult(Reasons.Name(refusal.Reason), [], $"{refusal.Message} {refusal.Remedy}", TimeSpan.FromMilliseconds(refusal.RetryAfterMs));
        }
    }

    static FileResult Result(EligibilityResponse answer)
    {
        var outcome = Name(answer.Decision);
        var again = IsDecided(outcome) ? [] : answer.Missing.Where(one => one.RetryAfterMs > 0 && one.Reason != closed).Select(one => one.RetryAfterMs).ToList();
        return new FileResult(
            outcome,
            [
                $"{answer.Programme} {answer.RuleVersion}", answer.LegalBasis, string.Join(' ', answer.Steps),
                string.Join(" | ", answer.Missing.Select(one => $"{one.Person}, {one.Name}: {one.Reason}{(one.Provider.Length > 0 ? $" ({one.Provider})" : "")}")),
                string.Join(' ', answer.Facts.SelectMany(one => one.Receipts).Concat(answer.Missing.SelectMany(one => one.Receipts)).Select(Text).Distinct()),
            ],
            string.Join(" | ", answer.Missing.Select(one => one.Message).Distinct()),
            TimeSpan.FromMilliseconds(again.DefaultIfEmpty().Min()));
    }

    /// <summary>As <c>audit prove</c> takes it; of an exchange that was refused, the request id alone.</summary>
    static string Text(Receipt receipt) => receipt.Log.Length > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{receipt.Log}:{receipt.Index}:{receipt.LeafHash}:{receipt.RequestId}")
        : receipt.RequestId;

    static string Name(Decision decision) => ListResult.NameOf(decisions, (int)decision);
}
