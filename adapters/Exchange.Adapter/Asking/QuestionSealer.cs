using System.Security.Cryptography;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Adapter.Asking;

/// <summary>Seals a question: WARM with a handle, COLD and as a letter with a blinding pair that is used once and zeroed.</summary>
public sealed class QuestionSealer(AdapterOptions options, ClosingScalar closing, BlindingPool pool, AgencySigner signer)
{
    /// <summary>As it is sealed: 0 would be any age.</summary>
    public static ulong MaxAgeMs(TimeSpan? maxAge) => maxAge is { } longest ? (ulong)Math.Max(1, longest.TotalMilliseconds) : 0;

    /// <summary>All that a question says.</summary>
    public static Question Said(AskRequest request) => new()
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

    /// <param name="reason">SESSION_ENDED or MESSAGE_TOO_LARGE.</param>
    public AskedQuestion? Seal(RequesterSession session, Person person, AskRequest request, CachedHandle? handle, out Reason reason)
    {
        var target = new LookupTarget(request.Task, request.DataSet, options.Epoch);
        var question = Said(request);
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
            Blind(person, pair, x);
            session.TrySealCold(target, x, pair[Ristretto.ScalarLength..], question, out asked, out reason);
            return asked;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }

    /// <param name="reason">MESSAGE_TOO_LARGE or MAILBOX_UNKNOWN.</param>
    public SealedLetter? Seal(VerifiedMailbox provider, Mailbox replyTo, LetterTarget letter, Person person, Question question, out Reason reason)
    {
        Span<byte> pair = stackalloc byte[2 * Ristretto.ScalarLength];
        Span<byte> x = stackalloc byte[Ristretto.PointLength];
        try
        {
            Blind(person, pair, x);
            RequesterLetters.TrySeal(provider, replyTo, signer, letter, x, pair[Ristretto.ScalarLength..], question, out var made, out reason);
            return made;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }

    /// <param name="pair">rho and u.</param>
    void Blind(Person person, Span<byte> pair, Span<byte> x)
    {
        var rho = pair[..Ristretto.ScalarLength];
        pool.Take(rho, pair[Ristretto.ScalarLength..]);
        if (!closing.TryBlind(rho, person.Stored, x))
            throw new InvalidOperationException("A stored pseudonym is not a point; the people table is damaged.");
    }
}
