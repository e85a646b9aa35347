using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Exchange.Adapter.LocalApi;

/// <summary>As much of a list as goes into one response: clients of gRPC take four mebibytes unless they are told to take more.</summary>
static class ResponsePage
{
    const int MostBytes = 2 * 1024 * 1024;

    /// <param name="all">Read as far as it goes in, and one further.</param>
    /// <returns>Whether there are more.</returns>
    public static bool Fill<T>(RepeatedField<T> page, IEnumerable<T> all, int most)
        where T : IMessage
    {
        var bytes = 0;
        foreach (var one in all)
        {
            bytes += one.CalculateSize();
            if (page.Count == most || page.Count > 0 && bytes > MostBytes)
                return true;
            page.Add(one);
        }
        return false;
    }
}
