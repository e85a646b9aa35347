using Agency.V1;
using Exchange.Adapter.Histories;
using Exchange.Adapter.LocalApi;
using Exchange.Protocol.DataSets;
using Google.Protobuf.WellKnownTypes;
using Records.History.V1;

namespace Exchange.Adapter.Tests.Histories;

public sealed class HistoryDaysTests
{
    [Fact]
    public void A_day_begins_and_ends_at_midnight_in_Japan()
    {
        Assert.True(HistoryDays.TryRead(new HistoryQuestion { From = "2026-04-01", Until = "2026-04-01" }, out var days));
        Assert.Equal((Unix("2026-03-31T15:00:00Z"), Unix("2026-04-01T15:00:00Z")), (days.From, days.Until));
        Assert.True(HistoryDays.TryRead(new HistoryQuestion(), out days));
        Assert.Equal((long.MinValue, long.MaxValue), (days.From, days.Until));
        Assert.Equal(7, days.Before(7).Until);
        Assert.Equal(7, days.Before(7).Before(8).Until);
    }

    [Theory]
    [InlineData("2026-04-31", "")]
    [InlineData("", "2026/04/01")]
    [InlineData("1 April", "")]
    [InlineData("0001-01-01", "")]
    [InlineData("", "9999-12-31")]
    [InlineData("2026-04-02", "2026-04-01")]
    [InlineData("", "", "")]
    [InlineData("", "", "0192c5f0a1b2c3d4e5f60718293a4b5")]
    [InlineData("", "", "0192c5f0a1b2c3d4e5f60718293a4b5c00")]
    [InlineData("", "", "0192c5f0a1b2c3d4e5f60718293a4b5g")]
    public void What_is_no_day_of_our_time_an_end_before_the_beginning_and_what_is_no_request_id_are_no_question(string from, string until, string? olderThan = null)
    {
        var question = new HistoryQuestion { From = from, Until = until };
        if (olderThan is not null)
            question.OlderThan = olderThan;
        Assert.False(HistoryDays.TryRead(question, out _));
        // A caller hears it before anybody is asked.
        var request = new LookupRequest { Person = "P-1", Provider = "tax", Task = "access-to-own-records", DataSet = "tax.history.v1", Official = "suzuki", Question = Any.Pack(question) };
        Assert.False(RequestCheck.TryRead(request, DataSetCatalogue.TaxHistory, out _, out var mistakes));
        Assert.Contains("'from' or 'until' what is no date such as 2026-04-01, the last day lies before the first, or 'older_than'", Assert.Single(mistakes), StringComparison.Ordinal);
        request.Question = Any.Pack(new HistoryQuestion());
        Assert.True(RequestCheck.TryRead(request, DataSetCatalogue.TaxHistory, out _, out _));
    }

    static long Unix(string time) => DateTimeOffset.Parse(time, null).ToUnixTimeMilliseconds();
}
