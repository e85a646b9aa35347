using System.Security.Cryptography;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Tests.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class HandlesTests : IDisposable
{
    const string Town = "jp.mun.131016", DataSet = "tax.income.v1";

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero));
    readonly byte[] root = RandomNumberGenerator.GetBytes(32);
    readonly Handles handles;

    public HandlesTests() => handles = new Handles(root, time);

    public void Dispose() => handles.Dispose();

    [Fact]
    public void A_handle_opens_to_its_row_and_generation_at_any_node_that_holds_the_root()
    {
        var handle = Make();
        using var otherNode = new Handles(root, time);
        foreach (var one in new[] { handles, otherNode })
        {
            Assert.Equal(HandleFault.None, one.TryOpen(handle, Town, DataSet, out var target));
            Assert.Equal((UInt128)42, target.Row);
            Assert.True(target.IsOf(3));
        }
    }

    [Fact]
    public void A_handle_of_an_older_match_generation_is_not_of_the_present_one()
    {
        Assert.Equal(HandleFault.None, handles.TryOpen(Make(), Town, DataSet, out var target));
        Assert.False(target.IsOf(4));
        Assert.False(target.IsOf(2));
    }

    [Fact]
    public void A_handle_of_another_agency_or_data_set_or_root_is_refused()
    {
        var handle = Make();
        Assert.Equal(HandleFault.Forged, handles.TryOpen(handle, "jp.mun.011002", DataSet, out _));
        Assert.Equal(HandleFault.Forged, handles.TryOpen(handle, Town, "tax.resident.v1", out _));
        using var stranger = new Handles(RandomNumberGenerator.GetBytes(32), time);
        Assert.Equal(HandleFault.Forged, stranger.TryOpen(handle, Town, DataSet, out _));
    }

    [Fact]
    public void Agency_and_data_set_cannot_be_read_with_another_border_between_them()
    {
        var handle = new byte[Handles.Size];
        handles.Seal("jp.a", "b.c", 1, 1, handle);
        Assert.Equal(HandleFault.Forged, handles.TryOpen(handle, "jp.ab", ".c", out _));
    }

    [Fact]
    public void No_bit_of_a_handle_can_be_flipped()
    {
        foreach (var bent in Agencies.EachBitFlipped(Make()))
        {
            Assert.NotEqual(HandleFault.None, handles.TryOpen(bent, Town, DataSet, out var target));
            Assert.Equal(default, target.Row);
        }
    }

    [Fact]
    public void Random_bytes_and_other_lengths_are_refused()
    {
        Assert.NotEqual(HandleFault.None, handles.TryOpen(RandomNumberGenerator.GetBytes(64), Town, DataSet, out _));
        Assert.Equal(HandleFault.Malformed, handles.TryOpen(Make().AsSpan(1), Town, DataSet, out _));
        Assert.Equal(HandleFault.Malformed, handles.TryOpen([.. Make(), 0], Town, DataSet, out _));
    }

    [Fact]
    public void A_handle_lives_24_hours_and_using_it_does_not_prolong_that()
    {
        var handle = Make();
        for (var hour = 0; hour < 24; hour++)
        {
            Assert.Equal(HandleFault.None, handles.TryOpen(handle, Town, DataSet, out _));
            time.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(HandleFault.Expired, handles.TryOpen(handle, Town, DataSet, out _));
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HandleFault.KeyRetired, handles.TryOpen(handle, Town, DataSet, out _));
    }

    [Fact]
    public void No_lifetime_longer_than_24_hours_can_be_had()
    {
        var handle = new byte[Handles.Size];
        handles.Seal(Town, DataSet, 1, 1, handle, TimeSpan.FromDays(30));
        Assert.Equal(HandleFault.None, handles.TryOpen(handle, Town, DataSet, out var target));
        Assert.Equal(time.GetUtcNow().AddHours(24).ToUnixTimeMilliseconds(), target.ExpiryUnixMs);
        handles.Seal(Town, DataSet, 1, 1, handle, TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HandleFault.Expired, handles.TryOpen(handle, Town, DataSet, out _));
    }

    [Fact]
    public void Handles_made_for_weeks_still_open_the_day_they_are_made()
    {
        for (var day = 0; day < 30; day++)
        {
            Assert.Equal(HandleFault.None, handles.TryOpen(Make(), Town, DataSet, out _));
            time.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public void Two_handles_of_one_row_have_nothing_in_common_but_the_day()
    {
        var (one, other) = (Make(), Make());
        Assert.Equal(one[..4], other[..4]);
        Assert.NotEqual(one[4..16], other[4..16]);
        Assert.NotEqual(one[16..], other[16..]);
    }

    byte[] Make()
    {
        var handle = new byte[Handles.Size];
        handles.Seal(Town, DataSet, 42, 3, handle);
        return handle;
    }
}
