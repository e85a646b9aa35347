namespace Exchange.Gateway.Limits;

/// <summary>What an agency may have so many of at once: connections, streams. Each is held by a place, and given back by disposing of it.</summary>
public sealed class Places(int most)
{
    readonly Lock changing = new();
    // Agencies that hold at least one. Under the lock.
    readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    /// <summary>Agencies that hold at least one.</summary>
    public int Agencies
    {
        get
        {
            lock (changing)
                return taken.Count;
        }
    }

    /// <summary>Null when the agency has as many as it may.</summary>
    public IDisposable? Take(string agency)
    {
        lock (changing)
        {
            var count = taken.GetValueOrDefault(agency);
            if (count >= most)
                return null;
            taken[agency] = count + 1;
            return new Place(this, agency);
        }
    }

    void GiveBack(string agency)
    {
        lock (changing)
        {
            if (taken[agency] == 1)
                taken.Remove(agency);
            else
                taken[agency]--;
        }
    }

    sealed class Place(Places places, string agency) : IDisposable
    {
        Places? held = places;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.GiveBack(agency);
    }
}
