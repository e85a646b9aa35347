using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Histories;
using Exchange.Hosting.Calendar;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.History.V1;
using LookupRequest = Agency.V1.LookupRequest;

namespace Exchange.Adapter.LocalApi;

/// <summary>
/// Holds a request to what its fields may be, and tells every mistake at once. A mistake names the field and never
/// repeats what stood in it.
/// </summary>
public static class RequestCheck
{
    /// <summary>Characters of a person's key, and of every other name.</summary>
    public const int PersonLength = 256, NameLength = 128;

    const int QuestionBytes = 4096, PageTokenBytes = 512;

    internal static bool TryRead(
        LookupRequest request, DataSetContract? contract, [NotNullWhen(true)] out AskRequest? ask, out IReadOnlyList<string> mistakes)
    {
        var found = new List<string>();
        Text(found, "person", request.Person, PersonLength, required: true);
        Text(found, "provider", request.Provider, NameLength, required: true);
        Text(found, "task", request.Task, NameLength, required: true);
        Text(found, "data_set", request.DataSet, NameLength, required: true);
        Text(found, "official", request.Official, NameLength, required: true);
        Text(found, "case_id", request.CaseId, NameLength, required: false);
        if (request.PageToken.Length > PageTokenBytes)
            found.Add($"'page_token' has more than {PageTokenBytes} bytes");
        var maxAge = MaxAge(found, "max_age", request.MaxAge);
        Predicates(found, request);
        Consent(found, request.Consent);
        Identity(found, request.Identity);
        var question = Question(found, request, contract);

        mistakes = found;
        ask = found.Count > 0 ? null : new AskRequest(
            request.Person, request.Provider, request.Task, request.DataSet, question, request.Official, request.CaseId, maxAge, request.PageToken)
        {
            Predicates = [.. request.Predicates.Distinct()],
            Consent = request.Consent is { } consent ? new Consent { Reference = consent.Reference, GivenOn = consent.GivenOn } : null,
            Identity = request.Identity is { } identity ? new Identity { BirthDate = identity.BirthDate, Kana = identity.Kana } : null,
        };
        return ask is not null;
    }

    /// <summary>QUESTION_INVALID with all of them.</summary>
    public static Refusal Refuse(IReadOnlyList<string> mistakes)
    {
        var refusal = Reasons.Refuse(Reason.QuestionInvalid, $"The request has {mistakes.Count} mistake{(mistakes.Count == 1 ? "" : "s")}: {string.Join("; ", mistakes)}.");
        refusal.Remedy = "Correct it; /openapi.json describes every field.";
        return refusal;
    }

    public static void Text(List<string> found, string field, string value, int longest, bool required)
    {
        if (required && string.IsNullOrWhiteSpace(value))
            found.Add($"'{field}' is missing");
        else if (value.Length > longest)
            found.Add($"'{field}' has more than {longest} characters");
        else if (value.Any(char.IsControl))
            found.Add($"'{field}' has control characters");
    }

    /// <returns>Null where there is none, and with a mistake.</returns>
    public static TimeSpan? MaxAge(List<string> found, string field, Duration? given)
    {
        if (given is not { } duration)
            return null;
        // A protobuf duration spans 10,000 years; ten are more than any copy lives.
        if (duration.Seconds is >= 0 and <= 315_576_000 && duration.Nanos is >= 0 and < 1_000_000_000)
            return duration.ToTimeSpan();
        found.Add($"'{field}' must be from 0 s to ten years");
        return null;
    }

    static void Consent(List<string> found, Agency.V1.Consent? consent)
    {
        if (consent is null)
            return;
        Text(found, "consent.reference", consent.Reference, ShownConsent.LongestReference, required: true);
        if (!LegalDay.TryRead(consent.GivenOn, out _))
            found.Add("'consent.given_on' must be a date such as 2026-04-01");
    }

    static void Identity(List<string> found, Agency.V1.Identity? identity)
    {
        if (identity is null)
            return;
        Text(found, "identity.kana", identity.Kana, RightPerson.LongestText, required: false);
        if (identity.BirthDate.Length > 0 && !LegalDay.TryRead(identity.BirthDate, out _))
            found.Add("'identity.birth_date' must be a date such as 1984-05-14");
        if (identity.BirthDate.Length == 0 && identity.Kana.Length == 0)
            found.Add("'identity' is empty; give 'birth_date', 'kana' or both");
    }

    static void Predicates(List<string> found, LookupRequest request)
    {
        if (request.Predicates.Count > PredicateRule.MostAsked)
            found.Add($"'predicates' has more than {PredicateRule.MostAsked} names");
        else if (request.Predicates.Any(name => name.Length is 0 or > PredicateRule.LongestName || name.Any(char.IsControl)))
            found.Add($"'predicates' has something that is no name of at most {PredicateRule.LongestName} characters");
        if (request.Predicates.Count > 0 && !request.PageToken.IsEmpty)
            found.Add("'page_token' goes with a record, and 'predicates' are asked for in its place");
    }

    static ByteString Question(List<string> found, LookupRequest request, DataSetContract? contract)
    {
        if (request.Question is not { } any)
        {
            found.Add("'question' is missing");
            return ByteString.Empty;
        }
        // Without a data set there is nothing to hold it to; that mistake is told already.
        if (contract is null)
            return ByteString.Empty;
        if (any.Value.Length > QuestionBytes)
        {
            found.Add($"'question' has more than {QuestionBytes} bytes");
            return ByteString.Empty;
        }
        if (any.TypeUrl[(any.TypeUrl.LastIndexOf('/') + 1)..] != contract.Question.FullName)
        {
            found.Add($"'question' must be a {contract.Question.FullName}");
            return ByteString.Empty;
        }
        try
        {
            var known = contract.Question.Parser.WithDiscardUnknownFields(true).ParseFrom(any.Value);
            if (known is HistoryQuestion history && !HistoryDays.TryRead(history, out _))
                found.Add("'question' has in 'from' or 'until' what is no date such as 2026-04-01, the last day lies before the first, or 'older_than' is no request id of 32 hexadecimal digits");
            if (known.CalculateSize() == contract.Question.Parser.ParseFrom(any.Value).CalculateSize())
                return known.ToByteString();
            found.Add($"'question' has fields that {contract.Question.FullName} does not have");
        }
        catch (InvalidProtocolBufferException)
        {
            found.Add($"'question' is not a well-formed {contract.Question.FullName}");
        }
        return ByteString.Empty;
    }
}
