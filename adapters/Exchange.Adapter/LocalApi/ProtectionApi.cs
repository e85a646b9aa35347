using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Protection;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Exchange.Adapter.LocalApi;

/// <summary>Where this agency's officials mark people at risk, and decide on questions about them.</summary>
sealed class ProtectionApi(ProtectedPeople people, People enrolled, ApprovalBook book, ApprovalRules rules) : ProtectionService.ProtectionServiceBase
{
    /// <summary>People listed at once.</summary>
    const int MostListed = 10_000;

    public override Task<ProtectedPerson> Protect(ProtectRequest request, ServerCallContext context)
    {
        var caller = Role(context, caller => caller.MayProtect, "may_protect");
        var mistakes = Check(request.Person, request.Official);
        if (!request.NeedsApproval && !request.HidesHistory)
            mistakes.Add("neither 'needs_approval' nor 'hides_history' is set; marks are taken away by Lift");
        if (mistakes.Count > 0)
            throw RequestCheck.Refuse(mistakes).ToRpcException();
        // What was approved before ends first: should the mark fail, nobody is told more for it.
        book.End(request.Person);
        var marked = people.Mark(request.Person, request.NeedsApproval, request.HidesHistory, request.Official, caller.Name);
        // And what was asked in between.
        book.End(request.Person);
        return Task.FromResult(Told(marked));
    }

    public override Task<ProtectedPerson> Lift(LiftRequest request, ServerCallContext context)
    {
        var caller = Role(context, caller => caller.MayProtect, "may_protect");
        if (Check(request.Person, request.Official) is { Count: > 0 } mistakes)
            throw RequestCheck.Refuse(mistakes).ToRpcException();
        if (people.Lift(request.Person, request.Official, caller.Name, out var now) is { } refusal)
            throw refusal.ToRpcException();
        return Task.FromResult(Told(now!));
    }

    public override Task<ListProtectedResponse> ListProtected(ListProtectedRequest request, ServerCallContext context)
    {
        Role(context, caller => caller.MayProtect, "may_protect");
        return Task.FromResult(new ListProtectedResponse { People = { people.Marked.Take(MostListed).Select(Told) } });
    }

    public override Task<ListApprovalsResponse> ListApprovals(ListApprovalsRequest request, ServerCallContext context)
    {
        Role(context, caller => caller.MayApprove, "may_approve");
        return Task.FromResult(new ListApprovalsResponse { Approvals = { book.Open.Select(Told) }, OfficialsNeeded = (uint)rules.Officials });
    }

    public override Task<Approval> Decide(DecideRequest request, ServerCallContext context)
    {
        var caller = Role(context, caller => caller.MayApprove, "may_approve");
        if (Check(null, request.Official) is { Count: > 0 } mistakes)
            throw RequestCheck.Refuse(mistakes).ToRpcException();
        if (book.Decide((long)request.Id, request.Approve, request.Official, caller.Name, out var decided) is { } refusal)
            throw refusal.ToRpcException();
        return Task.FromResult(Told(decided!));
    }

    internal static Caller Role(ServerCallContext context, Func<Caller, bool> has, string role)
    {
        var caller = CallState.Of(context.GetHttpContext()).Caller!;
        if (has(caller))
            return caller;
        var refusal = Reasons.Refuse(Reason.CallerNotPermitted, $"This agency's list of callers does not give this one '{role}'.");
        refusal.Remedy = "Call as one that has it, or ask whoever keeps callers.yaml.";
        throw refusal.ToRpcException();
    }

    internal static List<string> Check(string? person, string official)
    {
        var mistakes = new List<string>();
        if (person is not null)
            RequestCheck.Text(mistakes, "person", person, RequestCheck.PersonLength, required: true);
        RequestCheck.Text(mistakes, "official", official, RequestCheck.NameLength, required: true);
        if (OnScreen.Plain(official) != official || official.Trim() != official)
            mistakes.Add("'official' has letters that are not seen, or begins or ends with a space");
        return mistakes;
    }

    ProtectedPerson Told(ProtectedContent one) => new()
    {
        Person = one.Person,
        NeedsApproval = one.NeedsApproval,
        HidesHistory = one.HidesHistory,
        Since = Time(one.Changes[^1].TimeUnixMs),
        Official = one.Changes[^1].Official,
        LiftAsked = people.LiftAsked(one),
        Enrolled = enrolled.TryFind(one.Person, out _),
    };

    static Approval Told(BookedApproval booked) => new()
    {
        Id = (ulong)booked.Id,
        Person = booked.Content.Person,
        Requester = booked.Content.Requester,
        Task = booked.Content.Task,
        DataSet = booked.Content.DataSet,
        Official = booked.Content.Official,
        CaseId = booked.Content.CaseId,
        Question = Words(booked.Content),
        Asked = Time(booked.Content.AskedUnixMs),
        TimesAsked = booked.Content.TimesAsked,
        Resolves = Time(booked.Content.ResolvesUnixMs),
        State = booked.Content.State.ToString().ToUpperInvariant(),
        ApprovedBy = { booked.Content.Voices.Where(voice => voice.Approves).Select(voice => voice.Official) },
        GoodUntil = booked.Content.GoodUntilUnixMs == 0 ? null : Time(booked.Content.GoodUntilUnixMs),
    };

    /// <summary>What is asked, as an official reads it.</summary>
    static string Words(ApprovalContent content)
    {
        var predicates = content.Predicates.Count > 0 ? $"whether {string.Join(", ", content.Predicates)}" : "the record";
        try
        {
            var query = DataSetCatalogue.All.FirstOrDefault(one => one.Id == content.DataSet)?.Question.Parser.ParseFrom(content.Query);
            return query is null ? predicates : string.Join(", ", [.. RecordCells.Lines(query).Select(one => $"{one.Name} {OnScreen.Plain(one.Value)}"), predicates]);
        }
        catch (InvalidProtocolBufferException)
        {
            return predicates;
        }
    }

    static Timestamp Time(long unixMs) => Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));
}
