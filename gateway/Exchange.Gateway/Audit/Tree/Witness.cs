using System.Globalization;
using System.Net;
using System.Text;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>
/// A body that watches the log (C2SP tlog-witness): it cosigns a checkpoint once it is shown that the log goes on with all
/// it has cosigned before. What is shown to one reader can then not differ from what is shown to another.
/// </summary>
/// <param name="http">With the witness's address, a time limit and a bound on what is read.</param>
sealed class Witness(NoteKey key, HttpClient http) : IDisposable
{
    const string SizeType = "text/x.tlog.size";

    /// <summary>Bytes of an answer: one signature line has some 150.</summary>
    const int LargestAnswer = 16 * 1024;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>The size it cosigned last, as far as is known here; it says so itself when this is wrong.</summary>
    ulong seen;

    public string Name => key.Name;

    public static Witness At(WitnessAddress witness) => new(witness.Key, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = witness.Address,
        Timeout = patience,
        MaxResponseContentBufferSize = LargestAnswer,
    });

    /// <returns>The note with its signature line.</returns>
    /// <exception cref="WitnessException">It gave none; a later attempt may succeed.</exception>
    /// <exception cref="StoreException">Foreign: it has cosigned more than this log has, or something else. The log was put back to an older copy.</exception>
    public async Task<string> Cosign(TileTree tree, string note, CancellationToken cancelled)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var old = Math.Min(seen, tree.Size);
            var (status, type, body) = await Send(tree, old, note, cancelled).ConfigureAwait(false);
            switch (status)
            {
                case HttpStatusCode.OK:
                    var cosigned = WithItsLine(note, body);
                    seen = tree.Size;
                    return cosigned;
                case HttpStatusCode.Conflict when type == SizeType && ulong.TryParse(body.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out seen):
                    if (seen > tree.Size)
                        throw new StoreException(StoreFault.Foreign,
                            $"the witness {key.Name} has cosigned {seen} entries of this log, and it has {tree.Size}: it was put back to an older copy. Restore the newest one, or begin a new log under another name");
                    // It was shown what it asked for, over as many entries, and refuses the root.
                    if (seen == old && old == tree.Size)
                        throw Forked(seen);
                    continue;
                case HttpStatusCode.UnprocessableEntity:
                    throw Forked(old);
                default:
                    throw new WitnessException($"the witness {key.Name} answered {(int)status}{Hint(status)}");
            }
        }
        throw new WitnessException($"the witness {key.Name} changes its mind about what it has cosigned");
    }

    public void Dispose() => http.Dispose();

    /// <summary>Whatever else it wrote is not kept.</summary>
    string WithItsLine(string note, string lines)
    {
        if (SignedNote.TryParse(note, out var signed))
            foreach (var line in lines.Split('\n'))
                if (SignedNote.TryParse(signed.With(line + "\n"), out var cosigned) && cosigned.IsCosignedBy(key, out _))
                    return cosigned.ToString();
        throw new WitnessException($"the witness {key.Name} answered with a signature that is not its own");
    }

    StoreException Forked(ulong size) => new(StoreFault.Foreign,
        $"the witness {key.Name} has cosigned {size} entries of this log, and they are not its first {size} now: it has forked, put back to an older copy and written on, or changed. Restore the newest copy, or begin a new log under another name");

    static string Hint(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => ": it does not watch this log; give its operator the line that init wrote (--log-public)",
        HttpStatusCode.Forbidden => ": it pins another key for this log; give its operator the line that init wrote (--log-public)",
        HttpStatusCode.ServiceUnavailable => ": it cannot keep what it cosigns",
        _ => "",
    };

    async Task<(HttpStatusCode Status, string? Type, string Body)> Send(TileTree tree, ulong old, string note, CancellationToken cancelled)
    {
        var proof = old == 0 ? [] : await tree.Consistency(old, cancelled).ConfigureAwait(false);
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {old}\n");
        foreach (var hash in proof)
            body.Append(Convert.ToBase64String(hash)).Append('\n');
        body.Append('\n').Append(note);
        try
        {
            using var content = new StringContent(body.ToString(), Encoding.UTF8, "text/plain");
            using var response = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), content, cancelled).ConfigureAwait(false);
            // Its own word for an encoding is not asked.
            var answer = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancelled).ConfigureAwait(false));
            return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, answer);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancelled.IsCancellationRequested))
        {
            throw new WitnessException($"the witness {key.Name} cannot be reached");
        }
    }
}

/// <summary>A witness did not cosign. The message says why, and names it.</summary>
sealed class WitnessException(string message) : Exception(message);
