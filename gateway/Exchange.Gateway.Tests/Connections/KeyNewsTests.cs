using Exchange.Gateway.Connections;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Gateway.Tests.Connections;

public sealed class KeyNewsTests
{
    readonly FakeTimeProvider time = new();

    [Fact]
    public void A_key_is_news_once_however_often_its_node_connects_again()
    {
        var keys = new LoggedKeys(time);
        Assert.Equal(KeyNews.New, keys.Judge(Key("jp.tax", "n1", 1)));
        for (var again = 0; again < 1000; again++)
            Assert.Equal(KeyNews.Known, keys.Judge(Key("jp.tax", "n1", 1)));
        Assert.Equal(KeyNews.New, keys.Judge(Key("jp.tax", "n1", 2)));
        Assert.Equal(KeyNews.New, keys.Judge(Key("jp.pension", "n1", 1)));
    }

    [Fact]
    public void Whoever_sends_ever_new_keys_is_heard_sixty_four_times_and_then_once_in_ten_seconds()
    {
        var keys = new LoggedKeys(time);
        Assert.Equal(LoggedKeys.Burst, Enumerable.Range(0, 1000).Count(number => keys.Judge(Key("jp.tax", $"n{number % 3}", number)) == KeyNews.New));
        Assert.Equal(KeyNews.New, keys.Judge(Key("jp.pension", "n1", 1)));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, Enumerable.Range(2000, 100).Count(number => keys.Judge(Key("jp.tax", "n1", number)) == KeyNews.New));
    }

    [Fact]
    public void Of_ever_new_nodes_those_heard_of_last_are_remembered()
    {
        var keys = new LoggedKeys(time);
        for (var node = 0; node <= LoggedKeys.MostNodes; node++)
        {
            Assert.Equal(KeyNews.New, keys.Judge(Key("jp.tax", $"n{node}", node)));
            time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(KeyNews.Known, keys.Judge(Key("jp.tax", "n1", 1)));
        Assert.Equal(KeyNews.New, keys.Judge(Key("jp.tax", "n0", 0)));
    }

    static Bundle Key(string agency, string node, int number) =>
        new() { Agency = agency, Node = node, KeyId = ByteString.CopyFrom(BitConverter.GetBytes((long)number)), PublicKey = ByteString.CopyFrom(new byte[32]) };
}
