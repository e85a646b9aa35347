using System.Numerics;

namespace Exchange.Protocol.Transparency;

/// <summary>
/// What must be known of a tree to go on with it: the roots of its complete subtrees, one for each bit of its size. Adding
/// a leaf costs two hashes on average, the root at most one for each subtree.
/// </summary>
public sealed class Frontier
{
    /// <summary>From the largest to the smallest.</summary>
    readonly List<byte[]> roots = [];

    public ulong Size { get; private set; }

    /// <param name="leafHash">32 bytes, which are kept.</param>
    public void Add(byte[] leafHash) => AddComplete(leafHash, 1);

    /// <summary>Goes on with a complete subtree whose root is known, such as a full tile.</summary>
    /// <param name="root">32 bytes, which are kept.</param>
    /// <param name="leaves">A power of two; the size so far is a multiple of it.</param>
    public void AddComplete(byte[] root, ulong leaves)
    {
        if (!BitOperations.IsPow2(leaves) || Size % leaves != 0)
            throw new ArgumentOutOfRangeException(nameof(leaves), leaves, "a complete subtree begins at a multiple of its leaves");
        var hash = root;
        for (var size = Size / leaves; (size & 1) == 1; size >>= 1)
        {
            hash = TreeHash.Node(roots[^1], hash);
            roots.RemoveAt(roots.Count - 1);
        }
        roots.Add(hash);
        Size += leaves;
    }

    /// <summary>What goes on from here by itself.</summary>
    public Frontier Copy()
    {
        var copy = new Frontier { Size = Size };
        copy.roots.AddRange(roots);
        return copy;
    }

    public byte[] Root()
    {
        if (roots.Count == 0)
            return TreeHash.Empty();
        var root = roots[^1];
        for (var i = roots.Count - 2; i >= 0; i--)
            root = TreeHash.Node(roots[i], root);
        return root;
    }
}
