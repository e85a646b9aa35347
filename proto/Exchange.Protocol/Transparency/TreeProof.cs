namespace Exchange.Protocol.Transparency;

/// <summary>Whether a proof shows what it claims; RFC 9162, sections 2.1.3.2 and 2.1.4.2. Hashes are 32 bytes.</summary>
public static class TreeProof
{
    /// <summary>No tree of 2^64 leaves has a longer one.</summary>
    public const int Longest = 65;

    /// <summary>That a leaf is the entry of that number in the tree of that size and root.</summary>
    public static bool Includes(ulong size, ReadOnlySpan<byte> root, ulong index, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> path)
    {
        if (index >= size || leafHash.Length != TreeHash.Length || !IsPath(path))
            return false;
        var (number, last) = (index, size - 1);
        var hash = leafHash.ToArray();
        foreach (var beside in path)
        {
            if (last == 0)
                return false;
            if ((number & 1) == 1 || number == last)
            {
                hash = TreeHash.Node(beside, hash);
                while ((number & 1) == 0 && number != 0)
                    (number, last) = (number >> 1, last >> 1);
            }
            else
            {
                hash = TreeHash.Node(hash, beside);
            }
            (number, last) = (number >> 1, last >> 1);
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>That the newer tree begins with all entries of the older one, in their places.</summary>
    public static bool IsConsistent(ulong older, ReadOnlySpan<byte> olderRoot, ulong newer, ReadOnlySpan<byte> newerRoot, IReadOnlyList<byte[]> path)
    {
        if (older > newer || olderRoot.Length != TreeHash.Length || newerRoot.Length != TreeHash.Length || !IsPath(path))
            return false;
        if (older == newer)
            return path.Count == 0 && olderRoot.SequenceEqual(newerRoot);
        if (older == 0)
            return path.Count == 0 && olderRoot.SequenceEqual(TreeHash.Empty());
        var steps = new Queue<byte[]>(path);
        var (number, last) = (older - 1, newer - 1);
        while ((number & 1) == 1)
            (number, last) = (number >> 1, last >> 1);
        // A complete older tree is a subtree of the newer one, and its root is known.
        var first = olderRoot.ToArray();
        if ((older & (older - 1)) != 0 && !steps.TryDequeue(out first))
            return false;
        var (old, now) = (first, first);
        foreach (var beside in steps)
        {
            if (last == 0)
                return false;
            if ((number & 1) == 1 || number == last)
            {
                (old, now) = (TreeHash.Node(beside, old), TreeHash.Node(beside, now));
                while ((number & 1) == 0 && number != 0)
                    (number, last) = (number >> 1, last >> 1);
            }
            else
            {
                now = TreeHash.Node(now, beside);
            }
            (number, last) = (number >> 1, last >> 1);
        }
        return last == 0 && olderRoot.SequenceEqual(old) && newerRoot.SequenceEqual(now);
    }

    static bool IsPath(IReadOnlyList<byte[]> path) => path.Count <= Longest && path.All(hash => hash.Length == TreeHash.Length);
}
