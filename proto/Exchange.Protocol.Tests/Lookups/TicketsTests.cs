using System.Security.Cryptography;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class TicketsTests : IDisposable
{
    static readonly DateTimeOffset resolves = new(2026, 4, 4, 9, 0, 0, TimeSpan.Zero);

    static readonly Header asked = new() { Requester = "jp.tax", Task = "income-assessment", DataSet = "municipality.household.v1" };

    readonly byte[] root = RandomNumberGenerator.GetBytes(32);
    readonly Tickets tickets;

    public TicketsTests() => tickets = new Tickets(root);

    public void Dispose() => tickets.Dispose();

    [Fact]
    public void A_ticket_opens_for_the_same_requester_task_and_data_set_alone_and_by_every_node_with_the_root()
    {
        using var node = new Tickets(root);
        var ticket = tickets.Seal(asked, resolves);
        Assert.True(node.TryOpen(ticket.Span, asked, out var read));
        Assert.Equal(resolves, read);
        foreach (var other in new Header[] { new(asked) { Requester = "jp.pension" }, new(asked) { Task = "record-linking" }, new(asked) { DataSet = "municipality.benefits.v1" } })
            Assert.False(node.TryOpen(ticket.Span, other, out _));
        using var stranger = new Tickets(RandomNumberGenerator.GetBytes(32));
        Assert.False(stranger.TryOpen(ticket.Span, asked, out _));
    }

    [Fact]
    public void Tickets_have_one_size_and_never_repeat()
    {
        var all = Enumerable.Range(0, 100).Select(_ => tickets.Seal(asked, resolves)).ToList();
        Assert.All(all, ticket => Assert.Equal(Tickets.Size, ticket.Length));
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void No_bit_of_a_ticket_can_be_flipped()
    {
        var ticket = tickets.Seal(asked, resolves).ToByteArray();
        for (var bit = 0; bit < ticket.Length * 8; bit++)
        {
            ticket[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(tickets.TryOpen(ticket, asked, out _));
            ticket[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.False(tickets.TryOpen(ByteString.Empty.Span, asked, out _));
        Assert.False(tickets.TryOpen(new byte[Tickets.Size - 1], asked, out _));
    }
}
