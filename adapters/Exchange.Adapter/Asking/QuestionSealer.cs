using System.Security.Cryptography;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Adapter.Asking;

/// <summary>Seals a question: WARM with a handle, COLD with a blinding pair that is used once and zeroed.</summary>
public sealed class QuestionSealer(AdapterOptions options, ClosingScalar closing, BlindingPool pool)
{
    /// <summary>As it is sealed: 0 would be any age.</summary>
    public static ulong MaxAgeMs(TimeSpan? maxAge) => maxAge is { } longest ? (ulong)Math.Max(1, longest.TotalMilliseconds) : 0;

    /// <param name="reason">SESSION_ENDED or MESSAGE_TOO_LARGE.</param>
    public AskedQuestion? Seal(RequesterSession session, Person person, AskRequest request, CachedHandle? handle, out Reason reason)
    {
        var target = new LookupTarget(request.Task, request.DataSet, options.Epoch);
        var question = new Question
        {
            Query = request.Question,
            Official = request.Official,
            CaseId = request.CaseId,
            MaxAgeMs = MaxAgeMs(request.MaxAge),
            PageToken = request.PageToken,
            Predicates = { request.Predicates },
            Consent = request.Consent,
            Identity = request.Identity,
            Ticket = request.Ticket,
        };
        AskedQuestion? asked;
        if (handle is { } warm)
        {
            session.TrySealWarm(target, warm.Handle.Span, question, out asked, out reason);
            return asked;
        }
        Span<byte> pair = stackalloc byte[2 * Ristretto.ScalarLength];
        Span<byte> x = stackalloc byte[Ristretto.PointLength];
        try
        {
            var rho = pair[..Ristretto.ScalarLength];
            var u = pair[Ristretto.ScalarLength..];
            pool.Take(rho, u);
            if (!closing.TryBlind(rho, person.Stored, x))
                throw new InvalidOperationException("A stored pseudonym is not a point; the people table is damaged.");
            session.TrySealCold(target, x, u, question, out asked, out reason);
            return asked;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }
}
