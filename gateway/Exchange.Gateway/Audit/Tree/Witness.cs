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
/// <param name="http">With the witness's address, and a time limit.</param>
sealed class Witness(NoteKey key, HttpClient http) : IDisposable
{
    const string SizeType = "text/x.tlog.size";

    /// <summary>The size it cosigned last, as far as is known here; it says so itself when this is wrong.</summary>
    ulong seen;

    public string Name => key.Name;

    /// <returns>The note with its signature line.</returns>
    /// <exception cref="WitnessException">It gave none; a later attempt may succeed.</exception>
    /// <exception cref="StoreException">Foreign: it has cosigned more than this log has. The log was put back to an older copy.</exception>
    public async Task<string> Cosign(TileTree tree, string note, CancellationToken cancelled)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var response = await Send(tree, note, cancelled).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(cancelled).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                if (!SignedNote.TryParse(note, out var signed) || !SignedNote.TryParse(signed.With(body), out var cosigned) || !cosigned.IsCosignedBy(key, out _))
                    throw new WitnessException($"the witness {key.Name} answered with a signature that is not its own");
                seen = tree.Size;
                return cosigned.ToString();
            }
            if (response.StatusCode != HttpStatusCode.Conflict || response.Content.Headers.ContentType?.MediaType != SizeType
                || !ulong.TryParse(body.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out seen))
                throw new WitnessException($"the witness {key.Name} answered {(int)response.StatusCode}");
            if (seen > tree.Size)
                throw new StoreException(StoreFault.Foreign,
                    $"the witness {key.Name} has cosigned {seen} entries of this log, and it has {tree.Size}: it was put back to an older copy. Restore the newest one, or begin a new log under another name");
        }
        throw new WitnessException($"the witness {key.Name} changes its mind about what it has cosigned");
    }

    public void Dispose() => http.Dispose();

    async Task<HttpResponseMessage> Send(TileTree tree, string note, CancellationToken cancelled)
    {
        var proof = seen == 0 ? [] : await tree.Consistency(Math.Min(seen, tree.Size), cancelled).ConfigureAwait(false);
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {Math.Min(seen, tree.Size)}\n");
        foreach (var hash in proof)
            body.Append(Convert.ToBase64String(hash)).Append('\n');
        body.Append('\n').Append(note);
        try
        {
            return await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new StringContent(body.ToString(), Encoding.UTF8, "text/plain"), cancelled).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancelled.IsCancellationRequested))
        {
            throw new WitnessException($"the witness {key.Name} cannot be reached");
        }
    }
}

/// <summary>A witness did not cosign. The message says why, and names it.</summary>
sealed class WitnessException(string message) : Exception(message);
