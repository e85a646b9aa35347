using Agency.V1;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Mail;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using CollectRequest = Agency.V1.CollectRequest;
using CollectResponse = Agency.V1.CollectResponse;
using Letter = Agency.V1.Letter;
using SubmitRequest = Agency.V1.SubmitRequest;

namespace Exchange.Adapter.LocalApi;

/// <summary>Where this agency's systems leave lookups that wait, and fetch what became of them. Each system has its own alone.</summary>
sealed class LettersApi(LetterDesk desk, SentLetters sent) : LetterService.LetterServiceBase
{
    static readonly TimeSpan usualWait = TimeSpan.FromDays(3);

    const int MostListed = 1000;

    /// <summary>Characters.</summary>
    const int LongestKey = 100;

    static readonly Dictionary<string, DataSetContract> contracts = DataSetCatalogue.All.ToDictionary(one => one.Id);

    public override async Task<Letter> Submit(SubmitRequest request, ServerCallContext context)
    {
        var caller = CallState.Of(context.GetHttpContext()).Caller!;
        var contract = LookupCheck.Permit(caller, request.Lookup ?? new(), contracts);
        RequestCheck.TryRead(request.Lookup ?? new(), contract, out var ask, out var mistakes);
        var wait = request.Wait is { } given ? Wait(given) : usualWait;
        if (wait is null)
            mistakes = [.. mistakes, $"'wait' must be from {MailRules.ShortestWait.TotalMinutes:0} minute to {MailRules.LongestWait.TotalDays:0} days"];
        if (request.IdempotencyKey.Length > LongestKey)
            mistakes = [.. mistakes, $"'idempotency_key' has more than {LongestKey} characters"];
        if (mistakes.Count > 0)
            throw RequestCheck.Refuse(mistakes).ToRpcException();
        var (letter, refusal) = await desk.Submit(ask!, wait!.Value, caller.Name, request.IdempotencyKey, context.CancellationToken).ConfigureAwait(false);
        return letter is null ? throw refusal!.ToRpcException() : Told(letter);
    }

    public override Task<CollectResponse> Collect(CollectRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = CallState.Of(context.GetHttpContext()).Caller!;
        // One further: whether there are more.
        var letters = request.Id.Length == 0 ? sent.Of(caller.Name, request.Settled, MostListed + 1) : [Find(request.Id, caller) ?? throw Reasons.Refuse(Reason.MailUnknown).ToRpcException()];
        var response = new CollectResponse();
        response.More = ResponsePage.Fill(response.Letters, letters.Where(one => !request.Settled || one.ToOutcome() is not null).Select(Told), MostListed);
        return response;
    });

    public override Task<ForgetResponse> Forget(ForgetRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = CallState.Of(context.GetHttpContext()).Caller!;
        var forgotten = 0u;
        foreach (var id in request.Ids.Distinct().Take(MostListed))
        {
            if (Find(id, caller) is not { } letter || letter.ToOutcome() is null)
                continue;
            sent.Forget(letter.RequestId);
            forgotten++;
        }
        return new ForgetResponse { Forgotten = forgotten };
    });

    /// <summary>Of the caller alone: another's is as if it were none.</summary>
    SentLetter? Find(string id, Caller caller)
    {
        try
        {
            return sent.Find(UnsafeByteOperations.UnsafeWrap(Convert.FromHexString(id))) is { } letter && letter.Content.Caller == caller.Name ? letter : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static TimeSpan? Wait(Duration given) =>
        RequestCheck.MaxAge([], "wait", given) is { } wait && wait >= MailRules.ShortestWait && wait <= MailRules.LongestWait ? wait : null;

    static Letter Told(SentLetter letter)
    {
        var content = letter.Content;
        var told = new Letter
        {
            Id = Convert.ToHexStringLower(letter.RequestId.Span),
            State = content.State.ToString().ToUpperInvariant(),
            Person = content.Person,
            Provider = content.Provider,
            Task = content.Task,
            DataSet = content.DataSet,
            Official = content.Question.Official,
            CaseId = content.Question.CaseId,
            Submitted = Time(content.SubmittedUnixMs),
            Expires = Time(content.ExpiryUnixMs),
        };
        var outcome = letter.ToOutcome();
        var contract = contracts.GetValueOrDefault(content.DataSet);
        if (outcome is { Refusal: null } && contract is not null)
            told.Answer = Answers.ToResponse(outcome, contract);
        if (outcome is not null && told.Answer is null)
        {
            var refusal = outcome.Refusal ?? Reasons.Refuse(Reason.AnswerInvalid);
            (told.State, told.Reason, told.Message, told.Remedy) = ("REFUSED", Reasons.Name(refusal.Reason), refusal.Message, refusal.Remedy);
        }
        return told;
    }

    static Task<T> Kept<T>(Func<T> ask)
    {
        try
        {
            return Task.FromResult(ask());
        }
        catch (SqliteException)
        {
            throw LetterDesk.Unkept().ToRpcException();
        }
    }

    static Timestamp Time(long unixMs) => Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));
}
