using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Lookups;

namespace Exchange.Adapter.Asking;

/// <summary>The handle cache, asked by person: the names under which it keeps them say nothing about anybody.</summary>
public sealed class HandleShelf(HandleCacheKey names, HandleCache cache)
{
    public ValueTask<CachedHandle?> Find(Person person, string provider, string dataSet, CancellationToken cancelled)
    {
        Span<byte> name = stackalloc byte[HandleCacheKey.Size];
        names.Compute(person.Stored, provider, dataSet, name);
        return cache.Find(name, cancelled);
    }

    public ValueTask Keep(Person person, string provider, string dataSet, ReadOnlyMemory<byte> handle)
    {
        Span<byte> name = stackalloc byte[HandleCacheKey.Size];
        names.Compute(person.Stored, provider, dataSet, name);
        return cache.Put(name, handle.Span);
    }

    public ValueTask Drop(Person person, string provider, string dataSet)
    {
        Span<byte> name = stackalloc byte[HandleCacheKey.Size];
        names.Compute(person.Stored, provider, dataSet, name);
        return cache.Drop(name);
    }
}
