using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>
/// The log over HTTP, as C2SP tlog-tiles lays it out under one prefix: <c>checkpoint</c>, <c>tile/LEVEL/INDEX</c> and
/// <c>tile/entries/INDEX</c>. What is behind the checkpoint is not served, so nobody builds on what may not stay.
/// </summary>
sealed class LogPages(LogTree tree)
{
    const string Immutable = "public, max-age=604800, immutable";

    /// <param name="mayReadEntries">They say which agency asked which.</param>
    public void Map(IEndpointRouteBuilder endpoints, Func<HttpContext, bool> mayReadEntries)
    {
        endpoints.MapGet("/log/checkpoint", Checkpoint);
        endpoints.MapGet("/log/{**path}", (HttpContext context, string path) => Serve(context, path, mayReadEntries));
    }

    Task Checkpoint(HttpContext context)
    {
        if (tree.Published is not { } published)
            return NotFound(context, "There is no checkpoint so far; the first one comes within a second.");
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(published.Note, context.RequestAborted);
    }

    async Task Serve(HttpContext context, string path, Func<HttpContext, bool> mayReadEntries)
    {
        if (!Tile.TryParse(path, out var tile))
        {
            await NotFound(context, "A log has a checkpoint, tile/LEVEL/INDEX and tile/entries/INDEX.").ConfigureAwait(false);
            return;
        }
        if (tile.Level == Tile.Entries && !mayReadEntries(context))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Entries say which agency asked which. Agencies, auditors and witnesses read them at the hub's own address, with their certificate.\n").ConfigureAwait(false);
            return;
        }
        if (!IsThere(tile))
        {
            await NotFound(context, "The checkpoint does not reach as far as this tile.").ConfigureAwait(false);
            return;
        }
        try
        {
            var content = tile.Level == Tile.Entries ? await tree.Tiles.Bundle(tile, context.RequestAborted).ConfigureAwait(false) : await tree.Tiles.Hashes(tile, context.RequestAborted).ConfigureAwait(false);
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = content.Length;
            context.Response.Headers.CacheControl = Immutable;
            await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or SqliteException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    bool IsThere(Tile tile)
    {
        var size = tree.Published?.Checkpoint.Size ?? 0;
        var inLevel = size >> (Tile.Height * Math.Max(0, tile.Level));
        return tile.Index < (inLevel + Tile.FullWidth - 1) / Tile.FullWidth && tile.Index * Tile.FullWidth + (ulong)tile.Width <= inLevel;
    }

    static Task NotFound(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync(why + "\n");
    }
}
